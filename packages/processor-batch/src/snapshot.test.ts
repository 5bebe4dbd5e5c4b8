// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { ManualClock, testRecord, testResource } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { BatchingLogRecordProcessor } from './index.ts';
import { RecordExporter, succeed } from './test-doubles/record-exporter.ts';

/** What the exporter gets when the record is emitted; `after` runs between the two. */
async function exported(record: ReadableLogRecord, after: () => void = () => {}): Promise<ReadableLogRecord> {
  const exporter = new RecordExporter(succeed);
  const processor = new BatchingLogRecordProcessor(exporter, { clock: new ManualClock(), environment: {} });
  processor.onEmit(record);
  after();
  await processor.forceFlush();
  const [copy] = exporter.calls[0]?.records ?? [];
  if (copy === undefined) throw new Error(`nothing was exported: ${JSON.stringify(processor.stats())}`);
  return copy;
}

async function exportedBody(body: unknown): Promise<unknown> {
  return (await exported(testRecord({ body }))).body;
}

const throwing = (): never => {
  throw new Error('boom');
};
const throwingProxy: object = new Proxy({}, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing });
const circular: Record<string, unknown> = { id: 7 };
circular['self'] = circular;
const shared = { a: 1 };

describe('a snapshot', () => {
  it('has every field of the record, and the same resource and scope', async () => {
    const fields = {
      hrTime: [1, 2],
      hrTimeObserved: [3, 4],
      severityNumber: 17,
      severityText: 'ERROR',
      body: 'broken',
      eventName: 'order.failed',
      attributes: { a: 1 },
      droppedAttributesCount: 3,
      spanContext: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 },
      resource: testResource({ 'service.name': 'shop' }),
      instrumentationScope: { name: 'scope' },
    };
    const copy = await exported(testRecord(fields));
    expect(copy).toEqual(fields);
    expect(copy.resource).toBe(fields.resource);
    expect(copy.instrumentationScope).toBe(fields.instrumentationScope);
    expect(copy.spanContext).not.toBe(fields.spanContext);
  });

  it('has a span context whose fields are getters', async () => {
    class Span {
      get traceId() {
        return '0af7651916cd43dd8448eb211c80319c';
      }
      get spanId() {
        return 'b7ad6b7169203331';
      }
      traceFlags = 0;
      isRemote = true;
    }
    const { spanContext } = await exported(testRecord({ spanContext: new Span() }));
    expect(spanContext).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 0,
      isRemote: true,
    });
  });

  it('does not change when the record, its attributes or its body change later', async () => {
    const body = { list: [1, { deep: 'old' }], bytes: Buffer.from('old') };
    const attributes = { name: 'old', nested: { deep: 'old' } };
    const hrTime: [number, number] = [1, 2];
    const record = testRecord({ body, attributes, hrTime });
    const copy = await exported(record, () => {
      hrTime[0] = 9;
      (body.list[1] as { deep: string }).deep = 'new';
      body.bytes.write('new');
      attributes.name = 'new';
      attributes.nested.deep = 'new';
      Object.assign(record, { body: 'new', severityText: 'new' });
    });
    expect(copy).toMatchObject({
      hrTime: [1, 2],
      severityText: 'INFO',
      body: { list: [1, { deep: 'old' }], bytes: new Uint8Array(Buffer.from('old')) },
      attributes: { name: 'old', nested: { deep: 'old' } },
    });
  });

  it.each<[string, unknown, unknown]>([
    ['undefined', undefined, undefined],
    ['null', null, null],
    ['zero, minus zero and NaN', [0, -0, Number.NaN, Infinity], [0, -0, Number.NaN, Infinity]],
    ['empty values', ['', [], {}], ['', [], {}]],
    ['a safe bigint', 7n, 7],
    ['a bigint beyond the safe integers', 2n ** 63n, '9223372036854775808'],
    ['a huge bigint', 1n << 40_000n, `0x1${'0'.repeat(10_000)}`],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', () => {}, '[Function]'],
    ['a named function', function ship(): void {}, '[Function ship]'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
    [
      'a map with distinct keys',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 'b'],
      ]),
      { a: 1, '2': 'b' },
    ],
    [
      'a map with keys that clash',
      new Map<unknown, unknown>([
        ['1', 'a'],
        [1, 'b'],
      ]),
      [
        ['1', 'a'],
        [1, 'b'],
      ],
    ],
    ['a map with object keys', new Map([[{ k: 1 }, 'v']]), [[{ k: 1 }, 'v']]],
    ['a set', new Set([1, 'a']), [1, 'a']],
    ['a regular expression', /a+/g, '/a+/g'],
    ['a URL', new URL('https://example.test/a?b'), 'https://example.test/a?b'],
    ['a boxed string', Object('text'), 'text'],
    ['a promise', Promise.resolve(1), '[Promise]'],
    ['a Uint8Array', new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    ['an ArrayBuffer', new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2])],
    ['a DataView', new DataView(new Uint8Array([1, 2, 3]).buffer, 1), new Uint8Array([2, 3])],
    ['a Float64Array', new Float64Array([1.5, 2]), [1.5, 2]],
    ['an object with toJSON', { toJSON: () => ({ shown: true }) }, { shown: true }],
    [
      'a class instance',
      new (class Point {
        x = 1;
        #y = 2;
        get y() {
          return this.#y;
        }
      })(),
      { x: 1 },
    ],
    ['a sparse array', [1, , 3], [1, undefined, 3]], // oxlint-disable-line no-sparse-arrays -- the hole is the case
    ['a circular object', circular, { id: 7, self: '[Circular]' }],
    ['the same object twice', [shared, { shared }], [{ a: 1 }, { shared: { a: 1 } }]],
    [
      'a throwing getter',
      {
        ok: 1,
        get bad() {
          return throwing();
        },
      },
      { ok: 1, bad: '[Throws]' },
    ],
    ['a throwing toJSON', { a: 1, toJSON: throwing }, '[Throws]'],
    ['a throwing proxy', { proxy: throwingProxy }, { proxy: '[Throws]' }],
    ['a revoked proxy', { proxy: revoked() }, { proxy: '[Throws]' }],
  ])('of %s is plain', async (_, body, plain) => {
    expect(await exportedBody(body)).toStrictEqual(plain);
  });

  it('of an error has its name, message, stack, causes and own fields', async () => {
    const cause = new RangeError('inner');
    const error = Object.assign(new AggregateError([new TypeError('one')], 'outer', { cause }), { code: 'E1' });
    expect(await exportedBody(error)).toEqual({
      name: 'AggregateError',
      message: 'outer',
      stack: error.stack,
      cause: { name: 'RangeError', message: 'inner', stack: cause.stack },
      errors: [expect.objectContaining({ name: 'TypeError', message: 'one' })],
      code: 'E1',
    });
  });

  it('keeps __proto__ and constructor as data', async () => {
    const body: unknown = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}');
    const copy = (await exportedBody(body)) as object;
    expect(Object.entries(copy)).toEqual([
      ['__proto__', { polluted: 1 }],
      ['constructor', 2],
    ]);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('stops at 31 levels, where receivers stop', async () => {
    let body: unknown = 'bottom';
    for (let level = 0; level < 20_000; level += 1) body = { in: body };
    let copy = await exportedBody(body);
    let levels = 0;
    for (; typeof copy === 'object'; levels += 1) copy = (copy as { in: unknown }).in;
    expect([levels, copy]).toEqual([31, '[MaxDepth]']);
  });

  it('stops at 10,000 values, and says how many are left out', async () => {
    const list = (await exportedBody(Array.from({ length: 1_000_000 }, (_, index) => index))) as unknown[];
    expect(list).toHaveLength(10_001);
    expect(list.at(-1)).toBe('[Truncated]');
    const entries = Array.from({ length: 10_002 }, (_, index) => [`k${index}`, index] as const);
    expect(Object.entries((await exportedBody(Object.fromEntries(entries))) as object).at(-1)).toEqual([
      '[Truncated]',
      2,
    ]);
    expect(Object.entries((await exportedBody(new Map(entries))) as object).at(-1)).toEqual(['[Truncated]', 2]);
    const record = await exported(testRecord({ attributes: Object.fromEntries(entries), droppedAttributesCount: 1 }));
    expect(Object.keys(record.attributes)).toHaveLength(10_000);
    expect(record.droppedAttributesCount).toBe(3);
  });

  it('of attributes that can not be listed is a marker', async () => {
    const { attributes } = await exported(testRecord({ attributes: throwingProxy }));
    expect(attributes).toEqual({ '[Throws]': '[Throws]' });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
