// SPDX-License-Identifier: Apache-2.0
import { opentelemetry, startOtlpReceiver } from '@logferry-test/support';
import { expect, onTestFinished, test } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { allDelivered, openPipeline } from './pipeline.ts';

/** An AnyValue as the generated code gives it; integers are decimal strings, bytes are base64. */
type Any = Readonly<Record<string, unknown>>;

const text = (stringValue: string): Any => ({ stringValue });
const int = (intValue: string): Any => ({ intValue });
const real = (doubleValue: number): Any => ({ doubleValue });
const list = (...values: readonly Any[]): Any => ({ arrayValue: { values } });
const map = (entries: Readonly<Record<string, Any>>): Any => ({
  kvlistValue: { values: Object.entries(entries).map(([key, value]) => ({ key, value })) },
});

interface ReceivedRecord {
  readonly body?: Any;
  readonly attributes?: readonly { readonly key: string; readonly value: Any }[];
  readonly droppedAttributesCount?: number;
}

/** Sends records between two harmless ones, all in one batch; what the receiver has of them. */
async function sent(
  records: readonly Record<string, unknown>[],
  sdk: '3.x' | '0.2xx' = '3.x',
): Promise<ReceivedRecord[]> {
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.close());
  const pipeline = openPipeline({ endpoint: receiver.endpoint }, { sdk });
  const all = [{ body: 'before' }, ...records, { body: 'after' }];
  for (const [index, record] of all.entries()) {
    const attributes = record['attributes'] as Record<string, unknown> | undefined;
    pipeline.emitRecord({ ...record, attributes: { number: index + 1, ...attributes } });
  }
  await pipeline.processor.forceFlush();
  expect(pipeline.account(receiver.requests.map(({ bytes }) => bytes))).toEqual(allDelivered(all.length));
  const received = receiver.requests.flatMap(({ bytes }) => recordsOf(bytes));
  expect([received.at(0)?.body, received.at(-1)?.body]).toEqual([text('before'), text('after')]);
  return received.slice(1, -1);
}

function recordsOf(request: Uint8Array): ReceivedRecord[] {
  const { ExportLogsServiceRequest } = opentelemetry.proto.collector.logs.v1;
  const message = ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(request), {
    longs: String,
    bytes: String,
  }) as { resourceLogs: { scopeLogs: { logRecords: ReceivedRecord[] }[] }[] };
  return message.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
}

type ValueCase = readonly [name: string, body: unknown, expected: Any];

/** As body, and inside one, on both lines of the SDK. */
function arrive(cases: readonly ValueCase[]): void {
  test.each(cases)('%s', async (_name, body, expected) => {
    for (const sdk of ['3.x', '0.2xx'] as const) {
      const [plain, nested] = await sent([{ body }, { body: { outer: [body] } }], sdk);
      expect(plain?.body).toEqual(expected);
      expect(nested?.body).toEqual(map({ outer: list(expected) }));
    }
  });
}

const cyclic: Record<string, unknown> = { id: 1 };
cyclic['self'] = cyclic;

function nestedMaps(levels: number): unknown {
  let value: unknown = 'innermost';
  for (let level = 0; level < levels; level += 1) value = { in: value };
  return value;
}

const throws = (): never => {
  throw new Error('not for the logs');
};

describeFault('cyclic, too deep or throwing values', () => {
  arrive([
    ['a body that contains itself', cyclic, map({ id: int('1'), self: text('[Circular]') })],
    [
      'a getter that throws',
      {
        id: 1,
        get total(): number {
          return throws();
        },
      },
      map({ id: int('1'), total: text('[Throws]') }),
    ],
    ['a proxy that throws', new Proxy({}, { ownKeys: throws, get: throws }), text('[Throws]')],
    ['a revoked proxy', revokedProxy(), text('[Throws]')],
    ['a toJSON that throws', { toJSON: throws }, text('[Throws]')],
  ]);

  test('a body 20,000 levels deep ends in a marker', async () => {
    const [record] = await sent([{ body: nestedMaps(20_000) }]);
    let value = record?.body;
    let depth = 0;
    while (value !== undefined && 'kvlistValue' in value) {
      value = (value['kvlistValue'] as { values: { value: Any }[] }).values[0]?.value;
      depth += 1;
    }
    expect(value).toEqual(text('[MaxDepth]'));
    expect(depth).toBe(31);
  });
});

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describeFault('huge values', () => {
  test('a body of 10 MB is cut at the limit of a record and marked; what stood behind it is counted', async () => {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const pipeline = openPipeline({ endpoint: receiver.endpoint });
    pipeline.emitRecord({ body: 'x'.repeat(10_000_000), attributes: { first: 1, second: 2 } });
    await pipeline.processor.forceFlush();
    expect(pipeline.account([])).toEqual({ ...allDelivered(1), arrived: 0 });
    const [record] = receiver.requests.flatMap(({ bytes }) => recordsOf(bytes));
    const body = record?.body?.['stringValue'] as string;
    expect(body.length).toBeGreaterThan(990_000);
    expect(body.length).toBeLessThanOrEqual(1_000_000);
    expect(body).toBe(`${'x'.repeat(body.length - '[Truncated]'.length)}[Truncated]`);
    expect(record?.attributes).toBeUndefined();
    expect(record?.droppedAttributesCount).toBe(2);
  });

  // The SDK itself walks through all of them, and takes seconds for a million.
  test('100,000 attributes are cut at the limit of the SDK, and the rest is counted', async () => {
    const attributes = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key ${index}`, index]));
    const [record] = await sent([{ body: 'many', attributes }]);
    // With the number that the test gives to each record.
    expect(record?.attributes).toHaveLength(128);
    expect(record?.droppedAttributesCount).toBe(100_001 - 128);
  });

  test('a body of 300,000 entries is cut, marked and counted, in a few times what it takes to list its keys', async () => {
    const entries = Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`key ${index}`, index]));
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const pipeline = openPipeline({ endpoint: receiver.endpoint });
    // JavaScript has no cheaper way to look into an object than to list all of its keys.
    const listMillis = millisOf(() => Object.keys(entries));
    const emitMillis = millisOf(() => pipeline.emitRecord({ body: entries }));
    expect(emitMillis).toBeLessThan(500 + 10 * listMillis);
    await pipeline.processor.forceFlush();
    expect(pipeline.account([])).toEqual({ ...allDelivered(1), arrived: 0 });
    const [record] = receiver.requests.flatMap(({ bytes }) => recordsOf(bytes));
    const { values } = (record?.body?.['kvlistValue'] ?? { values: [] }) as { values: { key: string; value: Any }[] };
    expect(values.length).toBeGreaterThan(5000);
    expect(values.at(-1)).toEqual({ key: '[Truncated]', value: int(String(300_000 - values.length + 1)) });
  });
});

/** Of the processor: others have work on the machine as well. */
function millisOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describeFault('lone surrogates', () => {
  arrive([
    ['in a short text', 'a\ud800b\udc00', text('a\ufffdb\ufffd')],
    ['in a long text', `${'a'.repeat(100)}\udfff`, text(`${'a'.repeat(100)}\ufffd`)],
    ['as a key', { '\ud800': 1 }, map({ '\ufffd': int('1') })],
    ['a pair stays', '😀', text('😀')],
  ]);
});

describeFault('NaN, infinities, -0', () => {
  arrive([
    ['NaN', Number.NaN, real(Number.NaN)],
    ['Infinity', Infinity, real(Infinity)],
    ['-Infinity', -Infinity, real(-Infinity)],
    ['-0', -0, real(-0)],
  ]);
});

describeFault('BigInt', () => {
  arrive([
    ['the largest int64', 2n ** 63n - 1n, int('9223372036854775807')],
    ['the smallest int64', -(2n ** 63n), int('-9223372036854775808')],
    ['one more', 2n ** 63n, text('9223372036854775808')],
    ['one less', -(2n ** 63n) - 1n, text('-9223372036854775809')],
  ]);
});

class Order {
  readonly id = 7;
  readonly #secret = 'hidden';
  get total(): string {
    return this.#secret;
  }
}

const disk = Object.assign(new Error('disk'), { stack: 'Error: disk' });
const chain = Object.assign(new RangeError('too many', { cause: disk }), { stack: 'RangeError: too many', code: 'E' });
const aggregate = Object.assign(new AggregateError([disk], 'all failed'), { stack: 'AggregateError: all failed' });
const diskValue = map({ name: text('Error'), message: text('disk'), stack: text('Error: disk') });

describeFault('Map, Set, Date, Error, bytes, URL, RegExp, instances', () => {
  arrive([
    [
      'a Map with names',
      new Map<unknown, unknown>([
        ['a', 1],
        ['b', [2]],
      ]),
      map({ a: int('1'), b: list(int('2')) }),
    ],
    ['a Map with objects as keys', new Map([[{ a: 1 }, 'x']]), list(list(map({ a: int('1') }), text('x')))],
    ['a Set', new Set(['a', 1]), list(text('a'), int('1'))],
    ['a Date', new Date(Date.UTC(2026, 10, 22)), text('2026-11-22T00:00:00.000Z')],
    ['an invalid Date', new Date(Number.NaN), text('Invalid Date')],
    [
      'an Error with its cause and its code',
      chain,
      map({
        name: text('RangeError'),
        message: text('too many'),
        stack: text('RangeError: too many'),
        cause: diskValue,
        code: text('E'),
      }),
    ],
    [
      'an AggregateError',
      aggregate,
      map({
        name: text('AggregateError'),
        message: text('all failed'),
        stack: text('AggregateError: all failed'),
        errors: list(diskValue),
      }),
    ],
    ['a Buffer', Buffer.from('PNG'), { bytesValue: 'UE5H' }],
    ['a Uint8Array', Uint8Array.of(0, 255), { bytesValue: 'AP8=' }],
    ['a Float64Array', Float64Array.of(1.5, 2), list(real(1.5), int('2'))],
    ['a URL', new URL('https://example.com/a?b=c'), text('https://example.com/a?b=c')],
    ['a RegExp', /a+/gi, text('/a+/gi')],
    ['an instance of a class', new Order(), map({ id: int('7') })],
  ]);
});

describeFault('__proto__ and constructor as keys', () => {
  test('they are kept as data, and Object.prototype is untouched', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const body = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as object;
    const [record] = await sent([{ body }]);
    expect(record?.body).toEqual({
      kvlistValue: {
        values: [
          { key: '__proto__', value: map({ polluted: { boolValue: true } }) },
          { key: 'constructor', value: map({ prototype: map({ polluted: { boolValue: true } }) }) },
        ],
      },
    });
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

const controls = 'a\r\nb\u0000c\u001b[31md\u0085e\u2028f\u2029g\u202eh"\\';

describeFault('control characters', () => {
  arrive([['as a text', controls, text(controls)]]);

  test('in keys, attributes, the severity text and the event name', async () => {
    const [record] = await sent([
      { attributes: { [controls]: controls }, severityText: controls, eventName: controls },
    ]);
    expect(record).toMatchObject({ severityText: controls, eventName: controls });
    expect(record?.attributes).toContainEqual({ key: controls, value: text(controls) });
  });
});
