// SPDX-License-Identifier: Apache-2.0

/** Which threads can read the memory of a batch: the one that made it, or any that it is shown to, without a copy. */
export type ArenaMemory = 'private' | 'shared';

/**
 * Growable memory that one batch is written into. Its ArrayBuffer belongs to it alone: never to Node's shared buffer
 * pool, because a batch may be transferred to another thread, which detaches the whole ArrayBuffer.
 */
export class ByteArena {
  bytes: Buffer;
  view: DataView;
  readonly #memory: ArenaMemory;

  constructor(capacity: number, memory: ArenaMemory = 'private') {
    this.#memory = memory;
    this.bytes = allocate(capacity, memory);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for `capacity` bytes; the first `used` bytes are kept. */
  grow(capacity: number, used: number): void {
    if (capacity <= this.bytes.length) return;
    const larger = allocate(Math.max(capacity, 2 * this.bytes.length), this.#memory);
    larger.set(this.bytes.subarray(0, used));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** Whether its memory was transferred to another thread. */
  get isDetached(): boolean {
    return this.bytes.length === 0;
  }
}

function allocate(capacity: number, memory: ArenaMemory): Buffer {
  return memory === 'shared' ? Buffer.from(new SharedArrayBuffer(capacity)) : Buffer.allocUnsafeSlow(capacity);
}

/** A pool keeps this many arenas at most: the one that is filled, one to gather in, and those that are being sent. */
const MAX_POOLED = 6;

const MIN_CAPACITY = 16 * 1024;

/** An arena this many times as large as what batches need is left to the garbage collector. */
const MAX_EXCESS = 4;

/** A sealed batch is copied where it fills less than one part in so many of its arena. */
const MIN_FILLED_PART = 2;

/** How fast the pool forgets a large batch: after it, 20 batches of half its size bring the estimate to that half. */
const DECAY = 0.965;

/** Arenas used again, so that a steady flow of batches allocates nothing, and one huge batch does not stay for ever. */
export class ArenaPool {
  readonly #memory: ArenaMemory;
  readonly #free: ByteArena[] = [];
  #typicalBytes = 0;

  constructor(memory: ArenaMemory = 'private') {
    this.#memory = memory;
  }

  /** An arena of at least `minBytes`, and as large as batches were lately. */
  acquire(minBytes: number = 0): ByteArena {
    const capacity = Math.max(minBytes, MIN_CAPACITY, Math.ceil(this.#typicalBytes * 1.25));
    const index = this.#free.findLastIndex((arena) => arena.bytes.length >= capacity);
    const [arena] = index === -1 ? [] : this.#free.splice(index, 1);
    return arena ?? new ByteArena(capacity, this.#memory);
  }

  /** Tells how large a batch became. */
  observe(usedBytes: number): void {
    this.#typicalBytes = Math.max(usedBytes, this.#typicalBytes * DECAY);
  }

  /**
   * Memory of just its size for a batch that fills little of its arena, which is given back; undefined where it stays as it
   * is. A destination may be down for a day while a batch of a few records is sealed each second: they wait in what they
   * need, and not each in an arena of the usual size. Shared memory stays as it is: another thread knows its arenas.
   */
  compact(arena: ByteArena, start: number, end: number): Buffer | undefined {
    const isFilled = (end - start) * MIN_FILLED_PART > arena.bytes.length;
    if (isFilled || this.#memory === 'shared') return undefined;
    const { bytes } = new ByteArena(end - start, this.#memory);
    bytes.set(arena.bytes.subarray(start, end));
    this.release(arena);
    return bytes;
  }

  release(arena: ByteArena): void {
    if (arena.isDetached || arena.bytes.length > MAX_EXCESS * Math.max(this.#typicalBytes, MIN_CAPACITY)) return;
    // The newest are kept: an older one may be too small for what batches have grown to.
    this.#free.push(arena);
    if (this.#free.length > MAX_POOLED) this.#free.shift();
  }
}
