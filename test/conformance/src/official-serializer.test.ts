// SPDX-License-Identifier: Apache-2.0

/**
 * Our bytes beside those of the official serializer, both decoded by the generated code. Where they differ, the official
 * one is wrong or says nothing, and the case says why.
 */
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord, testResource } from '@logferry/core/testing';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { randomRuns } from '@logferry-test/support/random';
import { assert, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bigInt, decodeRequest, type LogsRequest, readable, readableEntries } from './logs-request.ts';
import { entries, objectOf, valuePair } from './value-arbitrary.ts';

/** The whole meaning of a request as plain data. */
function meaning(request: LogsRequest): unknown {
  return (request.resourceLogs ?? []).map(({ resource, scopeLogs, schemaUrl }) => ({
    resource: [readableEntries(resource?.attributes), resource?.droppedAttributesCount],
    schemaUrl,
    scopes: (scopeLogs ?? []).map(({ scope, logRecords, schemaUrl: scopeSchemaUrl }) => ({
      scope: [scope?.name, scope?.version, readableEntries(scope?.attributes), scope?.droppedAttributesCount],
      schemaUrl: scopeSchemaUrl,
      records: (logRecords ?? []).map((record) => ({
        ...record,
        timeUnixNano: bigInt(record.timeUnixNano),
        observedTimeUnixNano: bigInt(record.observedTimeUnixNano),
        body: readable(record.body),
        attributes: readableEntries(record.attributes),
        traceId: Buffer.from(record.traceId ?? []).toString('hex'),
        spanId: Buffer.from(record.spanId ?? []).toString('hex'),
      })),
    })),
  }));
}

function ours(records: readonly ReadableLogRecord[]): LogsRequest {
  const encoder = new OtlpProtobufEncoder();
  for (const record of records) encoder.append(record);
  return decodeRequest(encoder.take()!.bytes);
}

function officials(records: readonly ReadableLogRecord[]): LogsRequest {
  return decodeRequest(ProtobufLogsSerializer.serializeRequest([...records])!);
}

function expectSame(...records: readonly ReadableLogRecord[]): void {
  expect(meaning(ours(records))).toEqual(meaning(officials(records)));
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = '00f067aa0ba902b7';

describe('the same meaning', () => {
  it.each<[string, Parameters<typeof testRecord>[0]]>([
    ['a plain record', {}],
    ['no body', { body: undefined }],
    ['a null body', { body: null }],
    ['undefined as an attribute', { attributes: { a: undefined, b: { c: undefined }, d: [undefined] } }],
    ['a severity of 0', { severityNumber: 0, severityText: '' }],
    ['a span', { spanContext: { traceId, spanId, traceFlags: 1 } }],
    ['dropped attributes', { droppedAttributesCount: 7 }],
    ['an event', { eventName: 'order.paid' }],
    ['integers beyond the safe ones', { body: [2 ** 62, -(2 ** 63), 2 ** 63] }],
    ['bytes', { body: Uint8Array.of(1, 255) }],
    [
      'attributes of a scope',
      { instrumentationScope: { name: 's', attributes: { a: 1 }, droppedAttributesCount: 1, schemaUrl: 'https://x' } },
    ],
    ['the schema URL of a resource', { resource: testResource({ a: 1 }, 'https://example.com') }],
  ])('%s', (_name, fields) => {
    expectSame(testRecord(fields));
  });

  it('of records that the SDK made', () => {
    const records: ReadableLogRecord[] = [];
    const settled = Promise.resolve();
    const provider = new LoggerProvider({
      processors: [
        { onEmit: (record) => void records.push(record), forceFlush: () => settled, shutdown: () => settled },
      ],
    });
    for (const name of ['orders', 'payments', 'orders']) {
      const logger = provider.getLogger(name, '1.0.0', { schemaUrl: 'https://example.com/scope' });
      logger.emit({ body: { order: [1, 'a', { b: null }] }, attributes: { route: '/x', ok: true }, severityNumber: 9 });
      logger.emit({ body: 'failed', exception: new Error('no'), eventName: 'order.failed', timestamp: [1, 2] });
    }
    expect(records).toHaveLength(6);
    expectSame(...records);
  });

  it('of any values but those below', () => {
    assert(
      property(valuePair, entries(), (body, attributes) => {
        const record = testRecord({ body: body.value, attributes: objectOf(attributes) });
        if (!hasKnownDifference([body.value, objectOf(attributes)])) expectSame(record);
      }),
      randomRuns(2000),
    );
  });
});

function hasKnownDifference(value: unknown): boolean {
  if (typeof value === 'bigint' || Object.is(value, -0)) return true;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  if (value instanceof Date || value instanceof Map) return true;
  return Object.values(value).some(hasKnownDifference);
}

const BYTES_OF_ANY_VALUE = 'the value is lost';

describe('another meaning, where the official serializer is wrong', () => {
  it.each<[string, string, unknown, unknown, unknown]>([
    ['-0', 'int64 has no negative zero', -0, { double: -0 }, { int: '0' }],
    ['a bigint', BYTES_OF_ANY_VALUE, 5n, { int: '5' }, null],
    ['a bigint beyond int64', BYTES_OF_ANY_VALUE, 2n ** 63n, '9223372036854775808', null],
    ['a date', 'an object without own members', new Date(0), '1970-01-01T00:00:00.000Z', { map: [] }],
    ['a map', 'an object without own members', new Map([['a', 1]]), { map: [['a', { int: '1' }]] }, { map: [] }],
    ['a set', 'an object without own members', new Set([1]), [{ int: '1' }], { map: [] }],
    ['a URL', 'an object without own members', new URL('https://x/y'), 'https://x/y', { map: [] }],
    ['a regular expression', 'an object without own members', /a/g, '/a/g', { map: [] }],
    ['a symbol', BYTES_OF_ANY_VALUE, Symbol('s'), 'Symbol(s)', null],
    ['a function', BYTES_OF_ANY_VALUE, function pay() {}, '[Function pay]', null],
    [
      'an object with toJSON',
      'its members instead of what it says of itself',
      { secret: 1, toJSON: () => 'said' },
      'said',
      {
        map: [
          ['secret', { int: '1' }],
          ['toJSON', null],
        ],
      },
    ],
    ['typed numbers', 'a map of indexes', Int16Array.of(5), [{ int: '5' }], { map: [['0', { int: '5' }]] }],
  ])('%s: %s', (_name, _why, body, expectedOfOurs, expectedOfOfficial) => {
    const record = testRecord({ body });
    const bodyOf = (request: LogsRequest): unknown =>
      readable(request.resourceLogs![0]!.scopeLogs![0]!.logRecords![0]!.body);
    expect(bodyOf(ours([record]))).toEqual(expectedOfOurs);
    expect(bodyOf(officials([record]))).toEqual(expectedOfOfficial);
  });

  it('an error: an object without own members', () => {
    const record = testRecord({ body: new Error('lost') });
    const bodyOf = (request: LogsRequest): unknown =>
      readable(request.resourceLogs![0]!.scopeLogs![0]!.logRecords![0]!.body);
    expect(bodyOf(ours([record]))).toMatchObject({
      map: [
        ['name', 'Error'],
        ['message', 'lost'],
        ['stack', expect.any(String)],
      ],
    });
    expect(bodyOf(officials([record]))).toEqual({ map: [] });
  });

  it('a time before 1970: it becomes one in the future', () => {
    const record = testRecord({ hrTime: [-1, 0] });
    const timeOf = (request: LogsRequest): bigint =>
      bigInt(request.resourceLogs![0]!.scopeLogs![0]!.logRecords![0]!.timeUnixNano);
    expect(timeOf(ours([record]))).toBe(0n);
    expect(timeOf(officials([record]))).not.toBe(0n);
  });

  it('flags beyond eight bits: the others are reserved', () => {
    const record = testRecord({ spanContext: { traceId, spanId, traceFlags: 0x301 } });
    const flagsOf = (request: LogsRequest): unknown => request.resourceLogs![0]!.scopeLogs![0]!.logRecords![0]!.flags;
    expect(flagsOf(ours([record]))).toBe(1);
    expect(flagsOf(officials([record]))).toBe(0x301);
  });

  it.each<[string, Parameters<typeof testRecord>[0]]>([
    ['a value inside itself', { body: selfContaining() }],
    [
      'a getter that throws',
      {
        attributes: {
          get a(): number {
            throw new Error('no');
          },
        },
      },
    ],
    [
      'a proxy that throws',
      {
        body: new Proxy(
          {},
          {
            ownKeys() {
              throw new Error('no');
            },
          },
        ),
      },
    ],
  ])('%s: the whole batch is lost', (_name, fields) => {
    const records = [testRecord(), testRecord(fields), testRecord()];
    expect(() => officials(records)).toThrow(Error);
    expect(ours(records).resourceLogs![0]!.scopeLogs![0]!.logRecords).toHaveLength(3);
  });
});

describe('other bytes for the same meaning', () => {
  it('ours leave out the defaults that canonical protobuf leaves out: 2 bytes a record, 2 a resource', () => {
    const records = Array.from({ length: 100 }, () => testRecord());
    const encoder = new OtlpProtobufEncoder();
    for (const record of records) encoder.append(record);
    const official = ProtobufLogsSerializer.serializeRequest(records)!;
    expect(official.length - encoder.take()!.bytes.length).toBe(202);
  });
});

function selfContaining(): unknown {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}
