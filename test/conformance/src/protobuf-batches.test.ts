// SPDX-License-Identifier: Apache-2.0

/** Batches of the protobuf encoder: their counts, their memory, and their halves. */
import type { EncodedBatch, ReadableLogRecord } from '@logferry/core';
import { pendingResource, testRecord, testResource } from '@logferry/core/testing';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { randomRuns } from '@logferry-test/support/random';
import { array, assert, integer, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, decodeRequest, readable, recordsOf } from './logs-request.ts';

const resources = [testResource({ id: 0 }), testResource({ id: 1 }, 'https://example.com/resource')];
const scopes = [{ name: 'a' }, { name: 'b', schemaUrl: 'https://example.com/scope' }, { name: 'c' }];

function recordOf(origin: number, body: string): ReadableLogRecord {
  return testRecord({ body, resource: resources[origin % 2], instrumentationScope: scopes[origin % 3] });
}

function encodeBodies(count: number): EncodedBatch {
  const encoder = new OtlpProtobufEncoder();
  for (let index = 0; index < count; index += 1) encoder.append(testRecord({ body: `${index}` }));
  return encoder.take()!;
}

/** Resource, scope and body of each record, in order. */
function lines(batch: EncodedBatch): string[] {
  return (decodeRequest(batch.bytes).resourceLogs ?? []).flatMap(({ resource, schemaUrl, scopeLogs }) =>
    (scopeLogs ?? []).flatMap((scopeLog) =>
      (scopeLog.logRecords ?? []).map(({ body }) =>
        JSON.stringify([
          resource?.attributes?.map(({ value }) => readable(value)),
          schemaUrl,
          scopeLog.scope?.name,
          scopeLog.schemaUrl,
          readable(body),
        ]),
      ),
    ),
  );
}

describe('an open batch', () => {
  it('counts its records and their bytes until it is taken', () => {
    const encoder = new OtlpProtobufEncoder();
    expect([encoder.recordCount, encoder.byteLength, encoder.take(), encoder.pending]).toEqual([
      0,
      0,
      undefined,
      undefined,
    ]);
    encoder.append(testRecord());
    const one = encoder.byteLength;
    encoder.append(testRecord());
    expect([encoder.recordCount, encoder.byteLength]).toEqual([2, 2 * one]);
    const sealed = encoder.take()!;
    expect(sealed.recordCount).toBe(2);
    expect(sealed.bytes.length).toBeGreaterThan(2 * one);
    expect([encoder.recordCount, encoder.byteLength, encoder.take()]).toEqual([0, 0, undefined]);
  });

  it('waits for every resource that is not settled, also when one fails', async () => {
    const encoder = new OtlpProtobufEncoder();
    const slow = pendingResource({}, { slow: 1 });
    const failing = {
      ...testResource({}),
      asyncAttributesPending: true,
      waitForAsyncAttributes: () => Promise.reject(new Error('no')),
    };
    encoder.append(testRecord({ resource: slow.resource }));
    encoder.append(testRecord({ resource: failing }));
    let isSettled = false;
    const waiting = encoder.pending!.then(() => {
      isSettled = true;
    });
    await Promise.resolve();
    expect(isSettled).toBe(false);
    await slow.settle();
    await waiting;
    expect(lines(encoder.take()!)).toHaveLength(2);
    expect(encoder.pending).toBeUndefined();
  });
});

describe('the memory of a sealed batch', () => {
  it('is its own, and is used again after release', () => {
    const encoder = new OtlpProtobufEncoder();
    const next = (body: string): EncodedBatch => {
      for (let index = 0; index < 1000; index += 1) encoder.append(testRecord({ body }));
      return encoder.take()!;
    };
    const first = next('first');
    const second = next('second');
    expect(second.bytes.buffer === first.bytes.buffer).toBe(false);
    const { buffer } = first.bytes;
    first.release();
    first.release();
    const third = next('third');
    const fourth = next('fourth');
    expect([third.bytes.buffer === buffer, fourth.bytes.buffer === buffer]).toEqual([true, false]);
    expect(
      [second, third, fourth].map((batch) => [
        ...new Set(recordsOf(decodeRequest(batch.bytes)).map(({ body }) => readable(body))),
      ]),
    ).toEqual([['second'], ['third'], ['fourth']]);
  });

  it('is no more than it needs where it holds a few records, also after large batches', () => {
    const encoder = new OtlpProtobufEncoder();
    for (let index = 0; index < 100; index += 1) encoder.append(testRecord({ body: 'x'.repeat(10_000) }));
    encoder.take()!.release();
    for (const origins of [[0], [0, 1], [2]]) {
      for (const origin of origins) encoder.append(recordOf(origin, 'small'));
      const batch = encoder.take()!;
      expect(batch.bytes.buffer.byteLength).toBe(batch.bytes.length);
      expect(lines(batch)).toHaveLength(origins.length);
      batch.release();
    }
  });

  it('shrinks again after a huge batch', () => {
    const encoder = new OtlpProtobufEncoder();
    const sizes: number[] = [];
    for (let batch = 0; batch < 200; batch += 1) {
      const records = batch === 0 ? 2000 : 10;
      for (let index = 0; index < records; index += 1) encoder.append(testRecord({ body: 'x'.repeat(1000) }));
      const sealed = encoder.take()!;
      sizes.push(sealed.bytes.buffer.byteLength);
      sealed.release();
    }
    expect(sizes[0]).toBeGreaterThan(2_000_000);
    expect(sizes.at(-1)).toBeLessThan(100_000);
  });

  it('may be transferred to another thread', () => {
    const encoder = new OtlpProtobufEncoder();
    encoder.append(testRecord());
    const sealed = encoder.take()!;
    const { buffer, byteOffset, length } = sealed.bytes;
    const expected = lines(sealed);
    const moved = structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    sealed.release();
    encoder.append(testRecord());
    expect(lines(encoder.take()!)).toEqual(expected);
    expect(recordsOf(decodeRequest(new Uint8Array(moved, byteOffset, length)))).toHaveLength(1);
  });
});

describe('splitting', () => {
  it('gives a batch of one record as it is', () => {
    const batch = encodeBodies(1);
    expect(batch.split()).toEqual([batch]);
  });

  it('cuts in the middle of the bytes, not of the records', () => {
    const encoder = new OtlpProtobufEncoder();
    encoder.append(testRecord({ body: 'x'.repeat(10_000) }));
    for (let index = 0; index < 9; index += 1) encoder.append(testRecord({ body: 'small' }));
    expect(
      encoder
        .take()!
        .split()
        .map(({ recordCount }) => recordCount),
    ).toEqual([1, 9]);
  });

  it('leaves at least one record to each half', () => {
    const encoder = new OtlpProtobufEncoder();
    encoder.append(testRecord({ body: 'small' }));
    encoder.append(testRecord({ body: 'x'.repeat(10_000) }));
    expect(
      encoder
        .take()!
        .split()
        .map(({ recordCount }) => recordCount),
    ).toEqual([1, 1]);
  });

  it('keeps every record, its order, resource and scope, down to single records', () => {
    const origins = array(tuple(nat({ max: 5 }), integer({ min: 0, max: 300 })), { minLength: 1, maxLength: 40 });
    assert(
      property(origins, (records) => {
        const encoder = new OtlpProtobufEncoder();
        records.forEach(([origin, size], index) => encoder.append(recordOf(origin, `${index}${'.'.repeat(size)}`)));
        const whole = encoder.take()!;
        const expected = lines(whole);
        let parts = [whole];
        while (parts.some(({ recordCount }) => recordCount > 1)) {
          parts = parts.flatMap((part) => {
            const halves = part.split();
            // The halves own their memory.
            if (halves.length > 1) {
              part.bytes.fill(0xff);
              part.release();
            }
            return halves;
          });
          expect(parts.flatMap(lines)).toEqual(expected);
          for (const { bytes, recordCount } of parts) {
            const decoded = decodeRequest(bytes);
            expect(recordsOf(decoded)).toHaveLength(recordCount);
            expect(Buffer.from(bytes).equals(canonicalBytes(decoded))).toBe(true);
          }
        }
        expect(parts).toHaveLength(records.length);
      }),
      randomRuns(100),
    );
  });
});

describe('filtering by severity', () => {
  /** What the encoder writes for a number: what is no severity at all is left out. */
  const severities = [undefined, 0, 1, 9, 12, 13, 17, 24, 25, 127, 128, 2 ** 31 - 1, -1, 2.5, Number.NaN, '17'];
  const written = (severity: unknown): number =>
    typeof severity === 'number' && Number.isInteger(severity) && severity > 0 ? severity : 0;

  it('asks about each record once, also about one without a time, or without any field', () => {
    const encoder = new OtlpProtobufEncoder();
    for (const severityNumber of severities) {
      encoder.append(testRecord({ severityNumber }));
      encoder.append(testRecord({ severityNumber, hrTime: [0, 0] }));
    }
    encoder.append(
      testRecord({ severityNumber: 0, severityText: '', hrTime: [0, 0], hrTimeObserved: [0, 0], body: undefined }),
    );
    const asked: number[] = [];
    const sealed = encoder.take()!;
    expect(
      sealed.filterBySeverity!((severity) => {
        asked.push(severity);
        return false;
      }),
    ).toBeUndefined();
    expect(asked).toEqual([...severities.flatMap((severity) => [written(severity), written(severity)]), 0]);
  });

  it('gives the batch itself when all are wanted', () => {
    const batch = encodeBodies(3);
    expect(batch.filterBySeverity!(() => true)).toBe(batch);
  });

  it('keeps what is wanted with its order, resource and scope, in memory of its own', () => {
    const origins = array(tuple(nat({ max: 5 }), integer({ min: 0, max: 24 }), nat({ max: 300 })), {
      minLength: 1,
      maxLength: 40,
    });
    assert(
      property(origins, integer({ min: 1, max: 24 }), (records, least) => {
        const encoder = new OtlpProtobufEncoder();
        records.forEach(([origin, severityNumber, size], index) => {
          encoder.append({ ...recordOf(origin, `${index}${'.'.repeat(size)}`), severityNumber });
        });
        const whole = encoder.take()!;
        const severityOf = (line: string): number => {
          const [, , , , body] = JSON.parse(line) as [unknown, unknown, unknown, unknown, string];
          return records[Number.parseInt(body, 10)]![1];
        };
        const expected = lines(whole).filter((line) => severityOf(line) >= least);
        const kept = whole.filterBySeverity!((severity) => severity >= least);
        if (kept !== whole) whole.bytes.fill(0xff);
        expect(kept?.recordCount ?? 0).toBe(expected.length);
        if (kept === undefined) return;
        expect(lines(kept)).toEqual(expected);
        const decoded = decodeRequest(kept.bytes);
        expect(recordsOf(decoded)).toHaveLength(expected.length);
        expect(Buffer.from(kept.bytes).equals(canonicalBytes(decoded))).toBe(true);
      }),
      randomRuns(200),
    );
  });
});
