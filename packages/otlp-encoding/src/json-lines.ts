// SPDX-License-Identifier: Apache-2.0
import { reserve } from './json-room.ts';

/**
 * Lays records out in lines of OTLP/JSON. With S and R for what describes a scope and a resource (`JsonHeaders`):
 *
 *     {"resourceLogs":[{"scopeLogs":[{"logRecords":[ rec , rec ]S},{"logRecords":[ rec ]S}]R},{"scopeLogs":[… ]S}]R}]}\n
 *                                                    └ same scope    └ other scope             └ other resource
 *
 * S is `,"scope":{…}` and R is `,"resource":{…}`. Records stay in the order in which they come, so a group may occur several
 * times in a line. Records stand first because the Collector's file receiver tells files apart by their first 1,000
 * bytes: with the resource in front, all files of a service would look the same to it.
 */
import type { EncodedLine } from '@logferry/core';
import type { ByteArena } from './byte-arena.ts';

const COMMA = 0x2c;
const LINE_START = Buffer.from('{"resourceLogs":[{"scopeLogs":[{"logRecords":[');
const END_OF_RECORDS = Buffer.from(']');
const NEXT_SCOPE = Buffer.from('},{"logRecords":[');
const END_OF_SCOPES = Buffer.from('}]');
const NEXT_RESOURCE = Buffer.from('},{"scopeLogs":[{"logRecords":[');
const LINE_END = Buffer.from('}]}\n');

/** What stands in a line behind its last record, beside its headers. */
const CLOSING_BYTES = END_OF_RECORDS.byteLength + END_OF_SCOPES.byteLength + LINE_END.byteLength;

/** What stands between two records at most, beside the headers of the first. */
const BETWEEN_BYTES = END_OF_RECORDS.byteLength + END_OF_SCOPES.byteLength + NEXT_RESOURCE.byteLength;

export interface LineLimits {
  readonly maxLineBytes: number;
  /** Infinity: no limit. */
  readonly maxRecordsPerLine: number;
}

/** One line, however long. */
export const NO_LIMITS: LineLimits = { maxLineBytes: Infinity, maxRecordsPerLine: Infinity };

/** What describes the origin of a record, and stands behind it. */
export interface LineHeaders {
  /** R */
  readonly resource: Uint8Array;
  /** S */
  readonly scope: Uint8Array;
}

/** The lines of one batch. Headers are compared by identity. */
export class JsonLines {
  readonly #limits: LineLimits;
  readonly #closed: EncodedLine[] = [];
  #arena: ByteArena;
  #recordCount = 0;
  #lineStart = 0;
  #lineRecords = 0;
  /** Behind the last record. */
  #position = 0;
  /** Of the last record. */
  #headers: LineHeaders | undefined;

  constructor(arena: ByteArena, limits: LineLimits) {
    this.#arena = arena;
    this.#limits = limits;
  }

  /** The memory of the lines. */
  get arena(): ByteArena {
    return this.#arena;
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Bytes so far; the open line lacks its end. */
  get byteLength(): number {
    return this.#position;
  }

  /** Writes what stands before the next record, and returns the position at which to write the record. */
  begin(headers: LineHeaders): number {
    if (this.#lineRecords >= this.#limits.maxRecordsPerLine) this.#closeLine();
    const position = this.#position;
    const last = this.#headers;
    if (this.#lineRecords === 0 || last === undefined) {
      reserve(this.#arena, position, LINE_START.byteLength);
      this.#lineStart = position;
      return this.#write(position, LINE_START);
    }
    if (headers.resource === last.resource && headers.scope === last.scope) {
      reserve(this.#arena, position, 1);
      this.#arena.bytes[position] = COMMA;
      return position + 1;
    }
    reserve(this.#arena, position, BETWEEN_BYTES + last.scope.byteLength + last.resource.byteLength);
    const behindScope = this.#write(this.#write(position, END_OF_RECORDS), last.scope);
    if (headers.resource === last.resource) return this.#write(behindScope, NEXT_SCOPE);
    return this.#write(this.#write(this.#write(behindScope, END_OF_SCOPES), last.resource), NEXT_RESOURCE);
  }

  /** Takes the record that was written from `start` to `end`; one that overflows the line begins the next line. */
  end(start: number, end: number, headers: LineHeaders): void {
    const isTooLong = end + closingLength(headers) - this.#lineStart > this.#limits.maxLineBytes;
    const last = this.#headers;
    const isMoved = isTooLong && this.#lineRecords > 0 && last !== undefined;
    this.#position = isMoved ? this.#moveToNextLine(start, end, last) : end;
    this.#headers = headers;
    this.#lineRecords += 1;
    this.#recordCount += 1;
  }

  /** Takes a record that is encoded already. */
  append(record: Uint8Array, headers: LineHeaders): void {
    const start = this.begin(headers);
    reserve(this.#arena, start, record.byteLength);
    this.end(start, this.#write(start, record), headers);
  }

  /** Goes on in other memory and gives the former back. */
  moveTo(arena: ByteArena): ByteArena {
    const former = this.#arena;
    reserve(arena, 0, this.#position);
    arena.bytes.set(former.bytes.subarray(0, this.#position));
    this.#arena = arena;
    return former;
  }

  /** Lets the next record begin a line. */
  endLine(): void {
    if (this.#lineRecords > 0) this.#closeLine();
  }

  /** Ends the last line and gives all of them. */
  close(): readonly EncodedLine[] {
    this.endLine();
    return this.#closed;
  }

  /** @param last of the record before, which becomes the last one of its line. */
  #moveToNextLine(start: number, end: number, last: LineHeaders): number {
    const nextStart = this.#position + closingLength(last) + LINE_START.byteLength;
    const nextEnd = nextStart + end - start;
    // A change of scope or resource may have been written in front of the record that the end of the line now replaces.
    if (nextEnd > end) reserve(this.#arena, end, nextEnd - end);
    this.#arena.bytes.copyWithin(nextStart, start, end);
    this.#closeLine();
    this.#lineStart = this.#position;
    this.#write(this.#position, LINE_START);
    return nextEnd;
  }

  #closeLine(): void {
    const { resource, scope } = this.#headers ?? NO_HEADERS;
    reserve(this.#arena, this.#position, closingLength({ resource, scope }));
    const behindScope = this.#write(this.#write(this.#position, END_OF_RECORDS), scope);
    const behindResource = this.#write(this.#write(behindScope, END_OF_SCOPES), resource);
    this.#position = this.#write(behindResource, LINE_END);
    this.#closed.push({ endOffset: this.#position, recordCount: this.#lineRecords });
    this.#lineRecords = 0;
  }

  #write(position: number, bytes: Uint8Array): number {
    this.#arena.bytes.set(bytes, position);
    return position + bytes.byteLength;
  }
}

const NO_HEADERS: LineHeaders = { resource: new Uint8Array(0), scope: new Uint8Array(0) };

function closingLength({ resource, scope }: LineHeaders): number {
  return CLOSING_BYTES + resource.byteLength + scope.byteLength;
}
