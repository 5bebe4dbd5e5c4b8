// SPDX-License-Identifier: Apache-2.0

/** The JSON of the corpora, read back, is the message that the protobuf encoder writes. */
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord, testResource } from '@logferry/core/testing';
import { OtlpJsonEncoder, OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { describe, expect, it } from 'vitest';
import { type AnyValue, int, keyValues, list, map, text } from './any-value.ts';
import { requestOfLine } from './json-request.ts';
import { canonicalBytes, type LogRecord, type LogsRequest } from './logs-request.ts';
import { bare, recordCorpus } from './record-corpus.ts';
import { valueCorpus } from './value-corpus.ts';

const orders = { name: 'orders' };
const resource = testResource({});

/** The message of a batch that takes one line. */
function requestOf(...records: readonly ReadableLogRecord[]): LogsRequest {
  const encoder = new OtlpJsonEncoder({ maxLineBytes: 1_048_575 });
  for (const record of records) encoder.append(record);
  const batch = encoder.take()!;
  expect(batch.lines).toHaveLength(1);
  return requestOfLine(new TextDecoder('utf-8', { fatal: true }).decode(batch.bytes));
}

function canonical(request: LogsRequest): string {
  return Buffer.from(canonicalBytes(request)).toString('hex');
}

function protobuf(...records: readonly ReadableLogRecord[]): string {
  const encoder = new OtlpProtobufEncoder();
  for (const record of records) encoder.append(record);
  return Buffer.from(encoder.take()!.bytes).toString('hex');
}

const requestWith = (...logRecords: LogRecord[]): LogsRequest => ({
  resourceLogs: [{ resource: {}, scopeLogs: [{ scope: orders, logRecords }] }],
});

describe('each field of a record, read back, is the message that was meant', () => {
  const record = (fields: Parameters<typeof bare>[0]): ReadableLogRecord =>
    bare({ ...fields, resource, instrumentationScope: orders });

  it.each(recordCorpus)('%s', (_name, fields, expected) => {
    expect(canonical(requestOf(record(fields)))).toBe(canonical(requestWith(expected)));
  });

  it('and so are all of them in one batch, in order', () => {
    const records = recordCorpus.map(([, fields]) => record(fields));
    expect(canonical(requestOf(...records))).toBe(canonical(requestWith(...recordCorpus.map(([, , each]) => each))));
    expect(canonical(requestOf(...records))).toBe(protobuf(...records));
  });

  it('and a record read through a proxy', () => {
    const [, everything, expected] = recordCorpus.at(-1)!;
    expect(canonical(requestOf(new Proxy(record(everything), {})))).toBe(canonical(requestWith(expected)));
  });
});

describe('each value, read back, is the value that was meant', () => {
  const record = (fields: Parameters<typeof bare>[0]): ReadableLogRecord =>
    bare({ ...fields, resource, instrumentationScope: orders });

  it.each(valueCorpus)('%s, as an attribute', (_name, value, expected) => {
    const attributes = { before: 1, value, after: 'x' };
    const expectedAttributes = keyValues([
      ['before', int(1)],
      ['value', expected],
      ['after', text('x')],
    ]);
    expect(canonical(requestOf(record({ attributes })))).toBe(
      canonical(requestWith({ attributes: expectedAttributes })),
    );
  });

  it.each(valueCorpus.filter(([, value]) => value !== undefined))('%s, as the body', (_name, body, expected) => {
    expect(canonical(requestOf(record({ body })))).toBe(canonical(requestWith({ body: expected })));
  });

  // Two levels fewer are left there.
  it.each(valueCorpus.filter(([name]) => !/^(31|a 32nd|47|a 48th)/.test(name)))(
    '%s, inside',
    (_name, value, expected) => {
      const attributes = { outer: [{ value }, 'x'] };
      const outer: AnyValue = list(map([['value', expected]]), text('x'));
      const expectedAttributes = keyValues([['outer', outer]]);
      expect(canonical(requestOf(record({ attributes })))).toBe(
        canonical(requestWith({ attributes: expectedAttributes })),
      );
    },
  );
});

describe('resources and scopes, read back, are those of the protobuf encoder', () => {
  // The headers of a line have less room than a record.
  it.each(valueCorpus.filter(([name]) => !/^(a string of 16,38|a long array)/.test(name)))(
    '%s, as an attribute of both',
    (_name, value) => {
      const record = testRecord({
        resource: testResource({ value }),
        instrumentationScope: { name: 's', attributes: { value } },
      });
      expect(canonical(requestOf(record))).toBe(protobuf(record));
    },
  );

  it.each<[string, unknown, unknown]>([
    ['names', testResource({ 'service.name': 'shop' }), { name: 'orders', version: '2' }],
    ['schema URLs', testResource({}, 'https://example.com/r'), { name: 's', schemaUrl: 'https://example.com/s' }],
    ['dropped attributes', testResource({}), { name: 's', attributes: { a: 1 }, droppedAttributesCount: 3 }],
    ['a scope without a name', testResource({}), { name: '' }],
    ['neither', undefined, undefined],
  ])('%s', (_name, from, instrumentationScope) => {
    const record = testRecord({ resource: from, instrumentationScope });
    expect(canonical(requestOf(record))).toBe(protobuf(record));
  });
});
