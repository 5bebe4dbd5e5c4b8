// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { ConsoleLogRecordExporter } from './index.ts';

const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 40 }),
  fc.constantFrom('\n', '\u001b[2J', '\u202e', '"', '\\', '\u0085', 'x'.repeat(20_000), 'é'.repeat(9000)),
);

function throwing(): never {
  throw new Error('hostile');
}

const hostile = fc.constantFrom<unknown>(
  new Proxy({}, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing }),
  new Proxy([], { get: throwing }),
  { toJSON: throwing },
  Object.defineProperty({}, 'x', { get: throwing, enumerable: true }),
  Object.defineProperty(new Error('e'), 'stack', { get: throwing }),
  Object.defineProperty(new Error('e'), 'cause', { value: new Proxy({}, { get: throwing, getPrototypeOf: throwing }) }),
  new Map([[{}, 1]]),
  Symbol('s'),
  throwing,
  new Date(Number.NaN),
  Array.from({ length: 20_000 }, (_, index) => index),
  nested(200),
);

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

const anything = fc.oneof(
  { depthSize: 'small' },
  text,
  hostile,
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
  }),
);

const record = fc.record(
  {
    hrTime: fc.oneof(
      fc.tuple(fc.nat(), fc.nat({ max: 999_999_999 })),
      fc.constantFrom([0, 0], [Number.NaN, 1], undefined),
    ),
    severityNumber: fc.oneof(fc.integer({ min: -1, max: 26 }), hostile),
    severityText: fc.oneof(text, anything),
    eventName: fc.oneof(text, anything),
    body: anything,
    attributes: fc.oneof(fc.dictionary(text, anything), hostile),
    spanContext: fc.record({ traceId: text, spanId: text, traceFlags: fc.nat() }),
    instrumentationScope: fc.oneof(fc.record({ name: text }), fc.constant({ name: 5 })),
    droppedAttributesCount: fc.nat(),
  },
  { requiredKeys: [] },
);

test.each(['json', 'pretty'] as const)(
  'whatever a record holds, %s text is bounded, escaped and apart from its neighbours',
  (format) => {
    const encoder = new ConsoleLogRecordExporter({
      format,
      colour: false,
      maxRecordBytes: 4096,
      stderrMinSeverity: 17,
    }).createEncoder();
    const neighbour = testRecord();
    encoder.append(neighbour);
    const expected = Buffer.from(encoder.take()?.bytes ?? []).toString();
    fc.assert(
      fc.property(record, (fields) => {
        encoder.append(neighbour);
        encoder.append(testRecord(fields));
        encoder.append(neighbour);
        const batch = encoder.take();
        expect(batch?.recordCount).toBe(3);
        const whole = Buffer.from(batch?.bytes ?? []).toString();
        expect(whole.startsWith(expected)).toBe(true);
        expect(whole.endsWith(expected)).toBe(true);
        const own = whole.slice(expected.length, -expected.length);
        expect(Buffer.byteLength(own)).toBeLessThanOrEqual(4096);
        expect(own).not.toMatch(UNSAFE);
        expect(own.endsWith('\n')).toBe(true);
        const [, ...following] = own.slice(0, -1).split('\n');
        if (format === 'pretty') expect(following.every((line) => line.startsWith('    '))).toBe(true);
        else {
          expect(following).toEqual([]);
          expect(typeof JSON.parse(own)).toBe('object');
        }
      }),
      randomRuns(3000),
    );
  },
);

test('a getter that logs does not break the line that it is part of', () => {
  const encoder = new ConsoleLogRecordExporter({ format: 'json' }).createEncoder();
  const attributes = {
    get logging(): string {
      encoder.append(testRecord({ body: 'inner' }));
      return 'done';
    },
  };
  encoder.append(testRecord({ body: 'outer', attributes }));
  const lines = Buffer.from(encoder.take()?.bytes ?? [])
    .toString()
    .trimEnd()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line).body)).toEqual(['inner', 'outer']);
});

test('what is changed after append does not change the line', () => {
  const encoder = new ConsoleLogRecordExporter({ format: 'json' }).createEncoder();
  const body = { order: [1] };
  encoder.append(testRecord({ body }));
  body.order.push(2);
  expect(JSON.parse(Buffer.from(encoder.take()?.bytes ?? []).toString()).body).toEqual({ order: [1] });
  expect(encoder.take()).toBe(undefined);
});

test('an object that is no record is counted and shown as such', () => {
  for (const [format, line] of [
    ['json', '{"body":"[unreadable record]"}\n'],
    ['pretty', '[unreadable record]\n'],
  ] as const) {
    const encoder = new ConsoleLogRecordExporter({ format }).createEncoder();
    encoder.append({} as ReadableLogRecord);
    expect(encoder.recordCount).toBe(1);
    expect(encoder.byteLength).toBe(line.length);
    expect(Buffer.from(encoder.take()?.bytes ?? []).toString()).toBe(line);
  }
});
