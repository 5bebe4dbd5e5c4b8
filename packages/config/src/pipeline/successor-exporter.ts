// SPDX-License-Identifier: Apache-2.0
import {
  type BatchEncoder,
  type EncodedBatch,
  type EncodingLogRecordExporter,
  type ExportResult,
  exportRecords,
  isLogferryError,
  type ReadableLogRecord,
  type SendOutcome,
} from '@logferry/core';

/** The exporter, if it is there already, or what is known of it before. */
export type Successor =
  | EncodingLogRecordExporter
  | (Pick<EncodingLogRecordExporter, 'createEncoder' | 'maxConcurrentSends'> & {
      /** Opens the destination; it may throw. */
      make(): EncodingLogRecordExporter;
    });

/** When to look again whether the exporter can be made: another program may use its path for a while. */
const RETRY_AFTER_MILLIS = 1000;

/**
 * An exporter that takes over a file, or the standard output, from others. Records are encoded at once; it opens its destination when the
 * others are done with theirs, so that lines keep their order and no lock of ours stands in our way.
 */
export class SuccessorExporter implements EncodingLogRecordExporter {
  readonly maxConcurrentSends: number;
  readonly #successor: Successor;
  readonly #predecessors: Promise<void>;
  readonly #sayError: (message: string) => void;
  #exporter: EncodingLogRecordExporter | undefined;
  #mayOpen = false;
  #isShutDown = false;

  /**
   * @param predecessors resolves when the others are done; never rejects.
   * @param sayError told why the exporter can't be made.
   */
  constructor(successor: Successor, predecessors: Promise<void>, sayError: (message: string) => void) {
    this.#successor = successor;
    this.maxConcurrentSends = successor.maxConcurrentSends;
    if (!('make' in successor)) this.#exporter = successor;
    this.#predecessors = predecessors.then(() => {
      this.#mayOpen = true;
    });
    this.#sayError = sayError;
  }

  createEncoder(): BatchEncoder {
    return this.#successor.createEncoder();
  }

  async send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    if (!this.#mayOpen && !(await untilAborted(this.#predecessors, signal))) {
      return { kind: 'retryable', reason: 'the exporter before it has not ended yet' };
    }
    const exporter = this.#opened();
    if (typeof exporter === 'string')
      return { kind: 'retryable', reason: exporter, retryAfterMillis: RETRY_AFTER_MILLIS };
    return await exporter.send(batch, signal);
  }

  sendSync(batches: readonly EncodedBatch[], timeoutMillis: number): readonly SendOutcome[] {
    const exporter = this.#opened();
    if (typeof exporter !== 'string' && exporter.sendSync !== undefined)
      return exporter.sendSync(batches, timeoutMillis);
    const reason = typeof exporter === 'string' ? exporter : 'the exporter can not send while the process exits';
    return batches.map(() => ({ kind: 'failed', reason }));
  }

  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    void exportRecords(this, records, new AbortController().signal).then(resultCallback);
  }

  async forceFlush(): Promise<void> {
    await this.#exporter?.forceFlush();
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await this.#exporter?.shutdown();
  }

  /** What the exporter says of itself, once it is made. */
  stats(): unknown {
    return (this.#exporter as { stats?(): unknown } | undefined)?.stats?.();
  }

  /** The exporter, or why it can't be made. */
  #opened(): EncodingLogRecordExporter | string {
    if (this.#exporter !== undefined) return this.#exporter;
    if (this.#isShutDown || !('make' in this.#successor)) return 'the exporter is already shut down';
    try {
      this.#exporter = this.#successor.make();
      return this.#exporter;
    } catch (error) {
      const reason = isLogferryError(error) ? error.message : 'the exporter could not be made';
      this.#sayError(reason);
      return reason;
    }
  }
}

/** Whether the promise resolved before the signal was aborted. */
async function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return await new Promise<boolean>((resolve) => {
    const abort = (): void => resolve(false);
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(() => {
      signal.removeEventListener('abort', abort);
      resolve(true);
    });
  });
}
