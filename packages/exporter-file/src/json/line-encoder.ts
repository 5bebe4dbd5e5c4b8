// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, ReadableLogRecord } from '@logferry/core';
import {
  type ArenaMemory,
  ArenaPool,
  ByteArena,
  reserve,
  settledResources,
} from '@logferry/otlp-encoding/json-writing';

import { LineTable } from './line-table.ts';
import { RecordLinesBatch } from './record-lines-batch.ts';

/** Writes one record as a line. */
export interface LineWriter {
  /**
   * Writes the line without its newline at `start` and returns the position behind it. Never throws, apart from an
   * exhausted call stack or memory.
   */
  write(record: ReadableLogRecord, arena: ByteArena, start: number): number;
  /** Writes the end of a line, once the resource is settled. Undefined: a line has no such end. */
  writeResource?(resource: unknown, arena: ByteArena, start: number): number;
}

/** A record that waits for its resource. */
interface WaitingLine {
  readonly resource: unknown;
  readonly severityNumber: number;
  readonly bytes: Uint8Array;
}

const NEWLINE = 0x0a;

/** Encodes records as lines of one record each. */
export class LineEncoder implements BatchEncoder {
  readonly #makeWriter: () => LineWriter;
  readonly #writer: LineWriter;
  readonly #pool: ArenaPool;
  #arena: ByteArena | undefined;
  readonly #lines = new LineTable();
  #position = 0;
  #isWriting = false;
  /** The resource of the record before, which is settled; most programs have one. */
  #settled: unknown;
  /** Records that getters of a record emitted while it was written. */
  #nested: WaitingLine[] = [];
  /** The records from the first one whose resource is not settled. */
  #waiting: WaitingLine[] = [];
  #waitingBytes = 0;

  /** @param makeWriter a writer is not used again while it writes. */
  constructor(makeWriter: () => LineWriter, memory: ArenaMemory) {
    this.#makeWriter = makeWriter;
    this.#writer = makeWriter();
    this.#pool = new ArenaPool(memory);
  }

  append(record: ReadableLogRecord): void {
    if (this.#isWriting) {
      try {
        this.#nested.push(detached(this.#makeWriter(), record));
      } catch {
        // No stack is left for the record of a getter that emits without an end.
      }
      return;
    }
    this.#isWriting = true;
    try {
      this.#append(record);
      for (let line = this.#nested.shift(); line !== undefined; line = this.#nested.shift()) this.#addDetached(line);
    } catch {
      // No memory, or no stack, for as much as a marker.
    } finally {
      this.#isWriting = false;
    }
  }

  get recordCount(): number {
    return this.#lines.count + this.#waiting.length;
  }

  get byteLength(): number {
    return this.#position + this.#waitingBytes;
  }

  get pending(): Promise<void> | undefined {
    return this.#waiting.length === 0 ? undefined : settledResources(this.#waiting.map(({ resource }) => resource));
  }

  take(): RecordLinesBatch | undefined {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const line of waiting) this.#layOut(line);
    const arena = this.#arena;
    if (arena === undefined || this.#lines.count === 0) return undefined;
    const lines = this.#lines.take();
    const length = this.#position;
    this.#position = 0;
    this.#arena = undefined;
    this.#pool.observe(length);
    // A plain Uint8Array: the `slice` of a Buffer would share its memory.
    const bytes = new Uint8Array(arena.bytes.buffer, arena.bytes.byteOffset, length);
    // A getter of a record flushes: the record is still being written into this memory, behind the batch.
    if (this.#isWriting) return new RecordLinesBatch(bytes.slice(), lines);
    return new RecordLinesBatch(bytes, lines, () => this.#pool.release(arena));
  }

  #append(record: ReadableLogRecord): void {
    const resource = this.#writer.writeResource === undefined ? undefined : resourceOf(record);
    if (this.#waiting.length > 0 || (resource !== this.#settled && isPending(resource))) {
      this.#wait(detached(this.#writer, record));
      return;
    }
    this.#settled = resource;
    const arena = (this.#arena ??= this.#pool.acquire());
    const start = this.#position;
    let end = this.#writer.write(record, arena, start);
    if (this.#writer.writeResource !== undefined) end = this.#writer.writeResource(resource, arena, end);
    const severityNumber = severityOf(record);
    if (this.#arena === arena) {
      this.#endLine(arena, end, severityNumber);
      return;
    }
    // The batch was taken while the record was written.
    this.#addBytes(arena.bytes.subarray(start, end), severityNumber);
    this.#pool.release(arena);
  }

  #addDetached(line: WaitingLine): void {
    if (this.#writer.writeResource !== undefined && (this.#waiting.length > 0 || isPending(line.resource))) {
      this.#wait(line);
    } else {
      this.#layOut(line);
    }
  }

  #wait(line: WaitingLine): void {
    this.#waiting.push(line);
    this.#waitingBytes += line.bytes.byteLength;
  }

  #layOut({ bytes, resource, severityNumber }: WaitingLine): void {
    const arena = (this.#arena ??= this.#pool.acquire());
    reserve(arena, this.#position, bytes.byteLength);
    arena.bytes.set(bytes, this.#position);
    let end = this.#position + bytes.byteLength;
    if (this.#writer.writeResource !== undefined) end = this.#writer.writeResource(resource, arena, end);
    this.#endLine(arena, end, severityNumber);
  }

  #addBytes(bytes: Uint8Array, severityNumber: number): void {
    const arena = (this.#arena ??= this.#pool.acquire());
    reserve(arena, this.#position, bytes.byteLength);
    arena.bytes.set(bytes, this.#position);
    this.#endLine(arena, this.#position + bytes.byteLength, severityNumber);
  }

  #endLine(arena: ByteArena, end: number, severityNumber: number): void {
    reserve(arena, end, 1);
    arena.bytes[end] = NEWLINE;
    this.#position = end + 1;
    this.#lines.add(end + 1, severityNumber);
  }
}

/** A record in memory of its own, without what describes its resource. */
function detached(writer: LineWriter, record: ReadableLogRecord): WaitingLine {
  const arena = new ByteArena(4096);
  const end = writer.write(record, arena, 0);
  const bytes = new Uint8Array(arena.bytes.subarray(0, end));
  return { bytes, resource: resourceOf(record), severityNumber: severityOf(record) };
}

function resourceOf(record: ReadableLogRecord): unknown {
  try {
    return record.resource;
  } catch {
    return undefined;
  }
}

function isPending(resource: unknown): boolean {
  try {
    return (resource as { asyncAttributesPending?: unknown } | undefined)?.asyncAttributesPending === true;
  } catch {
    return false;
  }
}

/** 0 for what is no severity number. */
function severityOf(record: ReadableLogRecord): number {
  try {
    const severity: number = record.severityNumber ?? 0;
    return Number.isInteger(severity) && severity > 0 && severity <= 24 ? severity : 0;
  } catch {
    return 0;
  }
}
