// SPDX-License-Identifier: Apache-2.0

/** Why a record is held no longer although its trace logged no error. */
export type EvictionReason = 'hold_records' | 'hold_bytes' | 'hold_traces' | 'hold_age' | 'hold_shutdown';

export interface HoldBounds {
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly maxTraces: number;
  readonly maxAgeMillis: number;
}

interface Held<T> {
  readonly item: T;
  readonly byteLength: number;
  readonly atMillis: number;
}

interface Trace<T> {
  /** In the order in which they came; those before `head` are gone. */
  entries: Held<T>[];
  head: number;
}

/** Told of each eviction. */
export type OnEvicted = (reason: EvictionReason, count: number) => void;

/** From this many dead entries on, an array is cut. */
const COMPACT_FROM = 64;

/**
 * Items held by trace, in order, within bounds that hold at any moment. What must go for lack of room is the oldest item
 * of the trace that was held first, so that the newest ones, next to what comes, remain.
 *
 * A trace that was released stays known for as long as an item would be held, and for as many traces.
 */
export class HeldTraces<T> {
  #bounds: HoldBounds;
  readonly #onEvicted: OnEvicted;
  readonly #traces = new Map<string, Trace<T>>();
  readonly #released = new Map<string, number>();
  #count = 0;
  #bytes = 0;

  constructor(bounds: HoldBounds, onEvicted: OnEvicted) {
    this.#bounds = bounds;
    this.#onEvicted = onEvicted;
  }

  /** Other bounds, which hold at once. */
  use(bounds: HoldBounds): void {
    this.#bounds = bounds;
    while (this.#traces.size > bounds.maxTraces) this.#evictOldestTrace();
    while (this.#count > bounds.maxRecords) this.#evictOldest('hold_records');
    while (this.#bytes > bounds.maxBytes) this.#evictOldest('hold_bytes');
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  hold(traceId: string, item: T, byteLength: number, nowMillis: number): void {
    const { maxRecords, maxBytes, maxTraces } = this.#bounds;
    if (byteLength > maxBytes) {
      this.#onEvicted('hold_bytes', 1);
      return;
    }
    let trace = this.#traces.get(traceId);
    if (trace === undefined) {
      if (this.#traces.size >= maxTraces) this.#evictOldestTrace();
      trace = { entries: [], head: 0 };
      this.#traces.set(traceId, trace);
    }
    trace.entries.push({ item, byteLength, atMillis: nowMillis });
    this.#count += 1;
    this.#bytes += byteLength;
    while (this.#count > maxRecords) this.#evictOldest('hold_records');
    while (this.#bytes > maxBytes) this.#evictOldest('hold_bytes');
  }

  /** The items of a trace in their order; from now on it counts as released. */
  release(traceId: string, nowMillis: number): readonly T[] {
    this.#released.delete(traceId);
    this.#released.set(traceId, nowMillis);
    if (this.#released.size > this.#bounds.maxTraces) {
      const oldest = this.#released.keys().next();
      if (oldest.done !== true) this.#released.delete(oldest.value);
    }
    const trace = this.#traces.get(traceId);
    if (trace === undefined) return [];
    this.#expireTrace(traceId, trace, nowMillis);
    this.#traces.delete(traceId);
    const entries = trace.entries.slice(trace.head);
    for (const { byteLength } of entries) this.#bytes -= byteLength;
    this.#count -= entries.length;
    return entries.map(({ item }) => item);
  }

  /** Whether the trace logged an error a short while ago. */
  isReleased(traceId: string, nowMillis: number): boolean {
    const atMillis = this.#released.get(traceId);
    return atMillis !== undefined && nowMillis - atMillis < this.#bounds.maxAgeMillis;
  }

  /** Lets go of what is too old. */
  expire(nowMillis: number): void {
    for (const [traceId, trace] of this.#traces) this.#expireTrace(traceId, trace, nowMillis);
    for (const [traceId, atMillis] of this.#released) {
      if (nowMillis - atMillis < this.#bounds.maxAgeMillis) break;
      this.#released.delete(traceId);
    }
  }

  /** Lets go of everything. */
  clear(): void {
    const count = this.#count;
    this.#traces.clear();
    this.#released.clear();
    this.#count = 0;
    this.#bytes = 0;
    if (count > 0) this.#onEvicted('hold_shutdown', count);
  }

  #expireTrace(traceId: string, trace: Trace<T>, nowMillis: number): void {
    let first = trace.entries[trace.head];
    while (first !== undefined && nowMillis - first.atMillis >= this.#bounds.maxAgeMillis) {
      this.#evictFirst(traceId, trace, 'hold_age');
      first = trace.entries[trace.head];
    }
  }

  #evictOldestTrace(): void {
    const oldest = this.#traces.entries().next();
    if (oldest.done === true) return;
    const [traceId, trace] = oldest.value;
    while (trace.head < trace.entries.length) this.#evictFirst(traceId, trace, 'hold_traces');
  }

  #evictOldest(reason: EvictionReason): void {
    const oldest = this.#traces.entries().next();
    if (oldest.done !== true) this.#evictFirst(oldest.value[0], oldest.value[1], reason);
  }

  #evictFirst(traceId: string, trace: Trace<T>, reason: EvictionReason): void {
    const entry = trace.entries[trace.head];
    if (entry === undefined) return;
    this.#count -= 1;
    this.#bytes -= entry.byteLength;
    trace.head += 1;
    if (trace.head === trace.entries.length) {
      this.#traces.delete(traceId);
    } else if (trace.head >= COMPACT_FROM && trace.head * 2 > trace.entries.length) {
      trace.entries = trace.entries.slice(trace.head);
      trace.head = 0;
    }
    this.#onEvicted(reason, 1);
  }
}
