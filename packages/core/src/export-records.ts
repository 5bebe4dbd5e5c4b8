// SPDX-License-Identifier: Apache-2.0
import type { EncodingLogRecordExporter } from './exporter.ts';
import type { ExportResult, ReadableLogRecord } from './record-types.ts';
import { isLogferryError, LogferryError } from './errors.ts';

/**
 * The `export` of an encoding exporter, for processors that hand over records instead of bytes, such as the SDK's.
 * It waits for asynchronous resource attributes, encodes, sends once and reports; it never throws.
 *
 * @param signal bounds the wait and the send, because such a processor does not cancel what it gives up on.
 */
export async function exportRecords(
  exporter: Pick<EncodingLogRecordExporter, 'createEncoder' | 'send'>,
  records: readonly ReadableLogRecord[],
  signal: AbortSignal,
): Promise<ExportResult> {
  try {
    const encoder = exporter.createEncoder();
    for (const record of records) encoder.append(record);
    // Without this check even a settled resource costs a turn of the loop, and a record logged just before process.exit
    // would not reach a destination that writes synchronously.
    const pending = encoder.pending;
    if (pending !== undefined && !(await settlesBefore(signal, pending))) {
      return failure("the resource's asynchronous attributes were not known in time");
    }
    const batch = encoder.take();
    if (batch === undefined) return { code: 0 };
    const outcome = await exporter.send(batch, signal);
    batch.release();
    if (outcome.kind === 'delivered') {
      if (outcome.rejectedCount === 0) return { code: 0 };
      const said = outcome.message === undefined ? '' : `: ${outcome.message}`;
      return failure(`the destination rejected ${outcome.rejectedCount} of ${records.length} records${said}`);
    }
    return failure(outcome.reason);
  } catch (error) {
    return {
      code: 1,
      error: isLogferryError(error) ? error : new LogferryError('EXPORT_FAILED', 'export failed', { cause: error }),
    };
  }
}

/** Whether a promise that never rejects settles before the signal is aborted. */
async function settlesBefore(signal: AbortSignal, promise: Promise<void>): Promise<boolean> {
  if (signal.aborted) return false;
  let stopListening = (): void => {};
  const aborted = new Promise<boolean>((resolve) => {
    const onAbort = (): void => resolve(false);
    signal.addEventListener('abort', onAbort, { once: true });
    stopListening = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise.then(() => true), aborted]);
  } finally {
    stopListening();
  }
}

function failure(reason: string): ExportResult {
  return { code: 1, error: new LogferryError('EXPORT_FAILED', reason) };
}
