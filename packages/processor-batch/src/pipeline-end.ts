// SPDX-License-Identifier: Apache-2.0
import { type Clock, isLogferryError } from '@logferry/core';

import type { Ledger } from './accounting.ts';
import type { BatchIntake } from './batch-intake.ts';
import type { BatchSealer } from './batch-sealer.ts';
import type { BatchSender } from './batch-sender.ts';
import { bookOutcome } from './book-outcome.ts';
import type { Destination, DestinationOutcome, SealedBatch } from './destination.ts';
import type { EndingPipeline, FlushEvent } from './flush-events.ts';
import type { QueuedBatch } from './queued-batch.ts';
import { countOf, type Reporter } from './reporter.ts';
import { reportOutcome } from './send-reports.ts';
import { unknownSeverities } from './severity-counts.ts';

export interface PipelineEndParts {
  readonly intake: BatchIntake<SealedBatch>;
  readonly sender: BatchSender<SealedBatch>;
  readonly sealer: BatchSealer<SealedBatch>;
  readonly destination: Destination<SealedBatch>;
  readonly ledger: Ledger;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly timeoutMillis: number;
  /** Rejects when the time is up. */
  readonly forceFlush: (timeoutMillis: number) => Promise<void>;
}

/** Of the time for an event, what is kept for the last, synchronous delivery. */
const LONGEST_RESERVE_MILLIS = 1000;
const RESERVE_PART = 0.2;

/** One processor at the end of its process: a flush while that is possible, and a last synchronous delivery. */
export class PipelineEnd implements EndingPipeline {
  readonly #parts: PipelineEndParts;
  #endMillis: number | undefined;
  #isDraining = false;

  constructor(parts: PipelineEndParts) {
    this.#parts = parts;
  }

  get timeoutMillis(): number {
    return this.#parts.timeoutMillis;
  }

  get isIdle(): boolean {
    return this.#parts.ledger.queued === 0;
  }

  async flush(event: FlushEvent): Promise<boolean> {
    const { destination, ledger, reporter, timeoutMillis, forceFlush } = this.#parts;
    const reserveMillis = destination.canSendSync ? Math.min(LONGEST_RESERVE_MILLIS, timeoutMillis * RESERVE_PART) : 0;
    try {
      await forceFlush(timeoutMillis - reserveMillis);
    } catch (error) {
      // Where the exporter's own flush failed, everything was delivered before, and that is reported.
      if (!isLogferryError(error) || error.code !== 'DEADLINE_EXCEEDED' || ledger.queued === 0) return true;
      const { queued } = ledger;
      reporter.diagnostics.error('process-end', `${countOf(queued)} could not be delivered in time after ${event}`);
      return false;
    }
    return true;
  }

  finish(timeoutMillis: number): void {
    const { clock, ledger, intake, sender } = this.#parts;
    this.#endMillis ??= clock.monotonicMillis() + timeoutMillis;
    intake.closeEach();
    const entries = sender.handOver(() => this.#drain([]));
    const held = entries.reduce((sum, { records }) => sum + records, 0);
    // The process exits in the middle of encoding or sealing: these records will never be whole.
    const lost = ledger.queued - held;
    ledger.drop('shutdown', { severities: unknownSeverities(lost), sends: 0 }, lost);
    this.#drain(entries);
  }

  /** Delivers, and reports the outcome; then what hooks, diag loggers and the exporter logged meanwhile, unreported. */
  #drain(entries: readonly QueuedBatch<SealedBatch>[]): void {
    if (this.#isDraining) return;
    const { sender, reporter } = this.#parts;
    const takeRest = (): QueuedBatch<SealedBatch>[] => sender.handOver(() => this.#drain([]));
    this.#isDraining = true;
    this.#deliver([...entries, ...takeRest()]);
    reporter.flush();
    this.#deliver(takeRest());
    this.#isDraining = false;
  }

  #deliver(entries: readonly QueuedBatch<SealedBatch>[]): void {
    const { destination, sealer, clock } = this.#parts;
    const leftMillis = Math.ceil((this.#endMillis ?? 0) - clock.monotonicMillis());
    const sealed = entries
      .flatMap((entry) => (entry.content.kind === 'sealed' ? entry : sealer.seal(entry, entry.content.builder)))
      .flatMap((entry) => (entry.content.kind === 'sealed' ? [{ entry, batch: entry.content.batch }] : []));
    const canSend = sealed.length > 0 && leftMillis > 0;
    const batches = sealed.map(({ batch }) => batch);
    const outcomes = canSend ? destination.sendSync(batches, leftMillis) : [];
    for (const [index, { entry, batch }] of sealed.entries()) this.#book(entry, batch, outcomes[index]);
  }

  #book(
    entry: QueuedBatch<SealedBatch>,
    batch: SealedBatch,
    outcome: DestinationOutcome<SealedBatch> | undefined,
  ): void {
    const { ledger, reporter } = this.#parts;
    if (outcome === undefined) {
      ledger.drop('shutdown', entry, entry.records);
      return;
    }
    if (entry.sends === 0) {
      ledger.submit(entry.records);
      ledger.sends += 1;
      entry.sends = 1;
    }
    const { rejected, failed, kept, keptSeverities } = bookOutcome(this.#parts, entry, batch, outcome);
    ledger.drop('shutdown', { ...entry, severities: keptSeverities }, kept);
    // What is kept is said to stay queued, which would be wrong here; its drop is reported instead.
    if (outcome.kind === 'retryable') return;
    reportOutcome(reporter, outcome, { records: entry.records, rejected, failed, kept });
  }
}
