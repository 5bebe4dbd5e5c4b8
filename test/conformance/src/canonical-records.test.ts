// SPDX-License-Identifier: Apache-2.0

/** Records, scopes and resources, and the bytes of the generated code for them. */
import type { ReadableLogRecord } from '@logferry/core';
import { pendingResource, testResource } from '@logferry/core/testing';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { describe, expect, it } from 'vitest';
import { int, keyValues, list, text } from './any-value.ts';
import { canonicalBytes, type LogRecord, type LogsRequest } from './logs-request.ts';
import { bare, recordCorpus } from './record-corpus.ts';

function encode(...records: readonly ReadableLogRecord[]): Buffer {
  const encoder = new OtlpProtobufEncoder();
  for (const record of records) encoder.append(record);
  return Buffer.from(encoder.take()!.bytes);
}

function expectCanonical(actual: Uint8Array, request: LogsRequest): void {
  expect(Buffer.from(actual).toString('hex')).toBe(Buffer.from(canonicalBytes(request)).toString('hex'));
}

describe('each field of a record has the bytes of the generated code', () => {
  const request = (...logRecords: LogRecord[]): LogsRequest => ({
    resourceLogs: [
      {
        resource: { attributes: keyValues([['service.name', text('orders')]]) },
        scopeLogs: [{ scope: { name: 'orders', version: '1.0.0' }, logRecords }],
      },
    ],
  });

  it.each(recordCorpus)('%s', (_name, record, expected) => {
    expectCanonical(encode(bare(record)), request(expected));
  });

  it('and so have all of them in one batch, in order', () => {
    const records = recordCorpus.map(([, record]) => bare(record));
    expectCanonical(encode(...records), request(...recordCorpus.map(([, , expected]) => expected)));
  });

  it('and a record read through a proxy', () => {
    const [, everything, expected] = recordCorpus.at(-1)!;
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
