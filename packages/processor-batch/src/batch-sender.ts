// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerHandle } from '@logferry/core';

import type { Ledger } from './accounting.ts';
import { BatchQueue } from './batch-queue.ts';
import { type BatchSealer, releaseBatch } from './batch-sealer.ts';
import { bookOutcome } from './book-outcome.ts';
import type { BatchBuilder, Destination, DestinationOutcome, SealedBatch } from './destination.ts';
import { FlushTracker, type FlushWait } from './flush-tracker.ts';
import { OverflowDrops } from './overflow-drops.ts';
import type { QueuedBatch } from './queued-batch.ts';
import type { Reporter } from './reporter.ts';
import { RetryGate } from './retry-gate.ts';
import { SendAttempt } from './send-attempt.ts';
import { reportOutcome } from './send-reports.ts';

export interface BatchSenderParts<B extends SealedBatch> {
  readonly destination: Destination<B>;
  readonly sealer: BatchSealer<B>;
  readonly ledger: Ledger;
  readonly reporter: Reporter;
  readonly clock: Clock;
  /** Infinity: no limit. */
  readonly exportTimeoutMillis: number;
  /** The severity index from which on records are dropped last; 0: all are alike. */
  readonly reservedFrom: number;
  /** Called when the destination took a batch. */
  readonly onDelivered: () => void;
}

/**
 * Sends closed batches.
 *
 * Invariants:
 * - A batch is in the queue or in flight, once, until it is delivered or dropped; then it is booked, once.
 * - Sends start in the order in which the batches were closed, at most `maxConcurrentSends` at a time. With more than
 *   one, a destination may see batches out of order; a batch that is sent again goes before all later ones.
 * - A batch is released only when its send has ended.
 * - The exporter is never called from inside `onEmit`.
 */
export class BatchSender<B extends SealedBatch> {
  readonly #parts: BatchSenderParts<B>;
  readonly #queue: BatchQueue<B>;
  readonly #overflow: OverflowDrops<B>;
  /** Sends that keep others from starting. A lost one, whose batch is booked, has no batch any more. */
  readonly #attempts = new Map<SendAttempt<B>, QueuedBatch<B> | undefined>();
  readonly #tracker = new FlushTracker();
  readonly #gate = new RetryGate(Math.random);
  #bytes = 0;
  #draining = 0;
  #isPumpScheduled = false;
  #isCheckScheduled = false;
  #isStopped = false;
  #wakeWhenIdle: (() => void) | undefined;
  #takeOver: (() => void) | undefined;
  #retryTimer: TimerHandle | undefined;
  #resourceTimer: TimerHandle | undefined;
  #ignoresResources = false;
  /** The batch that needs to wait for its resource no more. */
  #hasWaited: QueuedBatch<B> | undefined;

  constructor(parts: BatchSenderParts<B>) {
    this.#parts = parts;
    this.#queue = new BatchQueue(parts.reservedFrom);
    this.#overflow = new OverflowDrops({
      ...parts,
      queue: this.#queue,
      resized: (byBytes) => {
        this.#bytes += byBytes;
      },
      finish: (entry) => this.#finish(entry),
      release: (batch) => releaseBatch(batch, parts.reporter),
    });
  }

  /** Bytes of all batches that are queued or in flight. */
  get bytes(): number {
    return this.#bytes;
  }

  get inFlight(): number {
    let records = 0;
    for (const entry of this.#attempts.values()) records += entry?.records ?? 0;
    return records;
  }

  get inFlightSends(): number {
    return this.#attempts.size;
  }

  /** Records of batches that are not in flight. */
  get waiting(): number {
    return this.#queue.records;
  }

  /** The part of `waiting` that can be dropped without a severe record. */
  get waitingLow(): number {
    return this.#queue.lowRecords;
  }

  /** Takes a closed batch; it is sent in a microtask of its own. */
  enqueue(entry: QueuedBatch<B>): void {
    this.#bytes += entry.bytes;
    this.#queue.insert(entry);
    if (this.#takeOver === undefined) this.#schedulePump();
    else this.#takeOver();
  }

  /** Makes room among what waits; see `OverflowDrops`. */
  makeRoom(what: 'drop-low' | 'drop-oldest'): void {
    if (what === 'drop-low') this.#overflow.dropLow();
    else this.#overflow.dropOldest();
    // Not now: a hook that is called while a send is booked may log, and then that batch is nowhere for a moment.
    if (this.#isCheckScheduled) return;
    this.#isCheckScheduled = true;
    queueMicrotask(() => {
      this.#isCheckScheduled = false;
      this.#checkProgress();
    });
  }

  /** Waits until every batch up to `sequence` is delivered, or dropped and counted. */
  whenDone(sequence: number): FlushWait {
    return this.#tracker.wait(sequence, this.#oldest());
  }

  /** Retries sooner until the function that comes back is called. */
  hurry(): () => void {
    this.#draining += 1;
    this.#schedulePump();
    return () => {
      this.#draining -= 1;
    };
  }

  /** Seals what waits for its resource without the attributes that are still missing. */
  stopWaitingForResources(): void {
    this.#ignoresResources = true;
    this.#schedulePump();
  }

  /** Starts no send any more and aborts those in flight; resolves when they have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#retryTimer?.cancel();
    this.#resourceTimer?.cancel();
    const idle = new Promise<void>((resolve) => {
      this.#wakeWhenIdle = resolve;
    });
    for (const attempt of this.#attempts.keys()) attempt.abort();
    if (!this.#isIdle()) await idle;
  }

  /** After `stop`: drops whatever is left, and forgets sends that have not ended. */
  dropRest(): void {
    // Those in flight are not released: the exporter may still read them.
    for (const entry of this.#takeInFlight()) this.#parts.ledger.drop('shutdown', entry, entry.records);
    for (let entry = this.#queue.head; entry !== undefined; entry = this.#queue.head) {
      this.#queue.remove(entry);
      this.#parts.ledger.drop('shutdown', entry, entry.records);
      this.#finish(entry);
    }
    this.#tracker.update(Infinity);
  }

  /**
   * Gives everything away that is queued or in flight, without booking it: what is in flight comes first, and what its
   * sends report does not count any more. Nothing is sent from here again; `takeOver` is called for each later batch.
   */
  handOver(takeOver: () => void): QueuedBatch<B>[] {
    this.#isStopped = true;
    this.#takeOver = takeOver;
    const entries = this.#takeInFlight();
    for (let entry = this.#queue.head; entry !== undefined; entry = this.#queue.head) {
      this.#queue.remove(entry);
      this.#bytes -= entry.bytes;
      entries.push(entry);
    }
    return entries;
  }

  /** Forgets the sends that run, and gives their batches, in order. */
  #takeInFlight(): QueuedBatch<B>[] {
    const entries: QueuedBatch<B>[] = [];
    for (const [attempt, entry] of this.#attempts) {
      attempt.forget();
      if (entry === undefined) continue;
      this.#bytes -= entry.bytes;
      entries.push(entry);
    }
    this.#attempts.clear();
    return entries.toSorted((one, other) => one.sequence - other.sequence);
  }

  #oldest(): number {
    let oldest = this.#queue.head?.sequence ?? Infinity;
    for (const entry of this.#attempts.values()) oldest = Math.min(oldest, entry?.sequence ?? Infinity);
    return oldest;
  }

  #isIdle(): boolean {
    for (const entry of this.#attempts.values()) if (entry !== undefined) return false;
    return true;
  }

  #schedulePump(): void {
    if (this.#isPumpScheduled) return;
    this.#isPumpScheduled = true;
    queueMicrotask(() => {
      this.#isPumpScheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    const { destination, clock } = this.#parts;
    for (let head = this.#queue.head; head !== undefined && !this.#isStopped; head = this.#queue.head) {
      if (head.content.kind === 'open-resource') {
        if (!this.#sealLate(head, head.content.builder)) return;
        continue;
      }
      if (this.#attempts.size >= (this.#gate.isProbing ? 1 : destination.maxConcurrentSends)) return;
      this.#retryTimer?.cancel();
      const waitMillis = this.#gate.waitMillis(clock.monotonicMillis(), this.#draining > 0);
      if (waitMillis > 0) {
        this.#retryTimer = clock.setTimer(() => this.#pump(), waitMillis);
        return;
      }
      this.#queue.remove(head);
      this.#send(head, head.content.batch);
    }
  }

  #send(entry: QueuedBatch<B>, batch: B): void {
    const { destination, ledger, clock, exportTimeoutMillis } = this.#parts;
    const { epoch } = this.#gate;
    const attempt: SendAttempt<B> = new SendAttempt(destination, exportTimeoutMillis, clock, {
      ended: (outcome) => {
        this.#attempts.set(attempt, undefined);
        this.#book(entry, batch, outcome, epoch);
        this.#checkProgress();
        if (outcome.kind === 'delivered') this.#parts.onDelivered();
      },
      lost: () => {
        this.#attempts.set(attempt, undefined);
        this.#bytes -= entry.bytes;
        ledger.drop('export_timeout', entry, entry.records);
        this.#checkProgress();
      },
      freed: () => {
        this.#attempts.delete(attempt);
        this.#schedulePump();
      },
    });
    this.#attempts.set(attempt, entry);
    ledger.sends += 1;
    if (entry.sends > 0) ledger.retries += 1;
    else ledger.submit(entry.records);
    entry.sends += 1;
    attempt.start(destination, batch, entry.causes);
  }

  #book(entry: QueuedBatch<B>, batch: B, outcome: DestinationOutcome<B>, epoch: number): void {
    const { clock, reporter } = this.#parts;
    const { rejected, failed, kept, keptSeverities, remaining } = bookOutcome(this.#parts, entry, batch, outcome);
    const rest = remaining === undefined ? batch : remaining;
    reportOutcome(reporter, outcome, { rejected, failed, kept, records: entry.records });
    if (outcome.kind === 'retryable') {
      this.#gate.failed(epoch, clock.monotonicMillis(), outcome.retryAfterMillis);
    } else {
      this.#gate.succeeded(epoch);
    }
    if (kept === 0) {
      this.#finish(entry);
      return;
    }
    entry.records = kept;
    entry.severities = keptSeverities;
    if (rest !== batch) {
      releaseBatch(batch, reporter);
      entry.content = { kind: 'sealed', batch: rest };
      this.#resize(entry, this.#parts.destination.byteLength(rest));
    }
    this.#queue.insert(entry);
  }

  #checkProgress(): void {
    this.#tracker.update(this.#oldest());
    if (this.#isIdle()) this.#wakeWhenIdle?.();
  }

  /** Whether the batch is sealed or gone; false: it waits for its resource, and the pump is called again. */
  #sealLate(entry: QueuedBatch<B>, builder: BatchBuilder<B>): boolean {
    const mayWait = !this.#ignoresResources && entry !== this.#hasWaited;
    const pending = mayWait ? pendingOf(builder) : undefined;
    if (pending !== undefined) {
      this.#waitForResource(entry, pending);
      return false;
    }
    // Out of the queue for the time: sealing calls the exporter's code.
    const bytesBefore = entry.bytes;
    this.#queue.remove(entry);
    const sealed = this.#parts.sealer.seal(entry, builder);
    this.#bytes += sealed.reduce((sum, { bytes }) => sum + bytes, 0) - bytesBefore;
    for (const part of sealed) this.#queue.insert(part);
    if (sealed.length > 0) this.#parts.sealer.giveBack(builder);
    else this.#checkProgress();
    return true;
  }

  // A resource detector that hangs must not hold the logs for ever.
  #waitForResource(entry: QueuedBatch<B>, pending: Promise<void>): void {
    if (this.#resourceTimer !== undefined) return;
    const { clock, exportTimeoutMillis, reporter } = this.#parts;
    const goOn = (): void => {
      this.#resourceTimer?.cancel();
      this.#resourceTimer = undefined;
      // Once is enough: a resource that stays pending after its promise has settled would make a loop of it.
      this.#hasWaited = entry;
      this.#pump();
    };
    const giveUp = (): void => {
      this.#ignoresResources = true;
      reporter.diagnostics.warn(
        'resource',
        `the resource's asynchronous attributes are not known after ${exportTimeoutMillis} ms; log records are sent without them`,
      );
      goOn();
    };
    this.#resourceTimer =
      exportTimeoutMillis === Infinity ? { cancel: () => {} } : clock.setTimer(giveUp, exportTimeoutMillis);
    void pending.then(goOn, goOn);
  }

  #resize(entry: QueuedBatch<B>, bytes: number): void {
    this.#bytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }

  /** Lets a batch go whose records are booked. */
  #finish(entry: QueuedBatch<B>): void {
    this.#bytes -= entry.bytes;
    if (entry.content.kind === 'sealed') releaseBatch(entry.content.batch, this.#parts.reporter);
  }
}

function pendingOf<B>(builder: BatchBuilder<B>): Promise<void> | undefined {
  try {
    return builder.pending;
  } catch {
    return undefined;
  }
}
