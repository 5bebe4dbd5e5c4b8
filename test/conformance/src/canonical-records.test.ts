// SPDX-License-Identifier: Apache-2.0

/** Records, scopes and resources, and the bytes of the generated code for them. */
import type { ReadableLogRecord } from '@logferry/core';
import { pendingResource, testRecord, testResource } from '@logferry/core/testing';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { describe, expect, it } from 'vitest';
import { bool, empty, int, keyValues, list, text } from './any-value.ts';
import { canonicalBytes, type LogRecord, type LogsRequest, unixNanos } from './logs-request.ts';

type Fields = Parameters<typeof testRecord>[0];

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = '00f067aa0ba902b7';
const traceIdBytes = Buffer.from(traceId, 'hex');
const spanIdBytes = Buffer.from(spanId, 'hex');

/** A record of nothing but what a test gives it. */
function bare(fields: Fields): ReadableLogRecord {
  return testRecord({
    hrTime: [0, 0],
    hrTimeObserved: [0, 0],
    severityNumber: undefined,
    severityText: undefined,
    body: undefined,
    ...fields,
  });
}

function encode(...records: readonly ReadableLogRecord[]): Buffer {
  const encoder = new OtlpProtobufEncoder();
  for (const record of records) encoder.append(record);
  return Buffer.from(encoder.take()!.bytes);
}

function expectCanonical(actual: Uint8Array, request: LogsRequest): void {
  expect(Buffer.from(actual).toString('hex')).toBe(Buffer.from(canonicalBytes(request)).toString('hex'));
}

const fields: readonly (readonly [string, Fields, LogRecord])[] = [
  ['nothing', {}, {}],
  ['a time', { hrTime: [1_767_225_600, 123_456_789] }, { timeUnixNano: unixNanos(1_767_225_600, 123_456_789) }],
  ['an observed time', { hrTimeObserved: [1, 999_999_999] }, { observedTimeUnixNano: unixNanos(1, 999_999_999) }],
  [
    'the last time that fits',
    { hrTime: [18_446_744_073, 709_551_615] },
    { timeUnixNano: { low: -1, high: -1, unsigned: true } },
  ],
  ['a time before 1970', { hrTime: [-1, 0] }, {}],
  ['a time that is none', { hrTime: 'yesterday', hrTimeObserved: undefined, body: 'x' }, { body: text('x') }],
  ...[1, 9, 24, 127, 128, 1000].map((severityNumber): [string, Fields, LogRecord] => [
    `severity ${severityNumber}`,
    { severityNumber },
    { severityNumber },
  ]),
  ...[0, -1, 1.5, Number.NaN, 2 ** 31, 'INFO', null].map((severityNumber): [string, Fields, LogRecord] => [
    `${severityNumber} as severity`,
    { severityNumber },
    {},
  ]),
  ['severity text', { severityText: 'WARN' }, { severityText: 'WARN' }],
  ['empty severity text', { severityText: '' }, {}],
  ['severity text beyond ASCII', { severityText: 'größer\ud800' }, { severityText: 'größer\ufffd' }],
  ['a number as severity text', { severityText: 30 }, { severityText: '30' }],
  ['an object as severity text', { severityText: {}, body: 'x' }, { body: text('x') }],
  ['no body', { body: undefined }, {}],
  ['a null body', { body: null }, { body: empty }],
  ['an empty body', { body: '' }, { body: text('') }],
  [
    'attributes',
    { attributes: { a: 1, b: 'x', c: true } },
    {
      attributes: keyValues([
        ['a', int(1)],
        ['b', text('x')],
        ['c', bool(true)],
      ]),
    },
  ],
  ['undefined as attributes', { attributes: undefined, body: 'x' }, { body: text('x') }],
  [
    'many attributes',
    { attributes: Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key.${index}`, index])) },
    { attributes: keyValues(Array.from({ length: 300 }, (_, index) => [`key.${index}`, int(index)])) },
  ],
  [
    'inherited attributes',
    { attributes: Object.assign(Object.create({ inherited: 1 }) as object, { own: 2 }) },
    { attributes: keyValues([['own', int(2)]]) },
  ],
  ['dropped attributes', { droppedAttributesCount: 300 }, { droppedAttributesCount: 300 }],
  ['more dropped attributes than fit', { droppedAttributesCount: 2 ** 40 }, { droppedAttributesCount: 2 ** 32 - 1 }],
  ['a dropped count that is none', { droppedAttributesCount: 'many' }, {}],
  [
    'a span',
    { spanContext: { traceId, spanId, traceFlags: 1 } },
    { flags: 1, traceId: traceIdBytes, spanId: spanIdBytes },
  ],
  [
    'a span in capitals',
    { spanContext: { traceId: traceId.toUpperCase(), spanId, traceFlags: 0 } },
    { traceId: traceIdBytes, spanId: spanIdBytes },
  ],
  [
    'flags beyond eight bits',
    { spanContext: { traceId, spanId, traceFlags: 0x1_03 } },
    { flags: 3, traceId: traceIdBytes, spanId: spanIdBytes },
  ],
  [
    'a remote span',
    { spanContext: { traceId, spanId, traceFlags: 1, isRemote: true } },
    { flags: 1, traceId: traceIdBytes, spanId: spanIdBytes },
  ],
  ['ids of zeros', { spanContext: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 1 } }, { flags: 1 }],
  [
    'ids that are too short',
    { spanContext: { traceId: traceId.slice(2), spanId: spanId.slice(2), traceFlags: 0 } },
    {},
  ],
  [
    'ids that are no hex',
    { spanContext: { traceId: `${traceId.slice(0, 30)}zz`, spanId: `é${spanId.slice(1)}`, traceFlags: 0 } },
    {},
  ],
  ['ids that are no strings', { spanContext: { traceId: 5, spanId: null, traceFlags: 0 } }, {}],
  ['an empty span context', { spanContext: {}, body: 'x' }, { body: text('x') }],
  ['null as span context', { spanContext: null, body: 'x' }, { body: text('x') }],
  ['an event name', { eventName: 'order.paid' }, { eventName: 'order.paid' }],
  [
    'everything',
    {
      hrTime: [2, 1],
      severityNumber: 17,
      severityText: 'ERROR',
      body: { a: [1] },
      attributes: { k: 'v' },
      droppedAttributesCount: 2,
      spanContext: { traceId, spanId, traceFlags: 1 },
      hrTimeObserved: [2, 2],
      eventName: 'e',
    },
    {
      timeUnixNano: unixNanos(2, 1),
      severityNumber: 17,
      severityText: 'ERROR',
      body: { kvlistValue: { values: keyValues([['a', list(int(1))]]) } },
      attributes: keyValues([['k', text('v')]]),
      droppedAttributesCount: 2,
      flags: 1,
      traceId: traceIdBytes,
      spanId: spanIdBytes,
      observedTimeUnixNano: unixNanos(2, 2),
      eventName: 'e',
    },
  ],
];

describe('each field of a record has the bytes of the generated code', () => {
  const request = (...logRecords: LogRecord[]): LogsRequest => ({
    resourceLogs: [
      {
        resource: { attributes: keyValues([['service.name', text('orders')]]) },
        scopeLogs: [{ scope: { name: 'orders', version: '1.0.0' }, logRecords }],
      },
    ],
  });

  it.each(fields)('%s', (_name, record, expected) => {
    expectCanonical(encode(bare(record)), request(expected));
  });

  it('and so have all of them in one batch, in order', () => {
    const records = fields.map(([, record]) => bare(record));
    expectCanonical(encode(...records), request(...fields.map(([, , expected]) => expected)));
  });

  it('and a record read through a proxy', () => {
    const [, everything, expected] = fields.at(-1)!;
    expectCanonical(encode(new Proxy(bare(everything), {})), request(expected));
  });
});

describe('resources and scopes have the bytes of the generated code', () => {
  const record = (body: string, resource: unknown, instrumentationScope: unknown): ReadableLogRecord =>
    bare({ body, resource, instrumentationScope });
  const orders = { name: 'orders' };
  const payments = { name: 'payments', version: '2', schemaUrl: 'https://example.com/scope' };
  const shop = testResource({ 'service.name': 'shop' });
  const bank = testResource({ 'service.name': 'bank', 'process.pid': 7 }, 'https://example.com/resource');

  it('when scopes and resources alternate: together, in the order in which they were first seen', () => {
    const bytes = encode(
      record('1', shop, orders),
      record('2', bank, payments),
      record('3', shop, payments),
      record('4', shop, orders),
      record('5', bank, payments),
      record('6', shop, orders),
    );
    expectCanonical(bytes, {
      resourceLogs: [
        {
          resource: { attributes: keyValues([['service.name', text('shop')]]) },
          scopeLogs: [
            { scope: { name: 'orders' }, logRecords: [{ body: text('1') }, { body: text('4') }, { body: text('6') }] },
            {
              scope: { name: 'payments', version: '2' },
              logRecords: [{ body: text('3') }],
              schemaUrl: 'https://example.com/scope',
            },
          ],
        },
        {
          resource: {
            attributes: keyValues([
              ['service.name', text('bank')],
              ['process.pid', int(7)],
            ]),
          },
          scopeLogs: [
            {
              scope: { name: 'payments', version: '2' },
              logRecords: [{ body: text('2') }, { body: text('5') }],
              schemaUrl: 'https://example.com/scope',
            },
          ],
          schemaUrl: 'https://example.com/resource',
        },
      ],
    });
  });

  it.each<[string, unknown, unknown, LogsRequest]>([
    [
      'schema URLs around a single scope',
      bank,
      payments,
      {
        resourceLogs: [
          {
            resource: {
              attributes: keyValues([
                ['service.name', text('bank')],
                ['process.pid', int(7)],
              ]),
            },
            scopeLogs: [
              {
                scope: { name: 'payments', version: '2' },
                logRecords: [{ body: text('x') }],
                schemaUrl: 'https://example.com/scope',
              },
            ],
            schemaUrl: 'https://example.com/resource',
          },
        ],
      },
    ],
    [
      'attributes of a scope',
      shop,
      { name: 's', attributes: { a: [1] }, droppedAttributesCount: 3 },
      {
        resourceLogs: [
          {
            resource: { attributes: keyValues([['service.name', text('shop')]]) },
            scopeLogs: [
              {
                scope: { name: 's', attributes: keyValues([['a', list(int(1))]]), droppedAttributesCount: 3 },
                logRecords: [{ body: text('x') }],
              },
            ],
          },
        ],
      },
    ],
    [
      'a scope without a name',
      shop,
      { name: '' },
      {
        resourceLogs: [
          {
            resource: { attributes: keyValues([['service.name', text('shop')]]) },
            scopeLogs: [{ scope: {}, logRecords: [{ body: text('x') }] }],
          },
        ],
      },
    ],
    [
      'neither',
      undefined,
      undefined,
      { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords: [{ body: text('x') }] }] }] },
    ],
    [
      'a resource larger than the room before the records',
      testResource({ large: 'x'.repeat(5000) }),
      orders,
      {
        resourceLogs: [
          {
            resource: { attributes: keyValues([['large', text('x'.repeat(5000))]]) },
            scopeLogs: [{ scope: { name: 'orders' }, logRecords: [{ body: text('x') }] }],
          },
        ],
      },
    ],
  ])('%s', (_name, resource, scope, expected) => {
    const encoder = new OtlpProtobufEncoder();
    // The second batch takes the headers from the cache.
    for (let batch = 0; batch < 2; batch += 1) {
      encoder.append(record('x', resource, scope));
      const sealed = encoder.take()!;
      expectCanonical(sealed.bytes, expected);
      sealed.release();
    }
  });

  it('with the attributes that were settled when the batch was taken', async () => {
    const pending = pendingResource({ 'service.name': 'shop' }, { 'host.id': 'h1' });
    const encoder = new OtlpProtobufEncoder();
    const expected = (attributes: [string, ReturnType<typeof text>][]): LogsRequest => ({
      resourceLogs: [
        {
          resource: { attributes: keyValues(attributes) },
          scopeLogs: [{ scope: { name: 'orders' }, logRecords: [{ body: text('x') }] }],
        },
      ],
    });
    encoder.append(record('x', pending.resource, orders));
    expectCanonical(encoder.take()!.bytes, expected([['service.name', text('shop')]]));

    encoder.append(record('x', pending.resource, orders));
    const wait = encoder.pending;
    expect(wait).toBeInstanceOf(Promise);
    await pending.settle();
    await wait;
    expect(encoder.pending).toBeUndefined();
    expectCanonical(
      encoder.take()!.bytes,
      expected([
        ['service.name', text('shop')],
        ['host.id', text('h1')],
      ]),
    );
  });
});
