// SPDX-License-Identifier: Apache-2.0
import { opentelemetry } from '@logferry-test/support';
import type { AnyValue, KeyValue } from './any-value.ts';

const { ExportLogsServiceRequest } = opentelemetry.proto.collector.logs.v1;
const { LogRecord: LogRecordMessage } = opentelemetry.proto.logs.v1;

export type LogsRequest = opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest.$Properties;
export type LogRecord = opentelemetry.proto.logs.v1.LogRecord.$Properties;

/** The canonical bytes of a request: those of the generated code. */
export function canonicalBytes(request: LogsRequest): Uint8Array {
  return ExportLogsServiceRequest.encode(request).finish();
}

export function decodeRequest(bytes: Uint8Array): LogsRequest {
  return ExportLogsServiceRequest.decode(bytes);
}

/** All records of a request, in order. */
export function recordsOf(request: LogsRequest): LogRecord[] {
  return (request.resourceLogs ?? []).flatMap(({ scopeLogs }) =>
    (scopeLogs ?? []).flatMap(({ logRecords }) => logRecords ?? []),
  );
}

/** Each record of a request as bytes, encoded again on its own. */
export function recordBytes(request: LogsRequest): string[] {
  return recordsOf(request).map((record) => Buffer.from(LogRecordMessage.encode(record).finish()).toString('hex'));
}

/** Nanoseconds since the epoch, as the generated code takes a fixed64. */
export function unixNanos(seconds: number, nanos: number): { low: number; high: number; unsigned: boolean } {
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
  return { low: Number(BigInt.asIntN(32, total)), high: Number(BigInt.asIntN(32, total >> 32n)), unsigned: true };
}

/** A 64-bit integer that the generated code decoded. */
export function bigInt(value: number | { readonly low: number; readonly high: number } | null | undefined): bigint {
  if (value === null || value === undefined) return 0n;
  // Without the package `long`, protobufjs decodes 64-bit integers as rounded numbers.
  if (typeof value === 'number') throw new TypeError('64-bit integers are decoded inexactly');
  return BigInt.asIntN(64, (BigInt(value.high) << 32n) | BigInt(value.low >>> 0));
}

/** A decoded AnyValue as plain data that says the type of each value, for messages of whole values. */
export function readable(value: AnyValue | null | undefined): unknown {
  if (value === null || value === undefined) return 'no value';
  if (Object.hasOwn(value, 'stringValue')) return value.stringValue;
  if (Object.hasOwn(value, 'boolValue')) return value.boolValue;
  if (Object.hasOwn(value, 'intValue')) return { int: String(bigInt(value.intValue)) };
  if (Object.hasOwn(value, 'doubleValue')) return { double: value.doubleValue };
  if (Object.hasOwn(value, 'arrayValue')) return (value.arrayValue?.values ?? []).map(readable);
  if (Object.hasOwn(value, 'kvlistValue')) return { map: readableEntries(value.kvlistValue?.values) };
  if (Object.hasOwn(value, 'bytesValue')) return { bytes: Buffer.from(value.bytesValue ?? []).toString('hex') };
  return null;
}

/** Attributes as pairs. */
export function readableEntries(attributes: readonly KeyValue[] | null | undefined): [string, unknown][] {
  return (attributes ?? []).map(({ key, value }) => [key ?? '', readable(value)]);
}
