// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  choiceOption,
  type EmitContext,
  integerOption,
  invalidOption,
  knownOptions,
  type ReadableLogRecord,
  snapshotRecord,
  type TimerHandle,
  ValueSnapshots,
} from '@logferry/core';

import { HeldTraces, type HoldBounds, type OnEvicted } from './held-traces.ts';
import { type MinimumSeverity, severityOption } from './severity.ts';

/** Holds the records of low severity of a trace, and sends them only if that trace logs an error. */
export interface FingersCrossedOptions {
  /** Records below are held, others pass at once. Default: `info`. */
  readonly passFrom?: MinimumSeverity;
  /** The severity that releases what is held of its trace. Default: `error`. */
  readonly releaseFrom?: MinimumSeverity;
  /** What happens to records below `passFrom` that belong to no trace. Default: `discard`. */
  readonly withoutTrace?: 'discard' | 'pass';
  /** Records held at most, over all traces. Default: 10,000. */
  readonly maxRecords?: number;
  /** Bytes held at most, an estimate of the memory that snapshots take. Default: 16 MiB. */
  readonly maxBytes?: number;
  /** Traces of which records are held, and released traces that are remembered, at most. Default: 1000. */
  readonly maxTraces?: number;
  /** How long a record is held, and a released trace remembered, at most. Default: 60,000. */
  readonly maxAgeMillis?: number;
}

export interface ResolvedFingersCrossed extends HoldBounds {
  readonly passFrom: number;
  readonly releaseFrom: number;
  readonly withoutTrace: 'discard' | 'pass';
}

const OPTIONS: readonly (keyof FingersCrossedOptions)[] = [
  'passFrom',
  'releaseFrom',
  'withoutTrace',
  'maxRecords',
  'maxBytes',
  'maxTraces',
  'maxAgeMillis',
];

/** @throws LogferryError `INVALID_OPTION` */
export function resolveFingersCrossed(path: string, options: FingersCrossedOptions): ResolvedFingersCrossed {
  if (typeof options !== 'object' || (options as unknown) === null) throw invalidOption(path, options, 'an object');
  knownOptions(path, options, OPTIONS);
  const passFrom = severityOption(`${path}.passFrom`, options.passFrom, 'info');
  const releaseFrom = severityOption(`${path}.releaseFrom`, options.releaseFrom, 'error');
  if (releaseFrom < passFrom) {
    throw invalidOption(`${path}.releaseFrom`, options.releaseFrom, 'at least passFrom');
  }
  return {
    passFrom,
    releaseFrom,
    withoutTrace: choiceOption(`${path}.withoutTrace`, options.withoutTrace, 'discard', ['discard', 'pass']),
    maxRecords: integerOption(`${path}.maxRecords`, options.maxRecords, 10_000, { min: 1 }),
    maxBytes: integerOption(`${path}.maxBytes`, options.maxBytes, 16 * 1024 * 1024, { min: 1024 }),
    maxTraces: integerOption(`${path}.maxTraces`, options.maxTraces, 1000, { min: 1 }),
    maxAgeMillis: integerOption(`${path}.maxAgeMillis`, options.maxAgeMillis, 60_000, { min: 1 }),
  };
}

/** What is kept of a record. */
export interface HeldRecord {
  readonly record: ReadableLogRecord;
  readonly context: EmitContext;
}

/** What becomes of a record: it goes on, is discarded, or is held. */
export type HoldDecision = 'pass' | 'discard' | 'held';

/** Looks for old records this often in the time that a record is held. */
const LOOKS_PER_AGE = 4;

/** The held records of one destination. */
export class FingersCrossed {
  #options: ResolvedFingersCrossed;
  readonly #clock: Clock;
  readonly #traces: HeldTraces<HeldRecord>;
  readonly #values = new ValueSnapshots();
  #timer: TimerHandle | undefined;

  constructor(options: ResolvedFingersCrossed, clock: Clock, onEvicted: OnEvicted) {
    this.#options = options;
    this.#clock = clock;
    this.#traces = new HeldTraces(options, onEvicted);
  }

  /** Other options; what is held stays held, as far as they have room for it. */
  use(options: ResolvedFingersCrossed): void {
    this.#options = options;
    this.#traces.use(options);
  }

  get held(): number {
    return this.#traces.count;
  }

  get heldBytes(): number {
    return this.#traces.bytes;
  }

  isRelease(severity: number): boolean {
    return severity >= this.#options.releaseFrom;
  }

  /** Whether a record is one of those that are held; one without a severity is not. */
  isLow(severity: number): boolean {
    return severity > 0 && severity < this.#options.passFrom;
  }

  /** Holds a snapshot of a record that `isLow`, unless its trace has failed already. Throws when the record's own fields throw. */
  take(record: ReadableLogRecord, traceId: string | undefined, context: EmitContext): HoldDecision {
    if (traceId === undefined) return this.#options.withoutTrace;
    if (this.#traces.isReleased(traceId, this.#clock.monotonicMillis())) return 'pass';
    const snapshot = snapshotRecord(record, this.#values);
    // After the copy: reading a record may run code that logs.
    this.#traces.hold(
      traceId,
      { record: snapshot.record, context },
      snapshot.byteLength,
      this.#clock.monotonicMillis(),
    );
    this.#schedule();
    return 'held';
  }

  /** What is held of a trace, in order. */
  release(traceId: string): readonly HeldRecord[] {
    return this.#traces.release(traceId, this.#clock.monotonicMillis());
  }

  /** Lets go of everything, counted as `hold_shutdown`. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#traces.clear();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#traces.count === 0) return;
    this.#timer = this.#clock.setTimer(
      () => {
        this.#timer = undefined;
        this.#traces.expire(this.#clock.monotonicMillis());
        this.#schedule();
      },
      Math.ceil(this.#options.maxAgeMillis / LOOKS_PER_AGE),
    );
  }
}
