// SPDX-License-Identifier: Apache-2.0

/** Records that break what reads them, each between two sane ones, as JSON and as protobuf. */
import { type EncodedLinesBatch, escapeUnsafeCharacters, type ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { OtlpJsonEncoder, OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { randomRuns, randomTimeout } from '@logferry-test/support/random';
import { assert, property } from 'fast-check';
import { expect, it } from 'vitest';
import { hostileRecord } from './hostile-record-arbitrary.ts';
import { hostileRecipes, steadyRecipes } from './hostile-values.ts';
import { requestOfLine } from './json-request.ts';
import { decodeRequest, recordBytes } from './logs-request.ts';

const RECORDS = 10_000;

/** The least allowed: so that large values are cut often and cost little. */
const MAX_RECORD_BYTES = 16_384;

/** What a line takes beside its record at most. */
const MAX_HEADERS_BYTES = 48_000;

const before = testRecord({ body: 'sane, before', attributes: { a: 1, b: 'x', c: [true] } });
const after = testRecord({ body: 'sane, after', attributes: { a: 2, d: 0.5 } });

interface Encoded {
  readonly records: readonly string[];
  /** Whether nothing was cut. */
  readonly isWhole: boolean;
}

/** The hostile record between the sane ones, read back. */
function encoded(encoder: OtlpJsonEncoder | OtlpProtobufEncoder, hostile: ReadableLogRecord): Encoded {
  const counted = cuts(encoder);
  for (const record of [before, hostile, after]) encoder.append(record);
  const batch = encoder.take()!;
  expect(batch.recordCount).toBe(3);
  const records =
    encoder instanceof OtlpJsonEncoder
      ? linesOf(batch as EncodedLinesBatch).flatMap((line) => recordBytes(requestOfLine(line)))
      : recordBytes(decodeRequest(Uint8Array.from(batch.bytes)));
  expect(records).toHaveLength(3);
  batch.release();
  return { records, isWhole: cuts(encoder) === counted };
}

function cuts(encoder: OtlpJsonEncoder | OtlpProtobufEncoder): number {
  const { truncated, droppedAttributes } = encoder.stats();
  return truncated + droppedAttributes;
}

/** The lines of a batch, in which nothing is too long or not escaped. */
function linesOf({ bytes, lines }: EncodedLinesBatch): string[] {
  expect(lines).toHaveLength(3);
  return lines.map(({ endOffset }, index) => {
    const line = bytes.subarray(lines[index - 1]?.endOffset ?? 0, endOffset);
    expect(line.byteLength).toBeLessThan(MAX_RECORD_BYTES + MAX_HEADERS_BYTES);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(line);
    expect(escapeUnsafeCharacters(text.slice(0, -1))).toBe(text.slice(0, -1));
    return text;
  });
}

it(
  'no hostile record throws, is lost, is too large, or touches its neighbours',
  () => {
    const encoder = new OtlpJsonEncoder({ maxRecordBytes: MAX_RECORD_BYTES, maxRecordsPerLine: 1 });
    const sane = encoded(new OtlpProtobufEncoder(), after).records.filter((_record, index) => index !== 1);
    assert(
      property(hostileRecord(), (make) => {
        const { records } = encoded(encoder, make());
        expect([records[0], records[2]]).toEqual(sane);
      }),
      randomRuns(RECORDS),
    );
    const { markers, truncated, droppedAttributes } = encoder.stats();
    expect(Math.min(markers, truncated, droppedAttributes)).toBeGreaterThan(20);
  },
  randomTimeout(300_000),
);

it(
  'a hostile record that is not cut is the same as in protobuf',
  () => {
    const json = new OtlpJsonEncoder({ maxRecordBytes: MAX_RECORD_BYTES, maxRecordsPerLine: 1 });
    const protobuf = new OtlpProtobufEncoder({ maxRecordBytes: MAX_RECORD_BYTES });
    let compared = 0;
    assert(
      property(hostileRecord(steadyRecipes), (make) => {
        // Made at the same place, because errors hold a stack.
        const [fromJson, fromProtobuf] = [json, protobuf].map((encoder) => encoded(encoder, make()));
        if (fromJson?.isWhole !== true || fromProtobuf?.isWhole !== true) return;
        compared += 1;
        // The groups of protobuf are not in the order of the records.
        expect(fromJson.records.toSorted()).toEqual(fromProtobuf.records.toSorted());
      }),
      randomRuns(RECORDS),
    );
    expect(compared).toBeGreaterThan(RECORDS / 2);
  },
  randomTimeout(300_000),
);

it('a Set without a prototype stays a Set in both', () => {
  const record = testRecord({ attributes: { value: Object.setPrototypeOf(new Set([1]), null) as unknown } });
  const fromJson = encoded(new OtlpJsonEncoder({ maxRecordsPerLine: 1 }), record);
  const fromProtobuf = encoded(new OtlpProtobufEncoder(), record);
  expect(fromJson).toEqual(fromProtobuf);
  // The attribute's value: an array_value with one int_value, 1.
  expect(fromProtobuf.records.some((hex) => hex.includes('2a040a021801'))).toBe(true);
});

it('what hostile code throws appears nowhere', () => {
  const encoder = new OtlpJsonEncoder();
  for (const make of [...hostileRecipes.light, ...hostileRecipes.heavy]) {
    encoder.append(testRecord({ body: make(), attributes: { value: make() } }));
  }
  expect(Buffer.from(encoder.take()!.bytes).includes('from hostile code')).toBe(false);
});
