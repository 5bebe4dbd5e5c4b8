// SPDX-License-Identifier: Apache-2.0
import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from '@logferry/exporter-otlp-grpc';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';

/** Variables of the machine that runs the tests must not change what they test. */
const environment = {};

export function ourGrpcProcessor(options: OtlpGrpcLogRecordExporterOptions): BatchingLogRecordProcessor {
  return new BatchingLogRecordProcessor(new OtlpGrpcLogRecordExporter({ environment, ...options }), { environment });
}
