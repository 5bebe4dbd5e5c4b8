// SPDX-License-Identifier: Apache-2.0
import type { EvictionReason } from './held-traces.ts';

/** Why a record was not wanted: its severity, its logger, its trace, the filter function, or no trace to wait for. */
export type FilterReason = 'severity' | 'logger' | 'unsampled_trace' | 'filter' | 'no_trace';

/** Why a record that was wanted was left out on purpose; `hold_...`: it was held, and its trace logged no error. */
export type SuppressionReason = 'sampling' | 'rate_limit' | EvictionReason;

/**
 * Why a record was lost: the processor or the filter threw, the record could not be copied, it was emitted by the
 * destination itself while that took another one, or it came after shutdown.
 */
export type FailureReason = 'processor_threw' | 'filter_threw' | 'copy_failed' | 'reentrant' | 'already_shutdown';

/**
 * Counts of one destination since the start. Between two calls of `onEmit`
 *
 *     emitted = passed + held + all of filtered + all of suppressed + all of failed
 */
export interface DestinationStats {
  /** Records that the fan-out was given. What an application doesn't emit because `enabled` said no is not among them. */
  readonly emitted: number;
  /** Records that the processor took; what it does with them is in its own counts. */
  readonly passed: number;
  /** The part of `passed` and `failed` that was held before. */
  readonly released: number;
  /** Records that wait for an error of their trace, and an estimate of the memory that they take. */
  readonly held: number;
  readonly heldBytes: number;
  readonly filtered: Readonly<Record<FilterReason, number>>;
  readonly suppressed: Readonly<Record<SuppressionReason, number>>;
  readonly failed: Readonly<Record<FailureReason, number>>;
  /** Notices about suppressed records that the processor took; they are in no other count. */
  readonly notices: number;
}

/** The counts of one destination. */
export class DestinationCounts {
  emitted = 0;
  passed = 0;
  released = 0;
  notices = 0;
  readonly filtered: Record<FilterReason, number> = {
    severity: 0,
    logger: 0,
    unsampled_trace: 0,
    filter: 0,
    no_trace: 0,
  };
  readonly suppressed: Record<SuppressionReason, number> = {
    sampling: 0,
    rate_limit: 0,
    hold_records: 0,
    hold_bytes: 0,
    hold_traces: 0,
    hold_age: 0,
    hold_shutdown: 0,
  };
  readonly failed: Record<FailureReason, number> = {
    processor_threw: 0,
    filter_threw: 0,
    copy_failed: 0,
    reentrant: 0,
    already_shutdown: 0,
  };

  stats(held: number, heldBytes: number): DestinationStats {
    const { emitted, passed, released, notices, filtered, suppressed, failed } = this;
    return {
      emitted,
      passed,
      released,
      held,
      heldBytes,
      filtered: { ...filtered },
      suppressed: { ...suppressed },
      failed: { ...failed },
      notices,
    };
  }
}
