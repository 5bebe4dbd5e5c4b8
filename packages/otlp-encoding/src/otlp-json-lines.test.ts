// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch, EncodedLinesBatch } from '@logferry/core';
import { testRecord, testResource } from '@logferry/core/testing';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OtlpJsonEncoder, type OtlpJsonEncoderOptions } from './index.ts';
import { encodedLines, textOf } from './test-support/encoded-lines.ts';

function encode(bodies: readonly string[], options: OtlpJsonEncoderOptions = {}): EncodedLinesBatch {
  const encoder = new OtlpJsonEncoder(options);
  for (const body of bodies) encoder.append(testRecord({ body }));
  return encoder.take()!;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `order ${index}`);

describe('the length of lines', () => {
  it('is as near to the limit as whole records allow', () => {
    const maxLineBytes = 2000;
    const batch = encode(numbered(500), { maxLineBytes });
    const lines = encodedLines(batch);
    expect(lines.flatMap(({ bodies }) => bodies)).toEqual(numbered(500));
    for (const [index, { byteLength, records }] of lines.entries()) {
      expect(byteLength).toBeLessThanOrEqual(maxLineBytes);
      const next = lines[index + 1]?.records[0];
      if (next === undefined) continue;
      expect(records.length).toBeGreaterThan(1);
      expect(byteLength + JSON.stringify(next).length + 1).toBeGreaterThan(maxLineBytes);
    }
  });

  it('is 64 KiB by default', () => {
    const lengths = encodedLines(encode(numbered(2000))).map(({ byteLength }) => byteLength);
    expect(lengths).toHaveLength(5);
    for (const length of lengths.slice(0, -1)) {
      expect(length).toBeLessThanOrEqual(65_536);
      expect(length).toBeGreaterThan(65_200);
    }
  });

  it('has no limit where a batch is one line, also in the parts of a split', () => {
    const batch = encode(numbered(20_000), { oneLine: true, maxRecordsPerLine: 1, maxLineBytes: 1024 });
    expect(batch.bytes.byteLength).toBeGreaterThan(2 * 1024 * 1024);
    for (const parts of [[batch], batch.split(), batch.split().flatMap((part) => part.split())]) {
      for (const { bytes } of parts) expect(bytes.indexOf(0x0a)).toBe(bytes.length - 1);
      const bodies = parts.flatMap(({ bytes }) =>
        [...new TextDecoder().decode(bytes).matchAll(/"body":\{"stringValue":"([^"]*)"\}/g)].map(([, body]) => body),
      );
      expect(bodies).toEqual(numbered(20_000));
    }
  });

  it('is more for one record that does not fit, which stands alone', () => {
    const large = 'x'.repeat(5000);
    const lines = encodedLines(encode(['a', large, 'b', large, large, 'c'], { maxLineBytes: 1024 }));
    expect(lines.map(({ bodies }) => bodies)).toEqual([['a'], [large], ['b'], [large], [large], ['c']]);
  });

  it.each([1, 3])('is %i records where the records are limited', (maxRecordsPerLine) => {
    const batch = encode(numbered(8), { maxRecordsPerLine });
    const counts = encodedLines(batch).map(({ records }) => records.length);
    expect(counts).toEqual(maxRecordsPerLine === 1 ? [1, 1, 1, 1, 1, 1, 1, 1] : [3, 3, 2]);
    expect(encodedLines(batch).flatMap(({ bodies }) => bodies)).toEqual(numbered(8));
  });

  it('stays below 1 MiB whatever record, resource and scope hold', () => {
    const escaped = '\u0001'.repeat(1_000_000);
    const attributes = (count: number): Record<string, unknown> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key.${index}`, `"${index}"`]));
    const resource = testResource({ command: escaped, ...attributes(1000) }, escaped);
    const instrumentationScope = { name: escaped, version: escaped, schemaUrl: escaped, attributes: attributes(1000) };
    const span = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 255 };
    const encoder = new OtlpJsonEncoder({ maxLineBytes: 1_048_575 });
    let nested: unknown = [escaped];
    for (let depth = 0; depth < 20; depth += 1) nested = [{ nested, [`rest${depth}`]: escaped }];
    const records = [
      { body: escaped },
      { body: nested },
      { body: 'x'.repeat(10_000_000) },
      { body: '😀'.repeat(1_000_000) },
      { body: 'x', attributes: attributes(200_000) },
      { body: escaped.slice(0, 160_000), attributes: attributes(20_000), severityText: escaped, eventName: escaped },
      { body: new Uint8Array(3_000_000) },
      { body: Array.from({ length: 500_000 }, () => null) },
    ];
    for (const fields of records) {
      encoder.append(
        testRecord({ ...fields, resource, instrumentationScope, spanContext: span, droppedAttributesCount: 2 ** 32 }),
      );
    }
    const lines = encodedLines(encoder.take());
    expect(lines.map(({ records: inLine }) => inLine.length)).toEqual(records.map(() => 1));
    for (const { byteLength, resourceLogs } of lines) {
      expect(byteLength).toBeGreaterThan(990_000);
      expect(resourceLogs[0]?.resource.droppedAttributesCount).toBeGreaterThan(900);
    }
  });
});

function leaves(batch: EncodedBatch): EncodedBatch[] {
  const parts = batch.split();
  return parts.length === 1 ? parts : parts.flatMap(leaves);
}

const bodiesOf = (batch: EncodedBatch): unknown[] =>
  encodedLines(batch as EncodedLinesBatch).flatMap(({ bodies }) => bodies);

describe('a split', () => {
  it('has bytes of a plain Uint8Array, whose slice is a copy', () => {
    const batch = encode(numbered(100), { maxLineBytes: 1024 });
    for (const { bytes } of [batch, ...leaves(batch)]) expect(bytes.constructor).toBe(Uint8Array);
  });

  it('is between lines where there are several, at about half of the bytes', () => {
    const batch = encode(numbered(100), { maxLineBytes: 1024 });
    const text = textOf(batch);
    const parts = batch.split() as EncodedLinesBatch[];
    batch.bytes.fill(0);
    batch.release();
    expect(parts).toHaveLength(2);
    expect(parts.map(textOf).join('')).toBe(text);
    expect(parts.flatMap((part) => encodedLines(part)).length).toBe(
      encodedLines(encode(numbered(100), { maxLineBytes: 1024 })).length,
    );
    for (const part of parts) expect(Math.abs(part.bytes.byteLength - text.length / 2)).toBeLessThan(1024);
  });

  it('is between records where there is one line', () => {
    const batch = encode(['a', 'b', 'c', 'd', 'e']);
    const parts = batch.split() as EncodedLinesBatch[];
    expect(parts.map(textOf)).toEqual([textOf(encode(['a', 'b'])), textOf(encode(['c', 'd', 'e']))]);
  });

  it('is the batch itself where there is one record', () => {
    const batch = encode(['a']);
    expect(batch.split()).toEqual([batch]);
    expect(batch.split()[0]).toBe(batch);
  });
});

describe('any batch', () => {
  const resources = [testResource(), testResource({ a: [{ b: '[{"' }] }, 'https://example.com/'), testResource({})];
  const scopes = [{ name: 'orders' }, { name: '{"[]', attributes: { list: [[1], { a: [] }] } }, { name: '' }];
  const origin = fc.record({
    resource: fc.constantFrom(...resources),
    instrumentationScope: fc.constantFrom(...scopes),
  });
  const body = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom('x'.repeat(3000), '"]}', '\\"', '\n'.repeat(200)),
  );
  const options = fc.record({
    maxLineBytes: fc.integer({ min: 1024, max: 8192 }),
    maxRecordsPerLine: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 5 })),
  });

  it('keeps its records in order, in lines within the limits, whole and in parts', () => {
    fc.assert(
      fc.property(options, fc.array(fc.tuple(origin, body, fc.integer({ min: 1, max: 3 }))), (limits, runs) => {
        const records = runs.flatMap(([from, text, count]) =>
          Array.from({ length: count }, () => ({ ...from, body: text })),
        );
        const encoder = new OtlpJsonEncoder(limits);
        for (const record of records) encoder.append(testRecord(record));
        const batch = encoder.take();
        const lines = encodedLines(batch);
        const read = lines.flatMap(({ resourceLogs }) =>
          resourceLogs.flatMap(({ resource, schemaUrl, scopeLogs }) =>
            scopeLogs.flatMap(({ scope, logRecords }) =>
              logRecords.map((record) => [resource.attributes?.[0]?.key, schemaUrl, scope.name, record['body']]),
            ),
          ),
        );
        expect(read).toEqual(
          records.map(({ resource, instrumentationScope: scope, body: text }) => [
            Object.keys(resource.attributes)[0],
            resource.schemaUrl,
            scope.name === '' ? undefined : scope.name,
            { stringValue: text },
          ]),
        );
        for (const { byteLength, records: inLine } of lines) {
          expect(inLine.length).toBeLessThanOrEqual(limits.maxRecordsPerLine);
          if (inLine.length > 1) expect(byteLength).toBeLessThanOrEqual(limits.maxLineBytes);
        }
        if (batch === undefined) return;
        const parts = leaves(batch);
        expect(parts.map(({ recordCount }) => recordCount)).toEqual(records.map(() => 1));
        expect(parts.flatMap(bodiesOf)).toEqual(records.map(({ body: text }) => text));
      }),
      { ...randomRuns(500), verbose: fc.VerbosityLevel.Verbose },
    );
  });
});
