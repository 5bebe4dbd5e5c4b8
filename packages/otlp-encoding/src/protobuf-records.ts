// SPDX-License-Identifier: Apache-2.0
import type { ResourcePart, Wrapping } from './logs-envelope.ts';

/** Where one record of a message stands, with its tag and length, and what surrounds it there. */
interface LocatedRecord {
  readonly start: number;
  readonly end: number;
  readonly resource: Wrapping;
  readonly scope: Wrapping;
}

interface LocatedRecords {
  readonly source: Buffer;
  readonly records: readonly LocatedRecord[];
}

/** A part of a message: some of its records, in order, in the envelopes that surrounded them. */
export interface MessagePart {
  readonly parts: readonly ResourcePart[];
  readonly recordCount: number;
}

/** One length-delimited field. */
interface Field {
  readonly number: number;
  /** Of its tag. */
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** Finds the records of an ExportLogsServiceRequest that this package wrote. Messages of others are not understood. */
export function readRecords(message: Uint8Array): LocatedRecords {
  const source = Buffer.from(message.buffer, message.byteOffset, message.length);
  const records: LocatedRecord[] = [];
  for (const resourceLogs of fields(source, 0, source.length)) {
    const inResource = fields(source, resourceLogs.content, resourceLogs.end);
    const resource = wrappingOf(source, inResource);
    for (const scopeLogs of inResource.filter(({ number }) => number === 2)) {
      const inScope = fields(source, scopeLogs.content, scopeLogs.end);
      const scope = wrappingOf(source, inScope);
      for (const { number, start, end } of inScope) {
        if (number === 2) records.push({ start, end, resource, scope });
      }
    }
  }
  return { source, records };
}

/** The records whose severity number is wanted. */
export function filterRecords(
  { source, records }: LocatedRecords,
  keep: (severityNumber: number) => boolean,
): MessagePart {
  return messagePart(
    source,
    records.filter((record) => keep(severityOf(source, record))),
  );
}

/** Two halves with about the same number of bytes, each with at least one record. */
export function splitRecords({ source, records }: LocatedRecords): [MessagePart, MessagePart] {
  const total = records.reduce((sum, { start, end }) => sum + end - start, 0);
  let bytes = 0;
  let middle = 0;
  for (const { start, end } of records) {
    bytes += end - start;
    if (middle > 0 && bytes > total / 2) break;
    middle += 1;
  }
  middle = Math.min(middle, records.length - 1);
  return [messagePart(source, records.slice(0, middle)), messagePart(source, records.slice(middle))];
}

/** Fields stand in the order of their numbers, so nothing but the time can stand before the severity. */
function severityOf(source: Buffer, { start, end }: LocatedRecord): number {
  let position = start + 1;
  while (source[position]! > 0x7f) position += 1;
  position += 1;
  if (position < end && source[position] === 0x09) position += 9;
  if (position >= end || source[position] !== 0x10) return 0;
  let severity = 0;
  for (let shift = 0; ; shift += 7) {
    position += 1;
    const byte = source[position]!;
    severity |= (byte & 0x7f) << shift;
    if (byte <= 0x7f) return severity;
  }
}

function messagePart(source: Buffer, records: readonly LocatedRecord[]): MessagePart {
  const parts = new Map<Wrapping, Map<Wrapping, number[]>>();
  for (const { resource, scope, start, end } of records) {
    const scopes = parts.get(resource) ?? new Map<Wrapping, number[]>();
    parts.set(resource, scopes);
    const ranges = scopes.get(scope) ?? [];
    scopes.set(scope, ranges);
    if (ranges.at(-1) === start) ranges[ranges.length - 1] = end;
    else ranges.push(start, end);
  }
  return {
    recordCount: records.length,
    parts: Array.from(parts, ([wrapping, scopes]) => ({
      wrapping,
      scopes: Array.from(scopes, ([scopeWrapping, ranges]) => ({ wrapping: scopeWrapping, source, ranges })),
    })),
  };
}

/** Field 1 is the header and field 3 the schema URL, of ResourceLogs and of ScopeLogs alike. */
function wrappingOf(source: Uint8Array, inMessage: readonly Field[]): Wrapping {
  const bytesOf = (wanted: number): Uint8Array => {
    const field = inMessage.find(({ number }) => number === wanted);
    return field === undefined ? new Uint8Array() : source.subarray(field.start, field.end);
  };
  return { head: bytesOf(1), tail: bytesOf(3) };
}

function fields(source: Uint8Array, from: number, to: number): Field[] {
  const found: Field[] = [];
  let position = from;
  while (position < to) {
    const start = position;
    const number = source[position]! >>> 3;
    let length = 0;
    let shift = 0;
    let byte: number;
    do {
      position += 1;
      byte = source[position]!;
      length |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte > 0x7f);
    const content = position + 1;
    position = content + length;
    found.push({ number, start, content, end: position });
  }
  return found;
}
