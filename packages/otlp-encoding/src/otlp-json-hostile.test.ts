// SPDX-License-Identifier: Apache-2.0
import type { EncodedLinesBatch, ReadableLogRecord } from '@logferry/core';
import { pendingResource, testRecord, testResource } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';
import { OtlpJsonEncoder } from './index.ts';
import { encodedLines } from './test-support/encoded-lines.ts';

function throwing(): never {
  throw new Error('from hostile code');
}

/** A record with a getter of its own for each field. */
function withGetters(getters: Record<string, () => unknown>): ReadableLogRecord {
  const record = { ...testRecord({ hrTime: [0, 0], hrTimeObserved: [0, 0], severityNumber: 0, severityText: '' }) };
  for (const [name, get] of Object.entries(getters)) Object.defineProperty(record, name, { get, enumerable: true });
  return record;
}

const bodies = (batch: EncodedLinesBatch | undefined): unknown[] => encodedLines(batch).flatMap((line) => line.bodies);
const records = (batch: EncodedLinesBatch | undefined): unknown[] =>
  encodedLines(batch).flatMap((line) => line.records);

describe('a record that throws', () => {
  it.each<[string, () => unknown, unknown]>([
    ['hrTime', throwing, { body: { stringValue: 'order accepted' } }],
    ['severityNumber', throwing, { body: { stringValue: 'order accepted' } }],
    ['body', throwing, { body: { stringValue: '[Throws]' } }],
    ['attributes', throwing, { body: { stringValue: 'order accepted' }, droppedAttributesCount: 1 }],
    ['spanContext', throwing, { body: { stringValue: 'order accepted' } }],
    ['resource', throwing, { body: { stringValue: 'order accepted' } }],
    ['instrumentationScope', throwing, { body: { stringValue: 'order accepted' } }],
  ])('from %s keeps its other fields, and its neighbours', (name, get, expected) => {
    const encoder = new OtlpJsonEncoder();
    encoder.append(testRecord({ body: 'before' }));
    encoder.append(withGetters({ [name]: get }));
    encoder.append(testRecord({ body: 'after' }));
    const batch = encoder.take();
    expect(batch?.recordCount).toBe(3);
    const all = records(batch);
    expect(all[1]).toEqual(expected);
    expect(bodies(batch)).toEqual([
      'before',
      (expected as { body: { stringValue: string } }).body.stringValue,
      'after',
    ]);
  });

  it('gives markers in place of values, counted', () => {
    const cyclic: Record<string, unknown> = { a: 1 };
    cyclic['self'] = cyclic;
    const encoder = new OtlpJsonEncoder();
    encoder.append(
      testRecord({
        body: cyclic,
        attributes: Object.defineProperty({ good: 1 }, 'bad', { get: throwing, enumerable: true }),
      }),
    );
    expect(records(encoder.take())).toMatchObject([
      {
        body: {
          kvlistValue: {
            values: [
              { key: 'a', value: { intValue: '1' } },
              { key: 'self', value: { stringValue: '[Circular]' } },
            ],
          },
        },
        attributes: [
          { key: 'good', value: { intValue: '1' } },
          { key: 'bad', value: { stringValue: '[Throws]' } },
        ],
      },
    ]);
    expect(encoder.stats()).toEqual({ markers: 2, truncated: 0, droppedAttributes: 0 });
  });
});

describe('a count', () => {
  it('is right when a record is written a second time with care', () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const encoder = new OtlpJsonEncoder({ maxRecordBytes: 16_384 });
    const attributes = { map: new Map([['self', cyclic]]), bytes: new Uint8Array(10), text: 'x'.repeat(9000) };
    encoder.append(testRecord({ attributes }));
    expect(encoder.stats()).toEqual({ markers: 1, truncated: 1, droppedAttributes: 0 });
    encoder.append(testRecord({ attributes: { map: new Map([['self', cyclic]]), bytes: new Uint8Array(9000) } }));
    expect(encoder.stats()).toEqual({ markers: 2, truncated: 2, droppedAttributes: 0 });
  });
});

describe('a record that is too large', () => {
  it('is cut where its limit is, and says so', () => {
    const encoder = new OtlpJsonEncoder({ maxRecordBytes: 16_384 });
    encoder.append(testRecord({ body: 'before' }));
    encoder.append(testRecord({ body: '\u0000'.repeat(10_000), attributes: { a: 1, b: 'x'.repeat(1000) } }));
    encoder.append(
      testRecord({ attributes: { list: Array.from({ length: 10_000 }, (_, index) => index), last: true } }),
    );
    encoder.append(testRecord({ body: 'after' }));
    const batch = encoder.take();
    const [before, text, list, after] = encodedLines(batch).flatMap((line) => line.records);
    expect(before).toMatchObject({ body: { stringValue: 'before' } });
    expect(after).toMatchObject({ body: { stringValue: 'after' } });
    expect(text).toMatchObject({
      // oxlint-disable-next-line no-control-regex -- the body consists of them
      body: { stringValue: expect.stringMatching(/^\0{900,}\[Truncated\]$/) },
      attributes: [],
      droppedAttributesCount: 2,
    });
    const firstItems = Array.from({ length: 100 }, (_, index) => ({ intValue: `${index}` }));
    expect(list).toMatchObject({
      attributes: [
        {
          key: 'list',
          value: { arrayValue: { values: expect.arrayContaining([...firstItems, { stringValue: '[Truncated]' }]) } },
        },
      ],
      droppedAttributesCount: 1,
    });
    for (const record of [text, list]) expect(JSON.stringify(record).length).toBeLessThan(16_384);
    expect(encoder.stats()).toEqual({ markers: 0, truncated: 2, droppedAttributes: 3 });
  });

  it('is not cut when text beyond ASCII fits although it might not have', () => {
    const encoder = new OtlpJsonEncoder({ maxRecordBytes: 16_384 });
    const body = '漢'.repeat(1800);
    encoder.append(testRecord({ body }));
    expect(bodies(encoder.take())).toEqual([body]);
    expect(encoder.stats()).toEqual({ markers: 0, truncated: 0, droppedAttributes: 0 });
  });

  it('has its severity text and event name cut at 1024 bytes', () => {
    const encoder = new OtlpJsonEncoder();
    encoder.append(testRecord({ severityText: 'é'.repeat(600), eventName: 'x'.repeat(1025) }));
    expect(records(encoder.take())).toMatchObject([
      { severityText: `${'é'.repeat(506)}[Truncated]`, eventName: `${'x'.repeat(1013)}[Truncated]` },
    ]);
    expect(encoder.stats()).toEqual({ markers: 0, truncated: 2, droppedAttributes: 0 });
  });
});

describe('a getter that logs', () => {
  it('has its record behind the one that it belongs to', () => {
    const encoder = new OtlpJsonEncoder();
    const inner = withGetters({
      body: () => {
        encoder.append(testRecord({ body: 'innermost' }));
        return 'inner';
      },
    });
    const outer = withGetters({
      body: () => {
        encoder.append(inner);
        encoder.append(testRecord({ body: 'second inner' }));
        return 'outer';
      },
    });
    encoder.append(testRecord({ body: 'before' }));
    encoder.append(outer);
    encoder.append(testRecord({ body: 'after' }));
    const batch = encoder.take();
    expect(bodies(batch)).toEqual(['before', 'outer', 'inner', 'innermost', 'second inner', 'after']);
    expect(batch?.recordCount).toBe(6);
  });

  it('without an end becomes a marker at last', () => {
    const encoder = new OtlpJsonEncoder();
    const endless = withGetters({
      body: () => {
        encoder.append(endless);
        return 'again';
      },
    });
    encoder.append(endless);
    encoder.append(testRecord({ body: 'after' }));
    expect(bodies(encoder.take())).toEqual(['again', 'again', 'again', 'again', 'again', '[Circular]', 'after']);
    expect(encoder.stats().markers).toBe(1);
  });

  it('may have another resource, one that is waited for too', () => {
    const encoder = new OtlpJsonEncoder();
    const pending = pendingResource({}, { 'host.id': 'h1' });
    encoder.append(
      withGetters({
        body: () => {
          encoder.append(testRecord({ body: 'pending', resource: pending.resource }));
          encoder.append(testRecord({ body: 'other', resource: testResource({ other: 1 }) }));
          return 'outer';
        },
      }),
    );
    expect(encoder.recordCount).toBe(3);
    expect(encoder.pending).toBeInstanceOf(Promise);
    expect(bodies(encoder.take())).toEqual(['outer', 'pending', 'other']);
  });
});

describe('a getter that flushes', () => {
  it('takes the records before its own, which begins the next batch', () => {
    const encoder = new OtlpJsonEncoder();
    const taken: (EncodedLinesBatch | undefined)[] = [];
    encoder.append(testRecord({ body: '1' }));
    encoder.append(testRecord({ body: '2' }));
    encoder.append(
      withGetters({
        attributes: () => {
          taken.push(encoder.take(), encoder.take());
          return { flushed: true };
        },
      }),
    );
    encoder.append(testRecord({ body: '4' }));
    expect(taken.map(bodies)).toEqual([['1', '2'], []]);
    const rest = encoder.take();
    expect(records(rest)).toMatchObject([
      { body: { stringValue: 'order accepted' }, attributes: [{ key: 'flushed', value: { boolValue: true } }] },
      { body: { stringValue: '4' } },
    ]);
    expect(rest?.bytes.buffer).not.toBe(taken[0]?.bytes.buffer);
  });

  it('has nothing to take when its record is the first', () => {
    const encoder = new OtlpJsonEncoder();
    let taken: unknown = 'not called';
    encoder.append(
      withGetters({
        body: () => {
          taken = encoder.take();
          return 'x';
        },
      }),
    );
    expect(taken).toBeUndefined();
    expect(bodies(encoder.take())).toEqual(['x']);
  });

  it('may stand in a resource', () => {
    const encoder = new OtlpJsonEncoder();
    const taken: (EncodedLinesBatch | undefined)[] = [];
    const resource = testResource();
    Object.defineProperty(resource, 'attributes', {
      get: () => {
        encoder.append(testRecord({ body: 'from the resource' }));
        taken.push(encoder.take());
        return { a: 1 };
      },
    });
    encoder.append(testRecord({ body: '1' }));
    encoder.append(testRecord({ body: '2', resource }));
    expect([...taken, encoder.take()].flatMap((batch) => bodies(batch))).toEqual(['1', '2', 'from the resource']);
  });
});

describe('a hostile resource or scope', () => {
  it('is written as far as it can be read', () => {
    const encoder = new OtlpJsonEncoder();
    const resource = Object.defineProperty(testResource(), 'attributes', { get: throwing });
    const instrumentationScope = {
      get name() {
        return throwing();
      },
      version: '2',
      attributes: {
        a: 1,
        get b() {
          return throwing();
        },
      },
    };
    encoder.append(testRecord({ resource, instrumentationScope }));
    encoder.append(testRecord({ resource: new Proxy({}, { get: throwing }), instrumentationScope: 5 }));
    const [line] = encodedLines(encoder.take());
    expect(
      line?.resourceLogs.map(({ resource: read, scopeLogs }) => [read, scopeLogs.map(({ scope }) => scope)]),
    ).toEqual([
      [
        {},
        [
          {
            version: '2',
            attributes: [
              { key: 'a', value: { intValue: '1' } },
              { key: 'b', value: { stringValue: '[Throws]' } },
            ],
          },
        ],
      ],
      [{}, [{}]],
    ]);
  });
});
