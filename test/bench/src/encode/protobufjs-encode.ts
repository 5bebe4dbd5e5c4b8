// SPDX-License-Identifier: Apache-2.0
import { opentelemetry } from '@logferry-test/support';
import type { ReadableLogRecord } from '@logferry/core';

type AnyValue = opentelemetry.proto.common.v1.AnyValue.$Properties;
type KeyValue = opentelemetry.proto.common.v1.KeyValue.$Properties;
type LogRecord = opentelemetry.proto.logs.v1.LogRecord.$Properties;

const { ExportLogsServiceRequest } = opentelemetry.proto.collector.logs.v1;

/** How one would use protobufjs: message objects from the records, and the generated `encode`. */
export function encodeWithProtobufjs(records: readonly ReadableLogRecord[]): Uint8Array {
  const resources = new Map<
    ReadableLogRecord['resource'],
    Map<ReadableLogRecord['instrumentationScope'], LogRecord[]>
  >();
  for (const record of records) {
    let scopes = resources.get(record.resource);
    if (scopes === undefined) resources.set(record.resource, (scopes = new Map()));
    let logRecords = scopes.get(record.instrumentationScope);
    if (logRecords === undefined) scopes.set(record.instrumentationScope, (logRecords = []));
    logRecords.push(logRecord(record));
  }
  return ExportLogsServiceRequest.encode({
    resourceLogs: Array.from(resources, ([resource, scopes]) => ({
      resource: { attributes: keyValues(resource.attributes) },
      scopeLogs: Array.from(scopes, ([scope, logRecords]) => ({
        scope: { name: scope.name, ...(scope.version !== undefined && { version: scope.version }) },
        logRecords,
      })),
    })),
  }).finish();
}

function logRecord(record: ReadableLogRecord): LogRecord {
  return {
    timeUnixNano: unixNanos(record.hrTime),
    // The generated type knows the numbers of the schema, and the SDK's are the same.
    severityNumber: (record.severityNumber ?? 0) as LogRecord['severityNumber'] & number,
    severityText: record.severityText ?? '',
    body: anyValue(record.body),
    attributes: keyValues(record.attributes),
    droppedAttributesCount: record.droppedAttributesCount,
    observedTimeUnixNano: unixNanos(record.hrTimeObserved),
  };
}

function unixNanos([seconds, nanos]: readonly [number, number]): { low: number; high: number; unsigned: boolean } {
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
  return { low: Number(BigInt.asIntN(32, total)), high: Number(BigInt.asIntN(32, total >> 32n)), unsigned: true };
}

function keyValues(attributes: object): KeyValue[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): AnyValue {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
    default:
      if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
      return typeof value === 'object' && value !== null ? { kvlistValue: { values: keyValues(value) } } : {};
  }
}
