// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, EncodedBatch } from './batch-encoder.ts';
import type { LogRecordExporter } from './record-types.ts';
import type { SendOutcome } from './send-outcome.ts';

/**
 * A `LogRecordExporter` that can also take bytes. `BatchingLogRecordProcessor` uses `createEncoder` and `send`; any other
 * processor, such as the SDK's own, works through `export`.
 */
export interface EncodingLogRecordExporter extends LogRecordExporter {
  /** A new encoder of the destination's format. The caller owns it. */
  createEncoder(): BatchEncoder;

  /**
   * Sends one batch and retries as the exporter is configured. Never rejects. When `signal` is aborted, the send in
   * flight is cancelled and the promise settles soon, as `retryable`. The caller keeps the batch and releases it.
   */
  send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome>;

  /** How many sends the exporter takes at the same time; at least 1. A file takes 1, so that order is kept. */
  readonly maxConcurrentSends: number;

  /**
   * Delivers at the end of the process, mostly from its `exit` event, where no event loop turns any more. Absent where that
   * is impossible. Never throws. No promise of a `send` settles afterwards. It may be called again, with new batches, for
   * what listeners of `exit` log later.
   *
   * @param batches in their order; first those whose `send` is in flight, which are the same objects: such a send is
   *   finished, not begun anew.
   * @param timeoutMillis how long the call may block.
   * @returns an outcome for each batch.
   */
  sendSync?(batches: readonly EncodedBatch[], timeoutMillis: number): readonly SendOutcome[];
}

/** Whether an exporter takes bytes. It looks at the methods, because copies of a package make `instanceof` fail. */
export function isEncodingExporter(exporter: LogRecordExporter): exporter is EncodingLogRecordExporter {
  const candidate = exporter as Partial<EncodingLogRecordExporter>;
  return typeof candidate.createEncoder === 'function' && typeof candidate.send === 'function';
}
