// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, EncodedBatch, ReadableLogRecord } from '@logferry/core';
import { ArenaPool, type ByteArena } from './byte-arena.ts';
import { EncoderCounts, type EncoderStats } from './encoder-stats.ts';
import { partsSize, type ResourcePart, wrapRecords, wrapSize, writeParts } from './logs-envelope.ts';
import type { OpenBatch, RecordGroup } from './open-batch.ts';
import { OriginHeaders } from './origin-headers.ts';
import { ProtobufBatch } from './protobuf-batch.ts';
import { RecordBuffer } from './record-buffer.ts';
import { type EncoderOptions, resolveMaxRecordBytes, resolveMemory } from './record-limits.ts';
import { settledResources } from './settled-resources.ts';

/** Room for the envelope before the first record, so that the records need not be copied; it grows with the envelope. */
const INITIAL_HEAD_ROOM = 2048;
const MAX_HEAD_ROOM = 64 * 1024;

/**
 * Encodes log records as `ExportLogsServiceRequest` messages of OTLP, in the canonical form of protobuf. A record is
 * encoded when it is appended, straight into the memory that is sent.
 */
export class OtlpProtobufEncoder implements BatchEncoder {
  readonly #pool: ArenaPool;
  readonly #counts = new EncoderCounts();
  readonly #headers: OriginHeaders;
  readonly #records: RecordBuffer;

  /** @throws LogferryError `INVALID_OPTION` */
  constructor(options: EncoderOptions = {}) {
    const maxRecordBytes = resolveMaxRecordBytes(options);
    this.#pool = new ArenaPool(resolveMemory(options));
    this.#headers = new OriginHeaders(maxRecordBytes, this.#counts);
    this.#records = new RecordBuffer({ maxRecordBytes, counts: this.#counts, pool: this.#pool });
    this.#records.headRoom = INITIAL_HEAD_ROOM;
  }

  append(record: ReadableLogRecord): void {
    this.#records.append(record);
  }

  get recordCount(): number {
    return this.#records.batch.recordCount;
  }

  get byteLength(): number {
    return this.#records.batch.byteLength;
  }

  get pending(): Promise<void> | undefined {
    return settledResources(this.#records.batch.resources());
  }

  take(): EncodedBatch | undefined {
    const detached = this.#records.detach();
    if (detached === undefined) return undefined;
    const { batch, arena, isOwned } = detached;
    const group = batch.singleGroup();
    const sealed = isOwned && group !== undefined ? this.#wrap(group, arena) : undefined;
    if (sealed !== undefined) return sealed;
    const gathered = this.#gather(batch, arena);
    if (isOwned) this.#pool.release(arena);
    return gathered;
  }

  /** What could not be written as it was, since this encoder was made. */
  stats(): EncoderStats {
    return this.#counts.snapshot();
  }

  /** Writes the envelope around the records where they stand. Undefined when it does not fit before them. */
  #wrap({ resource, scope, ranges, recordCount }: RecordGroup, arena: ByteArena): EncodedBatch | undefined {
    const [start, end] = ranges as [number, number];
    const resourceHeader = this.#headers.resource(resource);
    const scopeHeader = this.#headers.scope(scope);
    const { head, tail } = wrapSize(resourceHeader, scopeHeader, end - start);
    if (head > start) {
      this.#records.headRoom = Math.min(2 * head, MAX_HEAD_ROOM);
      return undefined;
    }
    arena.grow(end + tail, end);
    wrapRecords(arena.bytes, start, end, resourceHeader, scopeHeader);
    return this.#seal(arena, start - head, end + tail, recordCount);
  }

  /** Copies the records of each scope together. */
  #gather(batch: OpenBatch, source: ByteArena): EncodedBatch {
    const parts: ResourcePart[] = Array.from(batch.groups(), ([resource, scopes]) => ({
      wrapping: this.#headers.resource(resource),
      scopes: Array.from(scopes.values(), ({ scope, ranges }) => ({
        wrapping: this.#headers.scope(scope),
        source: source.bytes,
        ranges,
      })),
    }));
    const size = partsSize(parts);
    const arena = this.#pool.acquire(size);
    writeParts(arena.bytes, 0, parts);
    return this.#seal(arena, 0, size, batch.recordCount);
  }

  #seal(arena: ByteArena, start: number, end: number, recordCount: number): EncodedBatch {
    this.#pool.observe(end);
    const compacted = this.#pool.compact(arena, start, end);
    if (compacted !== undefined) return new ProtobufBatch(compacted, recordCount);
    return new ProtobufBatch(arena.bytes.subarray(start, end), recordCount, () => this.#pool.release(arena));
  }
}
