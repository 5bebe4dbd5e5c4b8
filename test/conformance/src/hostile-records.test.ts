// SPDX-License-Identifier: Apache-2.0

/** 10^5 records that break what reads them, each between two sane ones. */
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { assert, property } from 'fast-check';
import { expect, it } from 'vitest';
import { opentelemetry } from '@logferry-test/support';
import { randomRuns, randomTimeout } from '@logferry-test/support/random';
import { hostileRecord } from './hostile-record-arbitrary.ts';
import { hostileRecipes } from './hostile-values.ts';
import { decodeRequest, type LogRecord, recordBytes, recordsOf } from './logs-request.ts';

const { LogRecord: LogRecordMessage } = opentelemetry.proto.logs.v1;

const RECORDS = 100_000;

/** The least allowed: so that large values are cut often and cost little. */
const MAX_RECORD_BYTES = 16_384;

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

it(
  'no hostile record throws, is lost, is too large, or touches its neighbours',
  () => {
    const alone = asBytes(encoded(new OtlpProtobufEncoder(), [before, after]));
    const encoder = new OtlpProtobufEncoder({ maxRecordBytes: MAX_RECORD_BYTES });
    const runs = randomRuns(RECORDS);
    assert(
      property(hostileRecord(), (make) => {
        const found = encoded(encoder, [before, make(), after]);
        expect(found).toHaveLength(3);
        expect(asBytes(found.filter(isSane))).toEqual(alone);
        expect(Math.max(...found.map(sizeOf))).toBeLessThanOrEqual(MAX_RECORD_BYTES);
      }),
      runs,
    );
    const { markers, truncated, droppedAttributes } = encoder.stats();
    expect(Math.min(markers, truncated, droppedAttributes)).toBeGreaterThan(runs.numRuns / 1000);
  },
  randomTimeout(300_000),
);

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
