// SPDX-License-Identifier: Apache-2.0
import { pendingResource, testRecord, testResource } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';
import { OtlpJsonEncoder } from './index.ts';
import { encodedLines, textOf } from './test-support/encoded-lines.ts';

const traceId = '5b8efff798038103d269b633813fc60c';
const spanId = 'eee19b7ec3c1b174';

describe('a line', () => {
  it('is one LogsData object with the records of a batch', () => {
    const encoder = new OtlpJsonEncoder();
    encoder.append(
      testRecord({
        body: 'order accepted',
        attributes: {
          'order.id': 'o-1',
          'order.items': 3,
          'order.total': 12.5,
          'order.gift': true,
          'order.tags': ['new', null],
          'order.customer': { id: 9007199254740993n, vip: false },
          'order.signature': Uint8Array.of(0xfb, 0xff),
        },
        droppedAttributesCount: 2,
        spanContext: { traceId, spanId, traceFlags: 1 },
        eventName: 'order.accepted',
      }),
    );
    expect(textOf(encoder.take())).toBe(
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[' +
        '{"timeUnixNano":"1767225600123456789","observedTimeUnixNano":"1767225600123456790",' +
        '"severityNumber":9,"severityText":"INFO","body":{"stringValue":"order accepted"},"attributes":[' +
        '{"key":"order.id","value":{"stringValue":"o-1"}},' +
        '{"key":"order.items","value":{"intValue":"3"}},' +
        '{"key":"order.total","value":{"doubleValue":12.5}},' +
        '{"key":"order.gift","value":{"boolValue":true}},' +
        '{"key":"order.tags","value":{"arrayValue":{"values":[{"stringValue":"new"},{}]}}},' +
        '{"key":"order.customer","value":{"kvlistValue":{"values":[' +
        '{"key":"id","value":{"intValue":"9007199254740993"}},{"key":"vip","value":{"boolValue":false}}]}}},' +
        '{"key":"order.signature","value":{"bytesValue":"+/8="}}],' +
        `"droppedAttributesCount":2,"flags":1,"traceId":"${traceId}","spanId":"${spanId}","eventName":"order.accepted"}` +
        '],"scope":{"name":"orders","version":"1.0.0"}}],' +
        '"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"orders"}}]}}]}\n',
    );
  });

  it('holds only what a record has', () => {
    const encoder = new OtlpJsonEncoder();
    encoder.append(
      testRecord({
        hrTime: [0, 0],
        hrTimeObserved: [0, 0],
        severityNumber: undefined,
        severityText: '',
        body: undefined,
      }),
    );
    encoder.append(testRecord({ hrTime: [0, 0], hrTimeObserved: [0, 0], severityNumber: 0, severityText: undefined }));
    const [line] = encodedLines(encoder.take());
    expect(line?.records).toEqual([{}, { body: { stringValue: 'order accepted' } }]);
  });

  it('escapes the longest keys and severity texts that are kept', () => {
    const key = '\u0001'.repeat(64);
    const severityText = '\u2028'.repeat(32);
    const encoder = new OtlpJsonEncoder();
    for (let round = 0; round < 2; round += 1) {
      encoder.append(testRecord({ severityText, attributes: { [key]: round, [`${key}a`]: 'too long to keep' } }));
    }
    const [line] = encodedLines(encoder.take());
    expect(
      line?.records.map(({ severityText: read, attributes }) => [read, attributes?.map((each) => each.key)]),
    ).toEqual([
      [severityText, [key, `${key}a`]],
      [severityText, [key, `${key}a`]],
    ]);
  });

  it('holds records of other scopes and resources in the order in which they came', () => {
    const shop = testResource({ 'service.name': 'shop' }, 'https://example.com/resource');
    const bank = testResource({});
    const orders = { name: 'orders' };
    const payments = { name: 'payments', schemaUrl: 'https://example.com/scope', attributes: { a: [1] } };
    const encoder = new OtlpJsonEncoder();
    for (const [body, resource, instrumentationScope] of [
      ['1', shop, orders],
      ['2', shop, payments],
      ['3', shop, orders],
      ['4', bank, orders],
      ['5', bank, orders],
      ['6', shop, orders],
    ] as const) {
      encoder.append(
        testRecord({
          body,
          resource,
          instrumentationScope,
          hrTime: [0, 0],
          hrTimeObserved: [0, 0],
          severityNumber: 0,
          severityText: '',
        }),
      );
    }
    const shopJson =
      '"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"schemaUrl":"https://example.com/resource"';
    const ordersJson = '"scope":{"name":"orders"}';
    const paymentsJson =
      '"scope":{"name":"payments","attributes":[{"key":"a","value":{"arrayValue":{"values":[{"intValue":"1"}]}}}]},"schemaUrl":"https://example.com/scope"';
    const body = (text: string): string => `{"body":{"stringValue":"${text}"}}`;
    const batch = encoder.take();
    expect(textOf(batch)).toBe(
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${body('1')}],${ordersJson}},` +
        `{"logRecords":[${body('2')}],${paymentsJson}},{"logRecords":[${body('3')}],${ordersJson}}],${shopJson}},` +
        `{"scopeLogs":[{"logRecords":[${body('4')},${body('5')}],${ordersJson}}],"resource":{}},` +
        `{"scopeLogs":[{"logRecords":[${body('6')}],${ordersJson}}],${shopJson}}]}\n`,
    );
    expect(batch?.lines).toEqual([{ endOffset: batch?.bytes.byteLength, recordCount: 6 }]);
  });

  it('stands for a record without resource and scope', () => {
    const encoder = new OtlpJsonEncoder();
    encoder.append(testRecord({ resource: undefined, instrumentationScope: null, body: 'x' }));
    const [line] = encodedLines(encoder.take());
    expect(line?.resourceLogs[0]).toMatchObject({ resource: {}, scopeLogs: [{ scope: {} }] });
  });
});

describe('a batch', () => {
  it('is undefined without records', () => {
    const encoder = new OtlpJsonEncoder();
    expect(encoder.take()).toBeUndefined();
    encoder.append(testRecord());
    expect(encoder.take()?.recordCount).toBe(1);
    expect(encoder.take()).toBeUndefined();
  });

  it('counts its records and bytes while it is open', () => {
    const encoder = new OtlpJsonEncoder();
    expect([encoder.recordCount, encoder.byteLength]).toEqual([0, 0]);
    encoder.append(testRecord());
    const first = encoder.byteLength;
    encoder.append(testRecord());
    expect(encoder.recordCount).toBe(2);
    expect(encoder.byteLength).toBeGreaterThan(first);
    const open = encoder.byteLength;
    const batch = encoder.take();
    const text = textOf(batch);
    expect(text.slice(open)).toBe(
      '],"scope":{"name":"orders","version":"1.0.0"}}],' +
        '"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"orders"}}]}}]}\n',
    );
    expect([encoder.recordCount, encoder.byteLength]).toEqual([0, 0]);
  });

  it('is a snapshot: what changes afterwards is not seen', () => {
    const encoder = new OtlpJsonEncoder();
    const body = { items: ['a'] };
    const attributes: Record<string, unknown> = { state: 'new' };
    encoder.append(testRecord({ body, attributes }));
    body.items.push('b');
    attributes['state'] = 'changed';
    const [line] = encodedLines(encoder.take());
    expect(line?.records[0]).toMatchObject({
      body: { kvlistValue: { values: [{ key: 'items', value: { arrayValue: { values: [{ stringValue: 'a' }] } } }] } },
      attributes: [{ key: 'state', value: { stringValue: 'new' } }],
    });
  });

  it('uses memory again that was released, and never that of a batch in use', () => {
    const encoder = new OtlpJsonEncoder();
    const many = (body: string): string[] => Array.from({ length: 60 }, () => body);
    for (const body of many('first')) encoder.append(testRecord({ body }));
    const first = encoder.take();
    encoder.append(testRecord({ body: 'second' }));
    const second = encoder.take();
    expect(second?.bytes.buffer).not.toBe(first?.bytes.buffer);
    expect(encodedLines(first)[0]?.bodies).toEqual(many('first'));
    const memory = first?.bytes.buffer;
    first?.release();
    first?.release();
    for (const body of many('third')) encoder.append(testRecord({ body }));
    const third = encoder.take();
    expect(third?.bytes.buffer).toBe(memory);
    expect(encodedLines(second)[0]?.bodies).toEqual(['second']);
    expect(encodedLines(third)[0]?.bodies).toEqual(many('third'));
  });

  it('of a few records holds no more memory than it needs, also after large ones', () => {
    const encoder = new OtlpJsonEncoder();
    for (let index = 0; index < 100; index += 1) encoder.append(testRecord({ body: 'x'.repeat(10_000) }));
    encoder.take()?.release();
    for (const body of ['first', 'second']) {
      encoder.append(testRecord({ body }));
      const batch = encoder.take();
      expect(batch?.bytes.buffer.byteLength).toBe(batch?.bytes.byteLength);
      expect(encodedLines(batch)[0]?.bodies).toEqual([body]);
      batch?.release();
    }
  });
});

describe('a resource with attributes that are not settled', () => {
  const later = () => pendingResource({ 'service.name': 'shop' }, { 'host.id': 'h1' });

  it('is waited for, and keeps the order of all records', async () => {
    const pending = later();
    const encoder = new OtlpJsonEncoder();
    encoder.append(testRecord({ body: '1' }));
    expect(encoder.pending).toBeUndefined();
    encoder.append(testRecord({ body: '2', resource: pending.resource }));
    encoder.append(testRecord({ body: '3' }));
    const wait = encoder.pending;
    expect(wait).toBeInstanceOf(Promise);
    expect(encoder.recordCount).toBe(3);
    expect(encoder.byteLength).toBeGreaterThan(400);
    await pending.settle();
    await wait;
    expect(encoder.pending).toBeUndefined();
    encoder.append(testRecord({ body: '4', resource: pending.resource }));
    const [line] = encodedLines(encoder.take());
    expect(line?.bodies).toEqual(['1', '2', '3', '4']);
    expect(line?.resourceLogs.map(({ resource }) => resource.attributes?.length)).toEqual([1, 2, 1, 2]);
    expect([encoder.recordCount, encoder.byteLength]).toEqual([0, 0]);
  });

  it('is written without them when nobody waits, and with them in the next batch', async () => {
    const pending = later();
    const encoder = new OtlpJsonEncoder();
    encoder.append(testRecord({ resource: pending.resource }));
    encoder.append(testRecord({ resource: pending.resource }));
    const [first] = encodedLines(encoder.take());
    expect(first?.resourceLogs.map(({ resource }) => resource.attributes?.length)).toEqual([1]);
    expect(encoder.pending).toBeUndefined();
    await pending.settle();
    encoder.append(testRecord({ resource: pending.resource }));
    expect(encoder.pending).toBeUndefined();
    const [second] = encodedLines(encoder.take());
    expect(second?.resourceLogs[0]?.resource.attributes).toEqual([
      { key: 'service.name', value: { stringValue: 'shop' } },
      { key: 'host.id', value: { stringValue: 'h1' } },
    ]);
  });
});

describe('options', () => {
  it.each([
    [{ maxLineBytes: 1023 }, 'maxLineBytes must be a whole number from 1024 to 1048575; it is 1023'],
    [{ maxLineBytes: 1_048_576 }, 'maxLineBytes must be a whole number from 1024 to 1048575; it is 1048576'],
    [{ oneLine: 'yes' as unknown as boolean }, 'oneLine must be true or false; it is "yes"'],
    [{ maxRecordsPerLine: 0 }, 'maxRecordsPerLine must be a whole number at least 1, or Infinity; it is 0'],
    [{ maxRecordBytes: 1_000_001 }, 'maxRecordBytes must be a whole number from 16384 to 1000000; it is 1000001'],
  ])('%j is refused', (options, message) => {
    expect(() => new OtlpJsonEncoder(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
  });
});
