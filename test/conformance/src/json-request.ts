// SPDX-License-Identifier: Apache-2.0

/**
 * Reads a line of OTLP/JSON into the messages of the generated code, strictly: a name, a type or a form that the format
 * does not have is an error, so that a comparison of messages is a comparison of what is on the line.
 */
import type { opentelemetry } from '@logferry-test/support';
import type { AnyValue, KeyValue } from './any-value.ts';
import { int } from './any-value.ts';
import type { LogRecord, LogsRequest } from './logs-request.ts';

type ResourceLogs = opentelemetry.proto.logs.v1.ResourceLogs.$Properties;
type ScopeLogs = opentelemetry.proto.logs.v1.ScopeLogs.$Properties;
type Json = Record<string, unknown>;

/** A reader for each name that an object may have. */
type Readers<T> = { readonly [K in keyof T]?: (value: unknown) => T[K] };

/** The LogsData of one line. */
export function requestOfLine(line: string): LogsRequest {
  if (!line.endsWith('}\n')) throw new Error('a line ends in "}\\n"');
  return read<LogsRequest>(JSON.parse(line), { resourceLogs: listOf(resourceLogs) });
}

function resourceLogs(value: unknown): ResourceLogs {
  return read<ResourceLogs>(value, {
    resource: (resource) => read(resource, { attributes: listOf(keyValue), droppedAttributesCount: uint32 }),
    scopeLogs: listOf(scopeLogs),
    schemaUrl: text,
  });
}

function scopeLogs(value: unknown): ScopeLogs {
  return read<ScopeLogs>(value, {
    scope: (scope) =>
      read(scope, { name: text, version: text, attributes: listOf(keyValue), droppedAttributesCount: uint32 }),
    logRecords: listOf(logRecord),
    schemaUrl: text,
  });
}

function logRecord(value: unknown): LogRecord {
  return read<LogRecord>(value, {
    timeUnixNano: fixed64,
    observedTimeUnixNano: fixed64,
    severityNumber: uint32,
    severityText: text,
    body: anyValue,
    attributes: listOf(keyValue),
    droppedAttributesCount: uint32,
    flags: uint32,
    traceId: hex(32),
    spanId: hex(16),
    eventName: text,
  });
}

function keyValue(value: unknown): KeyValue {
  const entry = read<KeyValue>(value, { key: text, value: anyValue });
  if (entry.key === undefined || entry.value === undefined) throw new Error('a KeyValue has a key and a value');
  return entry;
}

function anyValue(value: unknown): AnyValue {
  const found = read<AnyValue>(value, {
    stringValue: text,
    boolValue: (flag) => {
      if (typeof flag !== 'boolean') throw new TypeError(`no boolean: ${String(flag)}`);
      return flag;
    },
    intValue: (digits) => int(decimal(digits, /^(0|-?[1-9]\d*)$/)).intValue,
    doubleValue: double,
    arrayValue: (list) => read(list, { values: listOf(anyValue) }),
    kvlistValue: (list) => read(list, { values: listOf(keyValue) }),
    bytesValue: base64,
  });
  if (Object.keys(found).length > 1) throw new Error(`more than one value: ${Object.keys(found).join()}`);
  return found;
}

function read<T>(value: unknown, readers: Readers<T>): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('no object');
  const message: Json = {};
  for (const [name, content] of Object.entries(value)) {
    const reader = (readers as Record<string, ((content: unknown) => unknown) | undefined>)[name];
    if (reader === undefined) throw new Error(`unknown name: ${name}`);
    message[name] = reader(content);
  }
  return message as T;
}

function listOf<T>(item: (value: unknown) => T): (value: unknown) => T[] {
  return (value) => {
    if (!Array.isArray(value)) throw new TypeError('no list');
    return value.map(item);
  };
}

function text(value: unknown): string {
  if (typeof value !== 'string' || !value.isWellFormed()) throw new TypeError(`no text: ${JSON.stringify(value)}`);
  return value;
}

function uint32(value: unknown): number {
  if (typeof value !== 'number' || value >>> 0 !== value) throw new TypeError(`no uint32: ${String(value)}`);
  return value;
}

function fixed64(value: unknown): { low: number; high: number; unsigned: boolean } {
  const total = decimal(value, /^[1-9]\d*$/);
  return { low: Number(BigInt.asIntN(32, total)), high: Number(BigInt.asIntN(32, total >> 32n)), unsigned: true };
}

function decimal(value: unknown, form: RegExp): bigint {
  if (typeof value !== 'string' || !form.test(value)) throw new TypeError(`no decimal: ${JSON.stringify(value)}`);
  return BigInt(value);
}

function double(value: unknown): number {
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value !== 'number') throw new TypeError(`no double: ${String(value)}`);
  return value;
}

function hex(length: number): (value: unknown) => Uint8Array {
  return (value) => {
    if (typeof value !== 'string' || value.length !== length || !/^[\da-f]+$/.test(value)) {
      throw new TypeError(`no lower-case hex of ${length} digits: ${String(value)}`);
    }
    return Buffer.from(value, 'hex');
  };
}

function base64(value: unknown): Uint8Array {
  const bytes = Buffer.from(text(value), 'base64');
  if (bytes.toString('base64') !== value) throw new TypeError(`no base64: ${text(value)}`);
  return bytes;
}
