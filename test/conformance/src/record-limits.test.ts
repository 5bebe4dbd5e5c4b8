// SPDX-License-Identifier: Apache-2.0

/** Records that are too large: what is kept, what is cut, what is counted. */
import { opentelemetry } from '@logferry-test/support';
import { testRecord, testResource } from '@logferry/core/testing';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { randomRuns } from '@logferry-test/support/random';
import { assert, boolean, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bigInt, decodeRequest, type LogRecord, readable, readableEntries, recordsOf } from './logs-request.ts';

const { LogRecord: LogRecordMessage } = opentelemetry.proto.logs.v1;

const DEFAULT_MAX_BYTES = 1_000_000;
const LEAST_MAX_BYTES = 16_384;

/** Values may take so many bytes less than the whole record. */
const RESERVE_BYTES = 4096;

interface Encoded {
  readonly record: LogRecord;
  readonly bytes: number;
  readonly stats: ReturnType<OtlpProtobufEncoder['stats']>;
}

function encode(fields: Parameters<typeof testRecord>[0], maxRecordBytes?: number): Encoded {
  const encoder = new OtlpProtobufEncoder(maxRecordBytes === undefined ? {} : { maxRecordBytes });
  const sane = testRecord({ body: 'sane' });
  encoder.append(sane);
  encoder.append(testRecord(fields));
  encoder.append(sane);
  const [first, record, last] = recordsOf(decodeRequest(encoder.take()!.bytes));
  expect(readable(first!.body)).toBe('sane');
  expect(last).toEqual(first);
  return { record: record!, bytes: LogRecordMessage.encode(record!).finish().length, stats: encoder.stats() };
}

describe('a record beyond its limit', () => {
  it('has its string cut, with a marker, and keeps what comes before and after', () => {
    const { record, bytes, stats } = encode({ body: 'x'.repeat(10_000_000), attributes: { a: 1 }, eventName: 'e' });
    const body = record.body!.stringValue!;
    expect(body).toMatch(/^x+\[Truncated\]$/);
    expect(bytes).toBeLessThanOrEqual(DEFAULT_MAX_BYTES);
    expect(body.length).toBeGreaterThan(DEFAULT_MAX_BYTES - RESERVE_BYTES);
    expect(record.attributes).toEqual([]);
    expect(record.droppedAttributesCount).toBe(1);
    expect(record.eventName).toBe('e');
    expect(stats).toEqual({ markers: 0, truncated: 1, droppedAttributes: 1 });
  });

  it('keeps a string that just fits whole', () => {
    const body = 'x'.repeat(DEFAULT_MAX_BYTES - RESERVE_BYTES);
    const { record, stats } = encode({ body });
    expect(record.body!.stringValue === body).toBe(true);
    expect(stats).toEqual({ markers: 0, truncated: 0, droppedAttributes: 0 });
  });

  it('cuts no character in half', () => {
    assert(
      property(
        integer({ min: 0, max: 4 }),
        integer({ min: LEAST_MAX_BYTES, max: LEAST_MAX_BYTES + 8 }),
        constantFrom('é', '注', '😀', 'x😀'),
        (shift, maxRecordBytes, unit) => {
          const { record, bytes } = encode({ body: 'a'.repeat(shift) + unit.repeat(20_000) }, maxRecordBytes);
          expect(record.body!.stringValue).toMatch(new RegExp(`^a{${shift}}(?:${unit})+x?\\[Truncated\\]$`, 'u'));
          expect(bytes).toBeLessThanOrEqual(maxRecordBytes);
        },
      ),
      randomRuns(300),
    );
  });

  it('drops the attributes that do not fit and counts each', () => {
    const attributes: Record<string, number> = {};
    for (let index = 0; index < 1_000_000; index += 1) attributes[`attribute.${index}`] = index;
    const { record, bytes, stats } = encode({ attributes, droppedAttributesCount: 5 });
    const kept = record.attributes!.length;
    expect(bytes).toBeLessThanOrEqual(DEFAULT_MAX_BYTES);
    expect(bytes).toBeGreaterThan(DEFAULT_MAX_BYTES - RESERVE_BYTES);
    expect(readableEntries(record.attributes!.slice(-1))).toEqual([
      [`attribute.${kept - 1}`, { int: String(kept - 1) }],
    ]);
    expect(record.droppedAttributesCount).toBe(1_000_005 - kept);
    expect(stats).toEqual({ markers: 0, truncated: 0, droppedAttributes: 1_000_000 - kept });
  });

  it('drops an attribute whose key does not fit, and keeps the next one', () => {
    const { record, stats } = encode({ attributes: { ['k'.repeat(20_000)]: 1, next: 2 } }, LEAST_MAX_BYTES);
    expect(readableEntries(record.attributes)).toEqual([['next', { int: '2' }]]);
    expect(record.droppedAttributesCount).toBe(1);
    expect(stats).toEqual({ markers: 0, truncated: 0, droppedAttributes: 1 });
  });

  it('ends a cut array with a marker', () => {
    const { record, bytes, stats } = encode({ body: Array.from({ length: 1_000_000 }, () => 1) });
    const items = record.body!.arrayValue!.values!;
    expect(readable(items.at(-1))).toBe('[Truncated]');
    expect(items.slice(0, -1).every((item) => bigInt(item.intValue) === 1n)).toBe(true);
    expect(bytes).toBeLessThanOrEqual(DEFAULT_MAX_BYTES);
    expect(stats).toEqual({ markers: 0, truncated: 1, droppedAttributes: 0 });
  });

  it('ends a cut map with the number of entries that are missing', () => {
    const body = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key.${index}`, index]));
    const { record, stats } = encode({ body });
    const values = record.body!.kvlistValue!.values!;
    expect(readableEntries(values.slice(-1))).toEqual([['[Truncated]', { int: String(100_001 - values.length) }]]);
    expect(stats).toEqual({ markers: 0, truncated: 1, droppedAttributes: 0 });
  });

  it('cuts bytes', () => {
    const { record, bytes, stats } = encode({ body: Buffer.alloc(10_000_000, 7) });
    expect(Buffer.from(record.body!.bytesValue!).every((byte) => byte === 7)).toBe(true);
    expect(bytes).toBeLessThanOrEqual(DEFAULT_MAX_BYTES);
    expect(bytes).toBeGreaterThan(DEFAULT_MAX_BYTES - RESERVE_BYTES);
    expect(stats).toEqual({ markers: 0, truncated: 1, droppedAttributes: 0 });
  });

  it('closes every collection that was open at the cut', () => {
    let body: unknown = 'x'.repeat(20_000);
    for (let level = 0; level < 20; level += 1) body = { inner: body, next: 1 };
    const { record, bytes, stats } = encode({ body }, LEAST_MAX_BYTES);
    let value = record.body;
    for (let level = 0; level < 20; level += 1) {
      const entries = value!.kvlistValue!.values!;
      expect(entries.map(({ key }) => key)).toEqual(['inner', '[Truncated]']);
      value = entries[0]!.value;
    }
    expect(value!.stringValue).toMatch(/^x+\[Truncated\]$/);
    expect(bytes).toBeLessThanOrEqual(LEAST_MAX_BYTES);
    expect(stats).toEqual({ markers: 0, truncated: 21, droppedAttributes: 0 });
  });

  it('is cut alike whatever room the encoder has', () => {
    const sizes = integer({ min: LEAST_MAX_BYTES - 5000, max: LEAST_MAX_BYTES });
    assert(
      property(sizes, boolean(), (size, withDate) => {
        const body = withDate ? [new Date(0), 'x'.repeat(size)] : 'x'.repeat(size);
        const fresh = new OtlpProtobufEncoder({ maxRecordBytes: LEAST_MAX_BYTES });
        const used = new OtlpProtobufEncoder({ maxRecordBytes: LEAST_MAX_BYTES });
        // It leaves the encoder with a large arena.
        for (let index = 0; index < 100; index += 1) used.append(testRecord({ body: 'y'.repeat(10_000) }));
        used.take()!.release();
        const bytes = [fresh, used].map((encoder) => {
          encoder.append(testRecord({ body, attributes: { a: 1, b: 'two' } }));
          return Buffer.from(encoder.take()!.bytes).toString('latin1');
        });
        expect(bytes[0] === bytes[1]).toBe(true);
        expect(fresh.stats().truncated + used.stats().truncated).toBe(bytes[0]!.includes('[Truncated]') ? 2 : 0);
      }),
      randomRuns(500),
    );
  });

  it('stops at the limit however often a value is shared', () => {
    let body: unknown = ['x'];
    for (let level = 0; level < 40; level += 1) body = [body, body];
    const { bytes } = encode({ body }, LEAST_MAX_BYTES);
    expect(bytes).toBeLessThanOrEqual(LEAST_MAX_BYTES);
  });

  it('has its severity text and its event name cut to 1024 bytes', () => {
    const { record, stats } = encode({ severityText: 'é'.repeat(5000), eventName: 'y'.repeat(5000) });
    expect(record.severityText).toBe(`${'é'.repeat(506)}[Truncated]`);
    expect(record.eventName).toBe(`${'y'.repeat(1013)}[Truncated]`);
    expect(stats).toEqual({ markers: 0, truncated: 2, droppedAttributes: 0 });
  });
});

it('the attributes of a resource have the same limit', () => {
  const encoder = new OtlpProtobufEncoder({ maxRecordBytes: LEAST_MAX_BYTES });
  const resource = testResource({ large: 'x'.repeat(20_000), next: 1 });
  encoder.append(testRecord({ resource }));
  const [resourceLogs] = decodeRequest(encoder.take()!.bytes).resourceLogs!;
  const [large] = resourceLogs!.resource!.attributes!;
  expect(large!.value!.stringValue).toMatch(/^x+\[Truncated\]$/);
  expect(resourceLogs!.resource!.attributes).toHaveLength(1);
  expect(resourceLogs!.resource!.droppedAttributesCount).toBe(1);
});

it.each([0, LEAST_MAX_BYTES - 1, 64 * 1024 * 1024 + 1, 20_000.5, Number.NaN])(
  '%d bytes are refused as the limit',
  (maxRecordBytes) => {
    expect(() => new OtlpProtobufEncoder({ maxRecordBytes })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `maxRecordBytes must be a whole number from 16384 to 67108864; it is ${maxRecordBytes}`,
      }),
    );
  },
);
