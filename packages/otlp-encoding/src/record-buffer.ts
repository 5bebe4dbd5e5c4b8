// SPDX-License-Identifier: Apache-2.0
import { CIRCULAR, type ReadableLogRecord } from '@logferry/core';
import type { ArenaPool, ByteArena } from './byte-arena.ts';
import { CarefulRecordWriter, RECORD_RESERVE_BYTES } from './careful-record-writer.ts';
import type { EncoderCounts } from './encoder-stats.ts';
import { FastRecordWriter } from './fast-record-writer.ts';
import { NOT_WRITTEN } from './not-written.ts';
import { OpenBatch } from './open-batch.ts';

/** Room behind the written records with which the fast writer starts; it grows with the records. */
const INITIAL_RECORD_ROOM = 16 * 1024;

/** A getter may log, and a getter of that record may log; this deep inside each other the records become markers. */
const MAX_NESTED_RECORDS = 4;

/** What a buffer works with. */
export interface RecordBufferSettings {
  readonly maxRecordBytes: number;
  readonly counts: EncoderCounts;
  readonly pool: ArenaPool;
}

/**
 * Encoded records, one behind the other, and which scope each belongs to.
 *
 * Reading a record runs code of the application (getters, proxies, toJSON), and this code may log to the same
 * destination, or flush it. So a record that arrives while another one is written goes into a buffer of its own, and is
 * taken over afterwards; and `detach` leaves the arena to the record that is being written.
 */
export class RecordBuffer {
  #batch = new OpenBatch();
  #arena: ByteArena | undefined;
  #position = 0;
  #isWriting = false;
  #recordRoom = INITIAL_RECORD_ROOM;
  #nested: RecordBuffer | undefined;
  /** Records that were nested too deep. */
  #refused = 0;
  readonly #settings: RecordBufferSettings;
  /** What the fast writer may take for one record: no more than the careful one would keep. */
  readonly #allowanceBytes: number;
  readonly #depth: number;
  readonly #fast: FastRecordWriter;
  readonly #careful: CarefulRecordWriter;

  /** @param depth how many records are being written around those of this buffer. */
  constructor(settings: RecordBufferSettings, depth: number = 0) {
    this.#settings = settings;
    this.#depth = depth;
    this.#allowanceBytes = settings.maxRecordBytes - RECORD_RESERVE_BYTES;
    this.#fast = new FastRecordWriter(settings.counts);
    this.#careful = new CarefulRecordWriter(settings.maxRecordBytes, settings.counts);
  }

  get batch(): OpenBatch {
    return this.#batch;
  }

  /** Where the first record of a batch goes: what stands before is left for the envelope. */
  headRoom = 0;

  /** Never throws. */
  append(record: ReadableLogRecord): void {
    if (this.#isWriting) {
      this.#appendNested(record);
      return;
    }
    this.#isWriting = true;
    try {
      this.#append(record);
    } catch {
      // No memory, or no stack, for as much as a marker.
    } finally {
      this.#isWriting = false;
    }
  }

  /**
   * Gives away the batch and starts an empty one.
   * @returns the arena with the records, and whether it is given away as well. It is not while a record is being written.
   */
  detach(): { readonly batch: OpenBatch; readonly arena: ByteArena; readonly isOwned: boolean } | undefined {
    const batch = this.#batch;
    const arena = this.#arena;
    if (batch.recordCount === 0 || arena === undefined) return undefined;
    this.#batch = new OpenBatch();
    if (!this.#isWriting) this.#arena = undefined;
    return { batch, arena, isOwned: !this.#isWriting };
  }

  #append(record: ReadableLogRecord): void {
    const arena = this.#arena ?? this.#open();
    const start = this.#position;
    let end = start + this.#recordRoom;
    if (end > arena.bytes.length) arena.grow(end, start);
    end = Math.min(arena.bytes.length, start + this.#allowanceBytes);
    let resource: unknown;
    let scope: unknown;
    let position = NOT_WRITTEN;
    try {
      resource = record.resource;
      scope = record.instrumentationScope;
      position = this.#fast.write(record, arena, start, end);
    } catch {
      // A getter threw: the careful writer finds out which.
    }
    if (position === NOT_WRITTEN) {
      this.#fast.undoCounts();
      position = this.#careful.write(record, arena, start);
      this.#recordRoom = Math.max(this.#recordRoom, Math.min(2 * (position - start), this.#settings.maxRecordBytes));
    }
    this.#position = position;
    this.#batch.add(resource, scope, start, position, 1);
    if (this.#refused > 0) this.#writeRefused(arena, resource, scope);
    if (this.#nested !== undefined) this.#takeOver(this.#nested, arena);
  }

  #open(): ByteArena {
    const arena = this.#settings.pool.acquire();
    this.#arena = arena;
    this.#position = this.headRoom;
    return arena;
  }

  #appendNested(record: ReadableLogRecord): void {
    if (this.#depth < MAX_NESTED_RECORDS) {
      this.#nested ??= new RecordBuffer(this.#settings, this.#depth + 1);
      this.#nested.append(record);
    } else {
      this.#refused += 1;
    }
  }

  #writeRefused(arena: ByteArena, resource: unknown, scope: unknown): void {
    for (; this.#refused > 0; this.#refused -= 1) {
      const start = this.#position;
      this.#position = this.#careful.writeMarker(CIRCULAR, arena, start);
      this.#batch.add(resource, scope, start, this.#position, 1);
    }
  }

  #takeOver(nested: RecordBuffer, arena: ByteArena): void {
    this.#nested = undefined;
    const detached = nested.detach();
    if (detached === undefined) return;
    for (const scopes of detached.batch.groups().values()) {
      for (const { resource, scope, ranges, recordCount } of scopes.values()) {
        let uncounted = recordCount;
        for (let index = 0; index < ranges.length; index += 2) {
          const records = detached.arena.bytes.subarray(ranges[index], ranges[index + 1]);
          const start = this.#position;
          arena.grow(start + records.length, start);
          arena.bytes.set(records, start);
          this.#position = start + records.length;
          this.#batch.add(resource, scope, start, this.#position, uncounted);
          uncounted = 0;
        }
      }
    }
    this.#settings.pool.release(detached.arena);
  }
}
