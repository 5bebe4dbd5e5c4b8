// SPDX-License-Identifier: Apache-2.0
import {
  type BatchEncoder,
  booleanOption,
  type EncodedLinesBatch,
  integerOption,
  type ReadableLogRecord,
  type Resource,
} from '@logferry/core';
import { ArenaPool } from './byte-arena.ts';
import { EncoderCounts, type EncoderStats } from './encoder-stats.ts';
import { bytesOf, JsonLinesBatch } from './json-batch.ts';
import { JsonHeaders } from './json-headers.ts';
import { JsonLines, type LineHeaders, type LineLimits, NO_LIMITS } from './json-lines.ts';
import { type DetachedRecord, JsonNestedRecords } from './json-nested-records.ts';
import { JsonRecordWriter } from './json-record-writer.ts';
import { type EncoderOptions, resolveMaxRecordBytes, resolveMemory } from './record-limits.ts';
import { settledResources } from './settled-resources.ts';

/** Options of `OtlpJsonEncoder`. `maxRecordBytes` is from 16 KiB to 1,000,000. */
export interface OtlpJsonEncoderOptions extends EncoderOptions {
  /**
   * Bytes at which a line ends, with its newline; only a line that holds one record may be longer. Short lines suit `tail`
   * and `grep`; long lines repeat the resource less often. From 1024 to 1,048,575. Default: 65,536.
   */
  readonly maxLineBytes?: number;
  /** Records in a line at most; 1 gives each record a line of its own. Default: Infinity. */
  readonly maxRecordsPerLine?: number;
  /**
   * One line a batch, however long: the body of one OTLP/HTTP request. The two limits above then mean nothing.
   * Default: false.
   */
  readonly oneLine?: boolean;
}

const DEFAULT_MAX_LINE_BYTES = 64 * 1024;
const LEAST_MAX_LINE_BYTES = 1024;

/** The Collector's `otlpjsonfile` receiver reads lines below 1 MiB. */
const MOST_LINE_BYTES = 1024 * 1024 - 1;

/** So that a line with one record, whatever its headers, can be read. */
const MOST_RECORD_BYTES = 1_000_000;

/** Where records come from. */
interface Origin {
  readonly resource: unknown;
  readonly scope: unknown;
  /** Undefined as long as the resource has attributes that are not settled. */
  readonly headers: LineHeaders | undefined;
}

/**
 * Encodes log records as OTLP/JSON lines, as the File Exporter specification describes them: each line is a `LogsData`
 * object. A record is encoded when it is appended, straight into the memory that is written. Records keep their order
 * over the whole batch, also from one scope or resource to another.
 */
export class OtlpJsonEncoder implements BatchEncoder {
  readonly #pool: ArenaPool;
  readonly #counts = new EncoderCounts();
  readonly #headers = new JsonHeaders(this.#counts);
  readonly #limits: LineLimits;
  readonly #writer: JsonRecordWriter;
  readonly #nested: JsonNestedRecords;
  #isWriting = false;
  #lines: JsonLines | undefined;
  /** The last one of each scope: programs with several loggers change from one to the other all the time. */
  readonly #origins = new WeakMap<object, Origin>();
  /** Of the last record. */
  #origin: Origin = { resource: undefined, scope: undefined, headers: undefined };
  /** The records from the first one whose resource is not settled: `take` lays them out. */
  #waiting: DetachedRecord[] = [];
  #waitingBytes = 0;
  #waitingFor = new Set<unknown>();

  /** @throws LogferryError `INVALID_OPTION` */
  constructor(options: OtlpJsonEncoderOptions = {}) {
    const maxRecordBytes = resolveMaxRecordBytes(options, MOST_RECORD_BYTES);
    this.#pool = new ArenaPool(resolveMemory(options));
    const limits = {
      maxLineBytes: integerOption('maxLineBytes', options.maxLineBytes, DEFAULT_MAX_LINE_BYTES, {
        min: LEAST_MAX_LINE_BYTES,
        max: MOST_LINE_BYTES,
      }),
      maxRecordsPerLine: integerOption('maxRecordsPerLine', options.maxRecordsPerLine, Infinity, {
        min: 1,
        allowInfinity: true,
      }),
    };
    this.#limits = booleanOption('oneLine', options.oneLine, false) ? NO_LIMITS : limits;
    this.#writer = new JsonRecordWriter(maxRecordBytes, this.#counts);
    this.#nested = new JsonNestedRecords(maxRecordBytes, this.#counts);
  }

  append(record: ReadableLogRecord): void {
    if (this.#isWriting) {
      this.#nested.append(record);
      return;
    }
    this.#isWriting = true;
    try {
      this.#append(record);
      while (!this.#nested.isEmpty) this.#takeOverNested();
    } catch {
      // No memory, or no stack, for as much as a marker.
    } finally {
      this.#isWriting = false;
    }
  }

  get recordCount(): number {
    return (this.#lines?.recordCount ?? 0) + this.#waiting.length;
  }

  get byteLength(): number {
    return (this.#lines?.byteLength ?? 0) + this.#waitingBytes;
  }

  get pending(): Promise<void> | undefined {
    return this.#waiting.length === 0 ? undefined : settledResources(this.#waitingFor);
  }

  take(): EncodedLinesBatch | undefined {
    if (this.recordCount === 0) return undefined;
    const lines = this.#lines ?? this.#open();
    // A getter of a record flushes: the record is written on in the memory where it began.
    if (this.#isWriting) lines.moveTo(this.#pool.acquire(lines.byteLength));
    this.#lines = undefined;
    this.#layOutWaiting(lines);
    const closed = lines.close();
    const { arena, recordCount } = lines;
    this.#pool.observe(lines.byteLength);
    const compacted = this.#pool.compact(arena, 0, lines.byteLength);
    if (compacted !== undefined) {
      const bytes = new Uint8Array(compacted.buffer, compacted.byteOffset, compacted.byteLength);
      return new JsonLinesBatch(bytes, closed, recordCount);
    }
    return new JsonLinesBatch(bytesOf(lines), closed, recordCount, () => this.#pool.release(arena));
  }

  /** What could not be written as it was, since this encoder was made. */
  stats(): EncoderStats {
    return this.#counts.snapshot();
  }

  #append(record: ReadableLogRecord): void {
    let resource: unknown;
    let scope: unknown;
    try {
      resource = record.resource;
      scope = record.instrumentationScope;
    } catch {
      // The record is kept, without what can't be read.
    }
    const { headers } = this.#originOf(resource, scope);
    if (headers === undefined || this.#waiting.length > 0) {
      this.#wait({ resource, scope, json: this.#writer.writeDetached(record) });
      return;
    }
    const lines = this.#lines ?? this.#open();
    const { arena } = lines;
    const start = lines.begin(headers);
    const end = this.#writer.write(record, arena, start);
    if (lines === this.#lines) {
      lines.end(start, end, headers);
      return;
    }
    // The batch was taken while the record was written.
    const next = this.#lines ?? this.#open();
    next.append(arena.bytes.subarray(start, end), headers);
    this.#pool.release(arena);
  }

  #open(): JsonLines {
    const lines = new JsonLines(this.#pool.acquire(), this.#limits);
    this.#lines = lines;
    return lines;
  }

  #originOf(resource: unknown, scope: unknown): Origin {
    const last = this.#origin;
    if (last.resource === resource && last.scope === scope && last.headers !== undefined) return last;
    const known = typeof scope === 'object' && scope !== null ? this.#origins.get(scope) : undefined;
    const origin = known !== undefined && known.resource === resource ? known : this.#readOrigin(resource, scope);
    this.#origin = origin;
    return origin;
  }

  #readOrigin(resource: unknown, scope: unknown): Origin {
    if (isPending(resource)) return { resource, scope, headers: undefined };
    const headers = { resource: this.#headers.resource(resource), scope: this.#headers.scope(scope) };
    const origin = { resource, scope, headers };
    if (typeof scope === 'object' && scope !== null) this.#origins.set(scope, origin);
    return origin;
  }

  #wait(record: DetachedRecord): void {
    this.#waiting.push(record);
    this.#waitingBytes += record.json.byteLength;
    this.#waitingFor.add(record.resource);
  }

  #layOutWaiting(lines: JsonLines): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#waitingFor = new Set();
    // What is not settled even now is not kept by the headers' cache.
    const resourceHeaders = new Map<unknown, Uint8Array>();
    for (const { resource, scope, json } of waiting) {
      const header = resourceHeaders.get(resource) ?? this.#headers.resource(resource);
      resourceHeaders.set(resource, header);
      lines.append(json, { resource: header, scope: this.#headers.scope(scope) });
    }
  }

  #takeOverNested(): void {
    const { resource, scope } = this.#origin;
    for (const record of this.#nested.takeAll(resource, scope)) {
      const { headers } = this.#originOf(record.resource, record.scope);
      if (headers === undefined || this.#waiting.length > 0) this.#wait(record);
      else (this.#lines ?? this.#open()).append(record.json, headers);
    }
  }
}

function isPending(resource: unknown): boolean {
  try {
    return (resource as Partial<Resource> | null | undefined)?.asyncAttributesPending === true;
  } catch {
    return false;
  }
}
