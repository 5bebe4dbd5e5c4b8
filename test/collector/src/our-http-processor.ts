// SPDX-License-Identifier: Apache-2.0
import { OtlpHttpLogRecordExporter, type OtlpHttpLogRecordExporterOptions } from '@logferry/exporter-otlp-http';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';

/** Variables of the machine that runs the tests must not change what they test. */
const environment = {};

export function ourHttpProcessor(options: OtlpHttpLogRecordExporterOptions): BatchingLogRecordProcessor {
  return new BatchingLogRecordProcessor(new OtlpHttpLogRecordExporter({ environment, ...options }), { environment });
}
