// SPDX-License-Identifier: Apache-2.0
import { reserve } from './json-room.ts';

/**
 * Lays records out in lines of OTLP/JSON. With R and S for the headers of a resource and a scope (`JsonHeaders`):
 *
 *     {"resourceLogs":[ R rec , rec ]},S rec ]}]},R S rec ]}]}]}\n
 *                       └ same scope └ other scope └ other resource
 *
 * R is `{"resource":{…},"scopeLogs":[` and S is `{"scope":{…},"logRecords":[`. Records stay in the order in which they
 * come, so a group may occur several times in a line.
 */
import type { EncodedLine } from '@logferry/core';
import type { ByteArena } from './byte-arena.ts';

const COMMA = 0x2c;
const LINE_START = Buffer.from('{"resourceLogs":[');
const NEXT_SCOPE = Buffer.from(']},');
const NEXT_RESOURCE = Buffer.from(']}]},');
const LINE_END = Buffer.from(']}]}]}\n');

/** What a line takes beside its headers and records, when it holds one record. */
const LINE_OVERHEAD_BYTES = LINE_START.byteLength + LINE_END.byteLength;

export interface LineLimits {
  readonly maxLineBytes: number;
  /** Infinity: no limit. */
  readonly maxRecordsPerLine: number;
}

/** What stands above a record. */
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
  #resource: Uint8Array | undefined;
  #scope: Uint8Array | undefined;

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
    const { resource, scope } = headers;
    if (this.#lineRecords > 0 && resource === this.#resource && scope === this.#scope) {
      reserve(this.#arena, position, 1);
      this.#arena.bytes[position] = COMMA;
      return position + 1;
    }
    reserve(this.#arena, position, LINE_OVERHEAD_BYTES + resource.byteLength + scope.byteLength);
    if (this.#lineRecords === 0) return this.#writeLineStart(position, headers);
    if (resource === this.#resource) return this.#write(this.#write(position, NEXT_SCOPE), scope);
    return this.#write(this.#write(this.#write(position, NEXT_RESOURCE), resource), scope);
  }

  /** Takes the record that was written from `start` to `end`; one that overflows the line begins the next line. */
  end(start: number, end: number, headers: LineHeaders): void {
    const isTooLong = end + LINE_END.byteLength - this.#lineStart > this.#limits.maxLineBytes;
    this.#position = isTooLong && this.#lineRecords > 0 ? this.#moveToNextLine(start, end, headers) : end;
    this.#resource = headers.resource;
    this.#scope = headers.scope;
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

  /** Ends the last line and gives all of them. */
  close(): readonly EncodedLine[] {
    if (this.#lineRecords > 0) this.#closeLine();
    return this.#closed;
  }

  #moveToNextLine(start: number, end: number, headers: LineHeaders): number {
    const headerBytes = headers.resource.byteLength + headers.scope.byteLength;
    const nextStart = this.#position + LINE_OVERHEAD_BYTES + headerBytes;
    const nextEnd = nextStart + end - start;
    reserve(this.#arena, end, nextEnd - end);
    this.#arena.bytes.copyWithin(nextStart, start, end);
    this.#closeLine();
    this.#writeLineStart(this.#position, headers);
    return nextEnd;
  }

  #writeLineStart(position: number, { resource, scope }: LineHeaders): number {
    this.#lineStart = position;
    return this.#write(this.#write(this.#write(position, LINE_START), resource), scope);
  }

  #closeLine(): void {
    reserve(this.#arena, this.#position, LINE_END.byteLength);
    this.#position = this.#write(this.#position, LINE_END);
    this.#closed.push({ endOffset: this.#position, recordCount: this.#lineRecords });
    this.#lineRecords = 0;
  }

  #write(position: number, bytes: Uint8Array): number {
    this.#arena.bytes.set(bytes, position);
    return position + bytes.byteLength;
  }
}
