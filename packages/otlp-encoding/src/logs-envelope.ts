// SPDX-License-Identifier: Apache-2.0

/**
 * What stands around the records: ResourceLogs, ScopeLogs and their headers.
 *
 *   ResourceLogs = resource.head  ScopeLogs…  resource.tail
 *   ScopeLogs    = scope.head  LogRecord…  scope.tail
 *
 * Heads hold the fields Resource and InstrumentationScope, tails hold the schema URLs.
 */
import { varintSize, writeVarint } from './protobuf-wire.ts';

/** Encoded fields before and behind what a message contains. */
export interface Wrapping {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** The records of one scope: ranges of `source`, as pairs of start and end. */
interface ScopePart {
  readonly wrapping: Wrapping;
  readonly source: Buffer;
  readonly ranges: readonly number[];
}

/** The scopes of one resource. */
export interface ResourcePart {
  readonly wrapping: Wrapping;
  readonly scopes: readonly ScopePart[];
}

const RESOURCE_LOGS_TAG = 0x0a;
const SCOPE_LOGS_TAG = 0x12;

/** The size of the message that `writeParts` writes. */
export function partsSize(parts: readonly ResourcePart[]): number {
  return parts.reduce((sum, part) => sum + fieldSize(resourceLogsSize(part)), 0);
}

/** Writes an ExportLogsServiceRequest at `start` and returns the position behind it. */
export function writeParts(bytes: Uint8Array, start: number, parts: readonly ResourcePart[]): number {
  let position = start;
  for (const part of parts) {
    position = writeHead(bytes, position, RESOURCE_LOGS_TAG, resourceLogsSize(part), part.wrapping.head);
    for (const scope of part.scopes) {
      position = writeHead(bytes, position, SCOPE_LOGS_TAG, scopeLogsSize(scope), scope.wrapping.head);
      const { source, ranges } = scope;
      for (let index = 0; index < ranges.length; index += 2) {
        position += source.copy(bytes, position, ranges[index], ranges[index + 1]);
      }
      bytes.set(scope.wrapping.tail, position);
      position += scope.wrapping.tail.length;
    }
    bytes.set(part.wrapping.tail, position);
    position += part.wrapping.tail.length;
  }
  return position;
}

/** What `wrapRecords` writes before and behind the records. */
export function wrapSize(resource: Wrapping, scope: Wrapping, recordBytes: number): { head: number; tail: number } {
  const inner = scope.head.length + recordBytes + scope.tail.length;
  const outer = resource.head.length + fieldSize(inner) + resource.tail.length;
  const tail = scope.tail.length + resource.tail.length;
  return { head: fieldSize(outer) - recordBytes - tail, tail };
}

/** Writes the envelope of a single scope around records that stand at `start` to `end` already. */
export function wrapRecords(bytes: Uint8Array, start: number, end: number, resource: Wrapping, scope: Wrapping): void {
  const inner = scope.head.length + (end - start) + scope.tail.length;
  const outer = resource.head.length + fieldSize(inner) + resource.tail.length;
  const first = start - wrapSize(resource, scope, end - start).head;
  const position = writeHead(bytes, first, RESOURCE_LOGS_TAG, outer, resource.head);
  writeHead(bytes, position, SCOPE_LOGS_TAG, inner, scope.head);
  bytes.set(scope.tail, end);
  bytes.set(resource.tail, end + scope.tail.length);
}

function writeHead(bytes: Uint8Array, start: number, tag: number, length: number, head: Uint8Array): number {
  bytes[start] = tag;
  const position = writeVarint(bytes, start + 1, length);
  bytes.set(head, position);
  return position + head.length;
}

function fieldSize(length: number): number {
  return 1 + varintSize(length) + length;
}

function resourceLogsSize({ wrapping, scopes }: ResourcePart): number {
  const inner = scopes.reduce((sum, scope) => sum + fieldSize(scopeLogsSize(scope)), 0);
  return wrapping.head.length + inner + wrapping.tail.length;
}

function scopeLogsSize({ wrapping, ranges }: ScopePart): number {
  let size = wrapping.head.length + wrapping.tail.length;
  for (let index = 0; index < ranges.length; index += 2) size += ranges[index + 1]! - ranges[index]!;
  return size;
}
