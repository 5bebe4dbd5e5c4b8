// SPDX-License-Identifier: Apache-2.0
import { LogferryError, type ReadableLogRecord } from '@logferry/core';
import { pendingResource, testRecord, testResource } from '@logferry/core/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { JsonFormatOptions } from './json-options.ts';
import { type FormatOptions, resolveFormat, restoreBatch } from './record-encoding.ts';

function encoderOf(
  json: JsonFormatOptions = {},
  options: FormatOptions = {},
): ReturnType<ReturnType<typeof resolveFormat>['createEncoder']> {
  return resolveFormat({ format: 'json', json, ...options }).createEncoder('private');
}

function linesOf(
  records: readonly ReadableLogRecord[],
  json: JsonFormatOptions = {},
  options: FormatOptions = {},
): string[] {
  const encoder = encoderOf(json, options);
  for (const record of records) encoder.append(record);
  const text = Buffer.from(encoder.take()?.bytes ?? []).toString();
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

function lineOf(fields: Parameters<typeof testRecord>[0], json: JsonFormatOptions = {}): string {
  return linesOf([testRecord(fields)], json).join();
}

/** The attributes of a record as they are read back. */
function attributes(values: Record<string, unknown>, json: JsonFormatOptions = {}): unknown {
  const none = { time: false, severityText: false, severityNumber: false, body: false, scopeName: false } as const;
  return JSON.parse(lineOf({ attributes: values }, { fieldNames: none, resourceAttributes: [], ...json }));
}

describe('a flat line', () => {
  it('has the fields of the record, its attributes under their names, and the name of the service', () => {
    const line = lineOf({
      attributes: { 'order.id': 42, paid: true, note: 'a "b"\n', total: 9.5, nothing: null },
      eventName: 'order.accepted',
      spanContext: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 },
      resource: testResource({ 'service.name': 'orders', 'host.name': 'h1' }),
    });
    expect(line).toBe(
      '{"time":"2026-01-01T00:00:00.123456789Z","severity":"INFO","severityNumber":9,"logger":"orders",' +
        '"eventName":"order.accepted","message":"order accepted","traceId":"0af7651916cd43dd8448eb211c80319c",' +
        '"spanId":"b7ad6b7169203331","traceFlags":1,"order.id":42,"paid":true,"note":"a \\"b\\"\\n","total":9.5,' +
        '"nothing":null,"resource.service.name":"orders"}',
    );
  });

  it('has only what there is', () => {
    const bare = testRecord({
      hrTime: [0, 0],
      hrTimeObserved: [1_767_225_600, 5],
      severityNumber: undefined,
      severityText: undefined,
      body: undefined,
      instrumentationScope: { name: '' },
      resource: testResource({}),
    });
    expect(linesOf([bare])).toStrictEqual(['{"time":"2026-01-01T00:00:00.000000005Z"}']);
    expect(linesOf([bare], { fieldNames: { time: false } })).toStrictEqual(['{}']);
    const named = { ...bare, resource: testResource({ 'service.name': 'orders' }) } as ReadableLogRecord;
    expect(linesOf([named], { fieldNames: { time: false } })).toStrictEqual(['{"resource.service.name":"orders"}']);
  });

  it('takes other names and times', () => {
    const fieldNames = {
      time: '@timestamp',
      severityText: 'level',
      severityNumber: false,
      body: 'msg',
      scopeName: false,
    } as const;
    expect(lineOf({}, { fieldNames, timestamps: 'epoch-millis', resourceAttributes: [] })).toBe(
      '{"@timestamp":1767225600123,"level":"INFO","msg":"order accepted"}',
    );
    expect(lineOf({}, { fieldNames, timestamps: 'epoch-nanos', resourceAttributes: ['**'] })).toBe(
      '{"@timestamp":"1767225600123456789","level":"INFO","msg":"order accepted","resource.service.name":"orders"}',
    );
  });

  it('never has a name twice', () => {
    const own = { time: 1, message: 2, 'resource.service.name': 3, 'attributes.time': 4, droppedAttributes: 5 };
    const line = lineOf({ attributes: own, droppedAttributesCount: 7 });
    const names = [...line.matchAll(/"([^"]+)":/g)].map((match) => match[1]);
    expect(new Set(names).size).toBe(names.length);
    expect(JSON.parse(line)).toMatchObject({
      'attributes.time': 1,
      'attributes.message': 2,
      'attributes.resource.service.name': 3,
      'attributes.attributes.time': 4,
      'attributes.droppedAttributes': 5,
      droppedAttributes: 7,
    });
  });

  it('is one line, whatever a text holds', () => {
    const nasty = 'a\r\n\u0000\u001b[31m\u0085\u2028\u202e\ud800"\\';
    const line = lineOf({ body: nasty, attributes: { [nasty]: nasty } });
    expect(line).toMatch(/^[\u0020-\u007e\ufffd]*$/);
    expect(JSON.parse(line)).toMatchObject({
      message: nasty.toWellFormed(),
      [nasty.toWellFormed()]: nasty.toWellFormed(),
    });
  });
});

describe('values that JSON lacks', () => {
  it('are written in the documented form', () => {
    expect(
      attributes({
        nan: NaN,
        infinite: -Infinity,
        small: 9_007_199_254_740_991n,
        large: 9_007_199_254_740_993n,
        date: new Date(0),
        bytes: Buffer.from('hello'),
        map: new Map<string, unknown>([['a', new Map([[{}, 1]])]]),
        set: new Set([1, 'b']),
        url: new URL('http://h/p'),
        expression: /a/g,
        missing: undefined,
      }),
    ).toStrictEqual({
      nan: 'NaN',
      infinite: '-Infinity',
      small: 9_007_199_254_740_991,
      large: '9007199254740993',
      date: '1970-01-01T00:00:00.000Z',
      bytes: 'aGVsbG8=',
      map: { a: [[{}, 1]] },
      set: [1, 'b'],
      url: 'http://h/p',
      expression: '/a/g',
      missing: null,
    });
    expect(lineOf({ body: -0 })).toContain('"message":-0,');
  });

  it('errors keep their type, message, stack and whole cause chain', () => {
    const root = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', stack: 'root stack' });
    const middle = Object.assign(new TypeError('no peer', { cause: root }), { stack: 'middle stack' });
    const top = Object.assign(new AggregateError([middle, 'text'], 'all failed', { cause: middle }), {
      stack: 'top stack',
    });
    const chain = {
      type: 'TypeError',
      message: 'no peer',
      stack: 'middle stack',
      cause: { type: 'Error', message: 'refused', stack: 'root stack', code: 'ECONNREFUSED' },
    };
    expect(attributes({ error: top })).toStrictEqual({
      error: {
        type: 'AggregateError',
        message: 'all failed',
        stack: 'top stack',
        cause: chain,
        errors: [chain, 'text'],
      },
    });
  });

  it('that contain themselves, throw or are too deep are markers', () => {
    const cycle: Record<string, unknown> = { n: 1 };
    cycle['self'] = cycle;
    const throwing = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('secret');
      },
    });
    let deep: unknown = 'end';
    for (let level = 0; level < 60; level += 1) deep = [deep];
    const found = attributes({ cycle, throwing, deep }) as Record<string, unknown>;
    expect(found).toMatchObject({ cycle: { n: 1, self: '[Circular]' }, throwing: { x: '[Throws]' } });
    expect(JSON.stringify(found['deep'])).toContain('[MaxDepth]');
  });
});

describe('a hostile record', () => {
  it('costs no other record anything', () => {
    const throwing = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
        get: () => {
          throw new Error('no');
        },
      },
    );
    const getter = Object.defineProperty({ fine: 1 }, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    const lines = linesOf([
      testRecord({ body: 'before' }),
      testRecord({ attributes: throwing }),
      testRecord({ attributes: getter }),
      throwing as ReadableLogRecord,
      testRecord({ body: 'after' }),
    ]).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ message }) => message)).toStrictEqual([
      'before',
      'order accepted',
      'order accepted',
      '[Throws]',
      'after',
    ]);
    expect(lines[2]).toMatchObject({ fine: 1, bad: '[Throws]' });
  });

  it('that emits another while it is written, or takes the batch, loses neither', () => {
    const encoder = encoderOf();
    const batches: string[] = [];
    const take = (): void => void batches.push(Buffer.from(encoder.take()?.bytes ?? []).toString());
    encoder.append(testRecord({ body: 'first' }));
    const nosy = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        encoder.append(testRecord({ body: 'nested' }));
        take();
        return 1;
      },
    });
    encoder.append(testRecord({ body: 'outer', attributes: nosy }));
    take();
    const messages = batches.map((text) => [...text.matchAll(/"message":"(\w+)"/g)].map((match) => match[1]));
    expect(messages).toStrictEqual([['first'], ['outer', 'nested']]);
  });

  it('stays within its limit, and says what is missing', () => {
    const big = 'x'.repeat(300_000);
    const wide = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`key${n}`, 'y'.repeat(100)]));
    const lines = linesOf(
      [testRecord({ body: big }), testRecord({ attributes: wide }), testRecord({ body: Array(9999).fill(big) })],
      {},
      { maxRecordBytes: 100_000 },
    );
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(100_000);
      JSON.parse(line);
    }
    expect(lines[0]).toMatch(/x\[Truncated\]","/);
    const kept = (JSON.parse(lines.at(1) ?? '') as { droppedAttributes: number }).droppedAttributes;
    expect(kept).toBeGreaterThan(1000);
  });

  it('is written by the two ways alike', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), value), (values) => {
        delete values['__proto__'];
        const wellFormed = Object.entries(values).map(([key, member]): [string, unknown] => {
          const name = key.toWellFormed();
          const own =
            /^(resource|attributes)\./.test(name) || ['eventName', 'traceId', 'time', 'message'].includes(name);
          if (typeof member === 'string') return [own ? `attributes.${name}` : name, member.toWellFormed()];
          const isPlain = typeof member !== 'number' || Number.isFinite(member);
          return [own ? `attributes.${name}` : name, isPlain ? member : String(member)];
        });
        expect(attributes(values)).toStrictEqual(Object.fromEntries(wellFormed));
        expect((attributes({ nested: values }) as { nested: object }).nested).toStrictEqual(
          Object.fromEntries(
            Object.entries(values).map(([key, member]) => [
              key.toWellFormed(),
              typeof member === 'string'
                ? member.toWellFormed()
                : typeof member === 'number' && !Number.isFinite(member)
                  ? String(member)
                  : member,
            ]),
          ),
        );
      }),
    );
  });
});

describe('include and exclude', () => {
  const values = { 'user.email': 'e', user: { id: 1, apiKey: 'k', tags: ['a', { secret: 's', n: 1 }] }, count: 3 };

  it('leave out by path, through flat keys, maps and arrays', () => {
    expect(attributes(values, { exclude: ['user.email', '**.api-key', 'user.tags[1].secret'] })).toStrictEqual({
      user: { id: 1, tags: ['a', { n: 1 }] },
      count: 3,
    });
  });

  it('keep what is named, with all that lies below it, unless it is excluded', () => {
    expect(attributes(values, { include: ['user'], exclude: ['user.tags'] })).toStrictEqual({
      'user.email': 'e',
      user: { id: 1, apiKey: 'k' },
    });
    expect(attributes(values, { include: ['user.id'] })).toStrictEqual({ user: { id: 1 } });
    expect(attributes(values, { exclude: ['user'] })).toStrictEqual({ count: 3 });
  });

  it('reach the fields of the record and of the resource by the names in the line', () => {
    const line = lineOf(
      { body: { text: 't', card: 'c' } },
      { exclude: ['severity', 'message.card', 'resource.**', 'logger'] },
    );
    expect(JSON.parse(line)).toStrictEqual({
      time: '2026-01-01T00:00:00.123456789Z',
      severityNumber: 9,
      message: { text: 't' },
    });
  });

  it.each([
    [{ include: ['**.'] }, 'json.include[0] is no attribute path: '],
    [{ timestamps: 'unix' as 'iso' }, "json.timestamps must be one of 'iso', 'epoch-millis', 'epoch-nanos'; it is "],
    [
      { fieldNames: { time: 'message' } },
      'json.fieldNames.body must be a name that no other field has; it is "message"',
    ],
    [{ fieldNames: { body: '' } }, 'json.fieldNames.body must be a name, or false; it is ""'],
  ] satisfies [JsonFormatOptions, string][])('refuse a bad option: %o', (json, message) => {
    expect(() => resolveFormat({ format: 'json', json })).toThrow(LogferryError);
    expect(() => resolveFormat({ format: 'json', json })).toThrow(message);
  });
});

describe('a batch of lines', () => {
  it('waits for a resource that is not settled', async () => {
    const late = pendingResource({}, { 'service.name': 'late' });
    const encoder = encoderOf();
    encoder.append(testRecord({ body: 'one', resource: late.resource }));
    encoder.append(testRecord({ body: 'two' }));
    const { pending } = encoder;
    expect(pending).toBeInstanceOf(Promise);
    await late.settle();
    await pending;
    const text = Buffer.from(encoder.take()?.bytes ?? []).toString();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => [line['message'], line['resource.service.name']])).toStrictEqual([
      ['one', 'late'],
      ['two', 'orders'],
    ]);
    expect([encoder.recordCount, encoder.byteLength, encoder.take()]).toStrictEqual([0, 0, undefined]);
  });

  it('splits and filters by severity, also after a way through another thread', () => {
    const encoder = resolveFormat({ format: 'json' }).createEncoder('shared');
    for (const severityNumber of [9, 17, undefined, 21]) encoder.append(testRecord({ severityNumber }));
    const batch = encoder.take();
    if (batch === undefined) throw new Error('nothing was encoded');
    expect(batch.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    const { bytes, recordCount } = batch;
    const restored = restoreBatch({ bytes, recordCount, lines: (batch as unknown as { lines: [] }).lines });
    for (const one of [batch, restored]) {
      expect(one.split().map((part) => part.recordCount)).toStrictEqual([2, 2]);
      const severe = one.filterBySeverity?.((severity) => severity >= 17);
      const found = Buffer.from(severe?.bytes ?? [])
        .toString()
        .match(/"severityNumber":\d+/g);
      expect(found).toStrictEqual(['"severityNumber":17', '"severityNumber":21']);
      expect(one.filterBySeverity?.(() => true)).toBe(one);
      expect(one.filterBySeverity?.(() => false)).toBeUndefined();
    }
  });
});

describe('a formatter', () => {
  function formatted(format: (record: ReadableLogRecord) => string, options: FormatOptions = {}): string {
    const encoder = resolveFormat({ format, ...options }).createEncoder('private');
    encoder.append(testRecord({ body: 'one' }));
    encoder.append(testRecord({ body: 'two' }));
    return Buffer.from(encoder.take()?.bytes ?? []).toString();
  }

  it('gives the text of each line, with its line breaks escaped', () => {
    expect(formatted(({ body }) => `${String(body)}\r\n→`)).toBe('one\\r\\n→\ntwo\\r\\n→\n');
  });

  it('that throws, or gives no text, costs the text alone', () => {
    let calls = 0;
    const format = (): string => {
      calls += 1;
      if (calls === 1) throw new Error('secret');
      return 7 as unknown as string;
    };
    expect(formatted(format)).toBe('[Throws]\n[Throws]\n');
  });

  it('can not exceed the limit of a record', () => {
    const lines = formatted(() => '€'.repeat(20_000), { maxRecordBytes: 16_384 }).split('\n');
    for (const line of lines.slice(0, 2)) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(16_384);
      expect(line).toMatch(/€\[Truncated\]$/);
    }
  });
});
