// SPDX-License-Identifier: Apache-2.0
import { RotatingFileLogRecordExporter, type RotatingFileOptions } from '@logferry/exporter-file';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';

export function ourFileProcessor(options: RotatingFileOptions): BatchingLogRecordProcessor {
  return new BatchingLogRecordProcessor(new RotatingFileLogRecordExporter(options), { environment: {} });
}
