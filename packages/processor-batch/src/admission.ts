// SPDX-License-Identifier: Apache-2.0
import { indexOfRange, type SeverityRange } from './severity-counts.ts';

/** Which records are dropped when the queue is full; see `BatchingProcessorOptions.overflowPolicy`. */
export type OverflowPolicy = 'drop-newest' | 'drop-oldest';

/** How much a queue may hold. */
export interface QueueBounds {
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
}

/** The options that decide about admission. */
export interface AdmissionOptions extends QueueBounds {
  readonly overflowPolicy: OverflowPolicy;
  /** From 0 to below 1. */
  readonly severityReserve: number;
  readonly reservedSeverity: SeverityRange;
}

/** Something is admitted while both are below. */
interface Bound {
  readonly records: number;
  readonly bytes: number;
}

export interface AdmissionRules {
  /** For every record. */
  readonly openBound: Bound;
  /** For severe records: those whose severity index is at least `reservedFrom`. */
  readonly fullBound: Bound;
  /** 0: there is no reserve, and all records are alike. */
  readonly reservedFrom: number;
  readonly overflowPolicy: OverflowPolicy;
}

/** What a queue holds, without the new record, whose size is known only when it is encoded. */
export interface QueueLoad {
  readonly records: number;
  readonly bytes: number;
  /** The part of `records` that is not in flight. */
  readonly waiting: number;
  /** The part of `waiting` that can be dropped without a severe record. */
  readonly waitingLow: number;
}

/** What becomes of a record at the door: it goes in, it does not, or something is to be dropped and asked again. */
export type Admission = 'accept' | 'refuse' | 'drop-low' | 'drop-oldest';

export function admissionRules(options: AdmissionOptions): AdmissionRules {
  const { maxQueueSize, maxQueueBytes, overflowPolicy, severityReserve, reservedSeverity } = options;
  return {
    openBound: {
      records: maxQueueSize - Math.floor(maxQueueSize * severityReserve),
      bytes: maxQueueBytes - Math.floor(maxQueueBytes * severityReserve),
    },
    fullBound: { records: maxQueueSize, bytes: maxQueueBytes },
    reservedFrom: severityReserve === 0 ? 0 : indexOfRange(reservedSeverity),
    overflowPolicy,
  };
}

/**
 * Decides about a record of a severity index. Pure: a policy is this function.
 *
 * - A severe record is admitted up to the full bound. Beyond it, it takes the place of low records that wait; when there
 *   are none, the policy decides between it and the oldest that wait.
 * - A low record is admitted up to the open bound. Beyond it, the policy decides between it and the oldest low records
 *   that wait. It never takes the place of a severe one.
 *
 * So while a severe record is refused, every low one is refused as well.
 */
export function admit(rules: AdmissionRules, severity: number, load: QueueLoad): Admission {
  const isSevere = severity >= rules.reservedFrom;
  const bound = isSevere ? rules.fullBound : rules.openBound;
  if (load.records < bound.records && load.bytes < bound.bytes) return 'accept';
  const dropsOldest = rules.overflowPolicy === 'drop-oldest';
  if ((isSevere || dropsOldest) && load.waitingLow > 0) return 'drop-low';
  return isSevere && dropsOldest && load.waiting > 0 ? 'drop-oldest' : 'refuse';
}
