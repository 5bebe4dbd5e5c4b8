// SPDX-License-Identifier: Apache-2.0
import type { DropReason } from './drop-reason.ts';
import { DropTable } from './drop-table.ts';
import type { Reporter } from './reporter.ts';
import type { UntoldDrops } from './untold-drops.ts';
import { addAt, addSeverities, type SeverityCounts, type SeverityRange } from './severity-counts.ts';

/**
 * A moment of a processor. All counts are records since it was constructed, unless they say otherwise. At any moment
 *
 * - `emitted = accepted + refused`
 * - `accepted = delivered + queued + (sum of dropped - refused)`
 */
export interface BatchingProcessorStats {
  /** Handed to `onEmit`. */
  readonly emitted: number;
  /** Taken into the queue. */
  readonly accepted: number;
  /** Dropped before they were in the queue; part of `dropped`. */
  readonly refused: number;
  /** Acknowledged by the destination. */
  readonly delivered: number;
  /** In memory now: in the open batch, in sealed batches and in flight. */
  readonly queued: number;
  /** Bytes of `queued`: encoded bytes, or an estimate where the exporter takes records. */
  readonly queuedBytes: number;
  /** The part of `queued` that is being sent now. */
  readonly inFlight: number;
  /** Exports that run now, counting those that were given up on and have not ended. */
  readonly inFlightSends: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly droppedBySeverity: Readonly<Record<SeverityRange, number>>;
  /** The part of `emitted` that are notices of drops, which the processor emits itself. */
  readonly notices: number;
  /** Batches sealed. */
  readonly batches: number;
  /** Exports started. */
  readonly sends: number;
  /** The part of `sends` that sent a batch, or the rest of one, again. */
  readonly retries: number;
}

/** What the queue knows and the ledger does not. */
export type QueueStats = Pick<BatchingProcessorStats, 'queuedBytes' | 'inFlight' | 'inFlightSends'>;

/** Records that leave the queue together: a batch, or what is left of one. */
export interface BookedBatch {
  /** Of its records: they add up to how many it holds. */
  readonly severities: SeverityCounts;
  /** How often it was handed to the exporter. */
  readonly sends: number;
  /** How many of its records may be notices of drops. Default: 0. */
  readonly notices?: number;
}

/** The processor's books: every record is entered once when it comes and once when it goes. */
export class Ledger {
  notices = 0;
  batches = 0;
  sends = 0;
  retries = 0;
  #accepted = 0;
  #queued = 0;
  #delivered = 0;
  #refused = 0;
  #submitted = 0;
  readonly #reporter: Reporter;
  readonly #drops = new DropTable();
  readonly #untold: UntoldDrops | undefined;

  /** @param untold drops are entered there as well, without those of notices. */
  constructor(reporter: Reporter, untold?: UntoldDrops) {
    this.#reporter = reporter;
    this.#untold = untold;
  }

  /** Accepted records that are neither delivered nor dropped. */
  get queued(): number {
    return this.#queued;
  }

  /** Records that the exporter was handed at least once. */
  get submitted(): number {
    return this.#submitted;
  }

  get drops(): DropTable {
    return this.#drops;
  }

  /** Takes one record into the queue. */
  accept(): void {
    this.#accepted += 1;
    this.#queued += 1;
  }

  /** `count` records are handed to the exporter for the first time. */
  submit(count: number): void {
    this.#submitted += count;
  }

  deliver(count: number): void {
    this.#delivered += count;
    this.#queued -= count;
  }

  /** Drops one record that was not accepted. */
  refuse(reason: DropReason, severity: number): void {
    this.#refused += 1;
    this.#drops.add(reason, severity);
    addAt(this.#reporter.dropped(reason, 1), severity, 1);
    this.#untold?.add(reason, severity);
  }

  /** Drops `count` accepted records of a batch. */
  drop(reason: DropReason, batch: BookedBatch, count: number): void {
    if (count === 0) return;
    this.#queued -= count;
    this.#drops.addPart(reason, batch.severities, count, batch.sends > 0);
    addSeverities(this.#reporter.dropped(reason, count), batch.severities, count);
    // Which of a part are notices is not known: rather one record too few is told than a notice of a notice.
    this.#untold?.addPart(reason, batch.severities, Math.max(0, count - (batch.notices ?? 0)));
  }

  stats(queue: QueueStats): BatchingProcessorStats {
    return {
      emitted: this.#accepted + this.#refused,
      accepted: this.#accepted,
      refused: this.#refused,
      delivered: this.#delivered,
      queued: this.#queued,
      ...queue,
      dropped: this.#drops.byReason(),
      droppedBySeverity: this.#drops.bySeverity(),
      notices: this.notices,
      batches: this.batches,
      sends: this.sends,
      retries: this.retries,
    };
  }
}
