// SPDX-License-Identifier: Apache-2.0

/** 10^5 records that break what reads them, each between two sane ones. */
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { type Arbitrary, array, assert, constantFrom, oneof, property, record, subarray, tuple } from 'fast-check';
import { expect, it } from 'vitest';
import { opentelemetry } from '@logferry-test/support';
import { hostileRecipes } from './hostile-values.ts';
import { decodeRequest, type LogRecord, recordBytes, recordsOf } from './logs-request.ts';
import { seed } from './seed.ts';

const { LogRecord: LogRecordMessage } = opentelemetry.proto.logs.v1;

const RECORDS = 100_000;

/** The least allowed: so that large values are cut often and cost little. */
const MAX_RECORD_BYTES = 16_384;

const wrappings: readonly ((inner: unknown) => unknown)[] = [
  (inner) => inner,
  (inner) => [1, inner, 'after'],
  (inner) => ({ before: 1, inner, after: 'x' }),
  (inner) => new Map([['inner', inner]]),
  (inner) => new Set([inner]),
  (inner) => Object.assign(new Error('around'), { inner }),
  (inner) => ({ toJSON: () => inner }),
];

const hostile: Arbitrary<() => unknown> = tuple(
  oneof(
    { weight: 1000, arbitrary: constantFrom(...hostileRecipes.light) },
    { weight: 1, arbitrary: constantFrom(...hostileRecipes.heavy) },
  ),
  array(constantFrom(...wrappings), { maxLength: 3 }),
).map(
  ([make, around]) =>
    () =>
      around.reduce((inner, wrap) => wrap(inner), make()),
);

const anything: Arbitrary<() => unknown> = oneof(
  { weight: 3, arbitrary: hostile },
  constantFrom(
    () => 'fine',
    () => 1,
  ),
);

const FIELDS = [
  'hrTime',
  'hrTimeObserved',
  'severityNumber',
  'severityText',
  'body',
  'attributes',
  'droppedAttributesCount',
  'spanContext',
  'resource',
  'instrumentationScope',
  'eventName',
] as const;

/** Fields that hold anything, attributes that hold anything, and fields that throw when they are read. */
const hostileRecord: Arbitrary<() => ReadableLogRecord> = record({
  value: anything,
  replaced: subarray([...FIELDS], { maxLength: 3 }),
  throwing: subarray([...FIELDS], { maxLength: 2 }),
  attributes: array(tuple(constantFrom('a', 'b', '', '__proto__', 'k'.repeat(300)), anything), { maxLength: 3 }),
}).map(({ value, replaced, throwing, attributes }) => () => {
  const fields = {
    body: value(),
    attributes: Object.fromEntries(attributes.map(([key, make]) => [key, make()])),
    ...Object.fromEntries(replaced.map((field) => [field, value()])),
  };
  if (throwing.length === 0) return testRecord(fields);
  return new Proxy(testRecord(fields), {
    get(target, key, receiver) {
      if ((throwing as string[]).includes(String(key))) throw new Error('from hostile code');
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
});

const before = testRecord({ body: 'sane, before', attributes: { a: 1, b: 'x', c: [true] } });
const after = testRecord({ body: 'sane, after', attributes: { a: 2, d: 0.5 } });

function isSane({ body }: LogRecord): boolean {
  return body?.stringValue?.startsWith('sane, ') === true;
}

function encoded(encoder: OtlpProtobufEncoder, records: readonly ReadableLogRecord[]): LogRecord[] {
  for (const each of records) encoder.append(each);
  const sealed = encoder.take()!;
  const found = recordsOf(decodeRequest(Uint8Array.from(sealed.bytes)));
  sealed.release();
  return found;
}

function sizeOf(one: LogRecord): number {
  return LogRecordMessage.encode(one).finish().length;
}

function asBytes(records: readonly LogRecord[]): string[] {
  return recordBytes({ resourceLogs: [{ scopeLogs: [{ logRecords: [...records] }] }] });
}

it('no hostile record throws, is lost, is too large, or touches its neighbours', () => {
  const alone = asBytes(encoded(new OtlpProtobufEncoder(), [before, after]));
  const encoder = new OtlpProtobufEncoder({ maxRecordBytes: MAX_RECORD_BYTES });
  assert(
    property(hostileRecord, (make) => {
      const found = encoded(encoder, [before, make(), after]);
      expect(found).toHaveLength(3);
      expect(asBytes(found.filter(isSane))).toEqual(alone);
      expect(Math.max(...found.map(sizeOf))).toBeLessThanOrEqual(MAX_RECORD_BYTES);
    }),
    { numRuns: RECORDS, seed },
  );
  const { markers, truncated, droppedAttributes } = encoder.stats();
  expect(Math.min(markers, truncated, droppedAttributes)).toBeGreaterThan(100);
}, 300_000);

it('what hostile code throws appears nowhere', () => {
  const encoder = new OtlpProtobufEncoder();
  for (const make of [...hostileRecipes.light, ...hostileRecipes.heavy])
    encoder.append(testRecord({ body: make(), attributes: { value: make() } }));
  expect(Buffer.from(encoder.take()!.bytes).includes('from hostile code')).toBe(false);
});

it('prototypes are as they were', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
