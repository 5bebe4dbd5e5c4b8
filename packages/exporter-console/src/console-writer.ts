// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';

import type { EncodedBatch, SendOutcome } from '@logferry/core';

import { ConsoleBatch, recordsWithin, type Run, runsOf } from './console-batch.ts';
import type { WriteResult } from './descriptor-writer.ts';
import type { GuardedStream, StreamWrite } from './guarded-stream.ts';

/** How soon a stream that stands still is tried again. */
const STALLED_RETRY_MILLIS = 1000;

const STANDS_STILL = 'the reader stands still';

/** What became of the records so far. */
export interface ConsoleExporterStats {
  /** Records that a stream has taken. */
  readonly writtenRecords: number;
  readonly writtenBytes: number;
  /** Records that no stream took: a closed pipe, a full disk, a reader that stands still. */
  readonly failedRecords: number;
}

/** A run that was handed to its stream. */
interface HandedRun extends Run {
  readonly write: StreamWrite;
}

/** How far a batch has got. */
interface Progress {
  readonly runs: readonly Run[];
  readonly handed: HandedRun[];
  /** Set when it has ended. */
  outcome: SendOutcome | undefined;
}

/** Writes the lines of a batch to their streams in the order of the records, and keeps account. */
export class ConsoleWriter {
  readonly #stdout: GuardedStream;
  readonly #stderr: GuardedStream;
  readonly #progress = new WeakMap<EncodedBatch, Progress>();
  #unfinishedHandovers = 0;
  #writtenRecords = 0;
  #writtenBytes = 0;
  #failedRecords = 0;

  constructor(stdout: GuardedStream, stderr: GuardedStream) {
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  get stats(): ConsoleExporterStats {
    return {
      writtenRecords: this.#writtenRecords,
      writtenBytes: this.#writtenBytes,
      failedRecords: this.#failedRecords,
    };
  }

  /** Whether lines wait, in a stream or for one: what is written now would overtake them. */
  get isBusy(): boolean {
    return this.#unfinishedHandovers > 0 || this.#stdout.isBusy || this.#stderr.isBusy;
  }

  /** Counts records that were given up before any stream saw them. */
  countFailed(records: number): void {
    this.#failedRecords += records;
  }

  /** Settles when the streams hold nothing of ours. */
  async idle(): Promise<void> {
    await Promise.all([this.#stdout.idle(), this.#stderr.idle()]);
  }

  /**
   * Writes synchronously as far as the streams do. Call it only when `isBusy` is false or all earlier writes have
   * settled. Never rejects.
   *
   * @param limit is called for the signal that ends the write when a stream makes it wait.
   */
  async write(batch: EncodedBatch, limit: () => AbortSignal): Promise<SendOutcome> {
    const runs = runsOf(batch);
    if (this.isBusy && runs.some((run) => this.#streamOf(run).isBusy)) {
      // An earlier write was given up, and its lines still wait in the stream; more would only heap up behind them.
      return { kind: 'retryable', reason: STANDS_STILL, retryAfterMillis: STALLED_RETRY_MILLIS };
    }
    const handed: HandedRun[] = [];
    this.#progress.set(batch, { runs, handed, outcome: undefined });
    const writes: Promise<void>[] = [];
    let previous: GuardedStream | undefined;
    let signal: AbortSignal | undefined;
    this.#unfinishedHandovers += 1;
    for (const run of runs) {
      if (previous?.isBusy === true) {
        // stdout and stderr are often one terminal: what the other one holds comes first.
        signal ??= limit();
        await untilAborted(previous.idle(), signal);
        if (signal.aborted) break;
      }
      const stream = this.#streamOf(run);
      previous = stream;
      writes.push(
        new Promise((resolve) => {
          handed.push({ ...run, write: stream.write(run.bytes, resolve) });
        }),
      );
    }
    this.#unfinishedHandovers -= 1;
    const all = Promise.all(writes);
    if (this.isBusy) {
      signal ??= limit();
      await untilAborted(all, signal);
      // What was written before the abort may call back only now: it must not be taken for lost.
      if (signal.aborted) await Promise.race([all, setImmediate()]);
    } else await all;
    return this.#account(batch, runs, handed, 'aborted');
  }

  /**
   * Writes a batch without the event loop, at the end of the process; one whose `write` has begun is finished. Lines that no
   * stream was given are `retryable`.
   *
   * @param endMillis until when a reader is waited for, by `performance.now()`.
   */
  finish(batch: EncodedBatch, endMillis: number): SendOutcome {
    const begun = this.#progress.get(batch);
    const { outcome } = begun ?? {};
    if (outcome !== undefined) {
      // It has ended, and nobody could be told; or it was sent in vain, and waits for the next time.
      const isUntouched = outcome.kind === 'retryable' && (outcome.remaining ?? batch) === batch;
      if (!isUntouched) return outcome;
    }
    const isUnderWay = begun !== undefined && outcome === undefined;
    const { runs, handed } = isUnderWay ? begun : { runs: runsOf(batch), handed: [] as HandedRun[] };
    for (const run of handed) if (run.write.result === undefined) this.#streamOf(run).finishPending(endMillis);
    for (const run of runs.slice(handed.length)) {
      const write = this.#streamOf(run).writeSync(run.bytes, endMillis);
      if (write.result === undefined) break;
      handed.push({ ...run, write });
      if (write.result.error !== undefined) break;
    }
    return this.#account(batch, runs, handed, STANDS_STILL);
  }

  #streamOf(run: Run): GuardedStream {
    return run.toStderr ? this.#stderr : this.#stdout;
  }

  #account(batch: EncodedBatch, runs: readonly Run[], handed: HandedRun[], unhanded: string): SendOutcome {
    const outcome = this.#outcome(batch, runs, handed, unhanded);
    this.#progress.set(batch, { runs, handed, outcome });
    return outcome;
  }

  #outcome(batch: EncodedBatch, runs: readonly Run[], handed: readonly HandedRun[], unhanded: string): SendOutcome {
    let failed = 0;
    const reasons = new Set<string>();
    for (const run of handed) {
      const { result } = run.write;
      const writtenBytes = result?.writtenBytes ?? 0;
      const writtenRecords = recordsWithin(batch, run, writtenBytes);
      this.#writtenRecords += writtenRecords;
      this.#writtenBytes += writtenBytes;
      if (writtenRecords === run.recordCount) continue;
      failed += run.recordCount - writtenRecords;
      reasons.add(`${run.toStderr ? 'stderr' : 'stdout'} ${reasonOf(result)}`);
    }
    this.#failedRecords += failed;
    const reason = [...reasons].join(', ');
    const rest = runs[handed.length];
    if (rest !== undefined) {
      const remaining = batch instanceof ConsoleBatch ? batch.from(rest.firstLine) : batch;
      return { kind: 'retryable', reason: reason || unhanded, remaining, rejectedCount: failed };
    }
    if (failed === 0) return { kind: 'delivered', rejectedCount: 0 };
    return failed === batch.recordCount
      ? { kind: 'failed', reason }
      : { kind: 'delivered', rejectedCount: failed, message: reason };
  }
}

/** A code of the system, such as EPIPE; the message of an error may hold anything and is left out. */
function reasonOf(result: WriteResult | undefined): string {
  const { code } = (result?.error ?? {}) as { readonly code?: unknown };
  if (result === undefined || code === 'EAGAIN') return 'did not take the lines in time';
  return `failed with ${typeof code === 'string' && /^[A-Z][A-Z\d_]{1,39}$/.test(code) ? code : 'an error'}`;
}

/** Waits for work that never rejects, or until the signal is aborted. */
async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let stop!: () => void;
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal.addEventListener('abort', stop, { once: true });
  await Promise.race([work, aborted]);
  signal.removeEventListener('abort', stop);
}
