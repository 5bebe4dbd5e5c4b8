// SPDX-License-Identifier: Apache-2.0
import type { Clock, ReadableLogRecord, Resource, TimerHandle } from '@logferry/core';

import type { Ledger } from './accounting.ts';
import { type AdmissionRules, admit } from './admission.ts';
import type { BatchSealer } from './batch-sealer.ts';
import type { BatchSender } from './batch-sender.ts';
import type { BatchBuilder, SealedBatch } from './destination.ts';
import type { DropReason } from './drop-reason.ts';
import { type CallOrigin, currentOrigin, type ExporterCalls } from './exporter-calls.ts';
import type { QueuedBatch } from './queued-batch.ts';
import { exporterError, type Reporter } from './reporter.ts';
import { addAt, countBelow, newSeverityCounts, type SeverityCounts, severityIndex } from './severity-counts.ts';

export interface BatchIntakeParts<B extends SealedBatch> {
  readonly sealer: BatchSealer<B>;
  readonly sender: BatchSender<B>;
  readonly ledger: Ledger;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly exporterCalls: ExporterCalls;
  readonly rules: AdmissionRules;
  readonly maxBatchSize: number;
  readonly maxBatchBytes: number;
  readonly maxBatchAgeMillis: number;
  /** Whether notices are to be emitted, for which a resource has to be remembered. */
  readonly emitsNotices: boolean;
}

/** Age of a batch that may hold nothing but what an exporter itself emitted. */
const DOUBTFUL_AGE_MILLIS = 60_000;

/**
 * The door and the open batch. `emit` is called for every record of the application: for each it does no more than
 * encode it and compare a few numbers; batches cost a timer and a microtask each.
 */
export class BatchIntake<B extends SealedBatch> {
  readonly #sealer: BatchSealer<B>;
  readonly #sender: BatchSender<B>;
  readonly #ledger: Ledger;
  readonly #reporter: Reporter;
  readonly #clock: Clock;
  readonly #exporterCalls: ExporterCalls;
  readonly #rules: AdmissionRules;
  #maxBatchSize: number;
  readonly #maxBatchBytes: number;
  readonly #maxBatchAgeMillis: number;
  readonly #emitsNotices: boolean;

  #builder: BatchBuilder<B> | undefined;
  #records = 0;
  #bytes = 0;
  #severities: SeverityCounts = newSeverityCounts();
  #ageTimer: TimerHandle | undefined;
  /** Runs while the open batch holds only records from the context of former exports. */
  #doubtfulTimer: TimerHandle | undefined;
  #causes: Set<ExporterCalls> | undefined;
  #notices = 0;
  /** Of the last record, where notices are emitted. */
  #resource: Resource | undefined;
  #sequence = 0;
  #isEncoding = false;
  #isClosed = false;

  constructor(parts: BatchIntakeParts<B>) {
    this.#sealer = parts.sealer;
    this.#sender = parts.sender;
    this.#ledger = parts.ledger;
    this.#reporter = parts.reporter;
    this.#clock = parts.clock;
    this.#exporterCalls = parts.exporterCalls;
    this.#rules = parts.rules;
    this.#maxBatchSize = parts.maxBatchSize;
    this.#maxBatchBytes = parts.maxBatchBytes;
    this.#maxBatchAgeMillis = parts.maxBatchAgeMillis;
    this.#emitsNotices = parts.emitsNotices;
  }

  /** Encoded bytes of the open batch. */
  get openBytes(): number {
    return this.#bytes;
  }

  /** Takes a record, or drops and counts it. Never throws. */
  emit(record: ReadableLogRecord): void {
    const severity = severityIndex(record);
    const origin = currentOrigin();
    const refusal = this.#refusal(severity, origin);
    if (refusal !== undefined) {
      this.#ledger.refuse(refusal, severity);
      return;
    }
    if (!this.#append(record)) {
      this.#ledger.refuse('encode_error', severity);
      return;
    }
    if (origin !== undefined) this.#noteCauses(origin);
    this.#accepted(severity, origin);
  }

  /**
   * Takes a record of the processor's own, which takes nobody's place. False where there is no room, and then it is not
   * counted. Never throws.
   */
  emitNotice(makeRecord: (resource: Resource) => ReadableLogRecord): boolean {
    const resource = this.#resource;
    if (resource === undefined || this.#isClosed || this.#isEncoding || this.#sealer.isSealing) return false;
    const { fullBound } = this.#rules;
    if (this.#ledger.queued >= fullBound.records || this.#sender.bytes + this.#bytes >= fullBound.bytes) return false;
    const record = makeRecord(resource);
    const severity = severityIndex(record);
    if (!this.#append(record)) return false;
    this.#notices += 1;
    this.#ledger.notices += 1;
    this.#accepted(severity, undefined);
    return true;
  }

  #accepted(severity: number, origin: CallOrigin | undefined): void {
    this.#ledger.accept();
    this.#records += 1;
    addAt(this.#severities, severity, 1);
    if (this.#records >= this.#maxBatchSize || this.#bytes >= this.#maxBatchBytes) {
      this.#closeBatch();
    } else if (this.#ageTimer === undefined) {
      this.#startAging(origin);
    }
  }

  /** Lets no record in any more. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * Closes the open batch, if it holds anything, and hands it to the sender.
   *
   * @returns the sequence of the last batch that was closed.
   */
  async closeBatch(): Promise<number> {
    // A getter of the record that is being encoded may ask for it; half a record must not be sealed.
    if (this.#isEncoding || this.#sealer.isSealing) await Promise.resolve();
    this.#closeBatch();
    return this.#sequence;
  }

  /** Closes the open batch, or gives it up where it is half encoded or sealed; from now on each record is a batch. */
  closeEach(): void {
    this.#maxBatchSize = 1;
    if (!this.#isEncoding && !this.#sealer.isSealing) {
      this.#closeBatch();
      return;
    }
    this.#isEncoding = false;
    this.#builder = undefined;
    this.#records = 0;
    this.#bytes = 0;
    this.#severities = newSeverityCounts();
    this.#notices = 0;
    this.#causes = undefined;
  }

  #refusal(severity: number, origin: CallOrigin | undefined): DropReason | undefined {
    if (this.#isClosed) return 'already_shutdown';
    if (this.#isEncoding || this.#sealer.isSealing) return 're_entrant';
    if (origin !== undefined && this.#exporterCalls.isCalling(origin)) return 're_entrant';
    const { openBound } = this.#rules;
    const isBelow = this.#ledger.queued < openBound.records && this.#sender.bytes + this.#bytes < openBound.bytes;
    return isBelow || this.#findsRoom(severity) ? undefined : 'queue_full';
  }

  /** Whether a record gets in although the queue is nearly full, after something was dropped for it where that helps. */
  #findsRoom(severity: number): boolean {
    for (;;) {
      const admission = admit(this.#rules, severity, {
        records: this.#ledger.queued,
        bytes: this.#sender.bytes + this.#bytes,
        waiting: this.#sender.waiting + this.#records,
        waitingLow: this.#sender.waitingLow + countBelow(this.#severities, this.#rules.reservedFrom),
      });
      if (admission === 'accept' || admission === 'refuse') return admission === 'accept';
      const candidates = admission === 'drop-low' ? this.#sender.waitingLow : this.#sender.waiting;
      // The open batch is the youngest, so its turn comes last.
      if (candidates > 0) this.#sender.makeRoom(admission);
      else this.#closeBatch();
    }
  }

  #noteCauses({ pipelines }: CallOrigin): void {
    this.#causes ??= new Set();
    for (const pipeline of pipelines) this.#causes.add(pipeline);
  }

  // A record from the context of a former call may be the application's, so it is taken. But were it the exporter's, then an
  // export a second later would bring about the next one, and so on.
  #startAging(origin: CallOrigin | undefined): void {
    if (origin?.pipelines.has(this.#exporterCalls) !== true) {
      this.#ageTimer = this.#clock.setTimer(() => this.#closeBatch(), this.#maxBatchAgeMillis);
    } else if (this.#doubtfulTimer === undefined) {
      const ageMillis = Math.max(DOUBTFUL_AGE_MILLIS, this.#maxBatchAgeMillis);
      this.#doubtfulTimer = this.#clock.setTimer(() => this.#closeBatch(), ageMillis);
    }
  }

  #closeBatch(): void {
    this.#ageTimer?.cancel();
    this.#ageTimer = undefined;
    this.#doubtfulTimer?.cancel();
    this.#doubtfulTimer = undefined;
    const builder = this.#builder;
    if (builder === undefined || this.#records === 0) return;
    this.#sequence += 1;
    const entry: QueuedBatch<B> = {
      sequence: this.#sequence,
      content: { kind: 'open-resource', builder },
      records: this.#records,
      bytes: this.#bytes,
      severities: this.#severities,
      sends: 0,
      isDivisible: true,
      notices: this.#notices,
      causes: this.#causes,
    };
    this.#notices = 0;
    this.#causes = undefined;
    this.#records = 0;
    this.#bytes = 0;
    this.#severities = newSeverityCounts();
    if (mustWait(builder)) {
      this.#builder = undefined;
      this.#sender.enqueue(entry);
      return;
    }
    const sealed = this.#sealer.seal(entry, builder);
    if (sealed.length === 0) this.#builder = undefined;
    for (const part of sealed) this.#sender.enqueue(part);
  }

  /** Whether the record is in the open batch. */
  #append(record: ReadableLogRecord): boolean {
    this.#isEncoding = true;
    const builder = (this.#builder ??= this.#sealer.builder());
    try {
      if (builder === undefined) return false;
      if (this.#emitsNotices) this.#resource = record.resource;
      builder.append(record);
      this.#bytes = builder.byteLength;
      return true;
    } catch (error) {
      this.#reporter.errorSoon('append', () =>
        exporterError("the exporter's encoder threw while it encoded a record", error),
      );
      return recordCountOf(builder) > this.#records;
    } finally {
      this.#isEncoding = false;
    }
  }
}

function recordCountOf(builder: BatchBuilder<SealedBatch> | undefined): number {
  try {
    return builder?.recordCount ?? 0;
  } catch {
    return 0;
  }
}

/** Whether a header needs attributes that are not known yet. */
function mustWait(builder: BatchBuilder<SealedBatch>): boolean {
  try {
    return builder.pending !== undefined;
  } catch {
    return false;
  }
}
