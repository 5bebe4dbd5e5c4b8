// SPDX-License-Identifier: Apache-2.0
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

import { recordNumbers } from './pipeline.ts';

/**
 * Sends numbered records through the official batch processor and the official OTLP/gRPC exporter, to show where they
 * differ. @returns how many of them the receiver has in the end.
 * @param taken the requests that the receiver took.
 */
export async function arrivedByOfficialPair(
  endpoint: string,
  count: number,
  taken: () => readonly Uint8Array[],
  { body = 'record', batchSize = 10 }: { readonly body?: string; readonly batchSize?: number } = {},
): Promise<number> {
  const exporter = new OTLPLogExporter({ url: endpoint, timeoutMillis: 1000 });
  const processor = new BatchLogRecordProcessor({ exporter, maxExportBatchSize: batchSize });
  const provider = new LoggerProvider({ processors: [processor] });
  for (let number = 1; number <= count; number += 1) {
    provider.getLogger('faults').emit({ severityNumber: 9, body, attributes: { number } });
  }
  await provider.forceFlush().catch(() => undefined);
  await provider.shutdown();
  return new Set(taken().flatMap(recordNumbers)).size;
}
