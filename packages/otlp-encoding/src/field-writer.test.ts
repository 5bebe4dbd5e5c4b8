// SPDX-License-Identifier: Apache-2.0
import type { FieldName, FieldSink, FieldWritingRecord, ReadableLogRecord, Utf8Source } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { OtlpProtobufEncoder } from './otlp-protobuf-encoder.ts';

const names = new Map<string, FieldName>();

function fieldName(name: string): FieldName {
  const known = names.get(name) ?? { name, encoded: undefined };
  names.set(name, known);
  return known;
}

/** Texts somewhere in memory, with what is not theirs around them. */
function standing(text: string): { readonly source: Utf8Source; readonly start: number; readonly end: number } {
  const bytes = Buffer.from(`before${text}behind`);
  return {
    source: { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) },
    start: 6,
    end: bytes.length - 6,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed();
}

/** The same record, which hands its fields over. */
function writing(record: ReadableLogRecord): FieldWritingRecord {
  return {
    ...record,
    writeFieldsTo(sink: FieldSink): void {
      const { body, attributes } = record;
      if (isText(body)) {
        const { source, start, end } = standing(body);
        sink.bodyText(source, start, end);
      } else if (body !== undefined) {
        sink.body(body);
      }
      for (const [name, value] of Object.entries(attributes)) {
        if (isText(value)) {
          const { source, start, end } = standing(value);
          sink.attributeText(fieldName(name), source, start, end);
        } else {
          sink.attribute(fieldName(name), value);
        }
      }
    },
  };
}

function encoded(records: readonly ReadableLogRecord[], maxRecordBytes?: number): Buffer {
  const encoder = new OtlpProtobufEncoder(maxRecordBytes === undefined ? {} : { maxRecordBytes });
  for (const record of records) encoder.append(record);
  return Buffer.from(encoder.take()!.bytes);
}

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.nat(3000).map((length) => 'x'.repeat(length)),
  fc.nat(700).map((length) => 'ü漢\u{1f600}'.repeat(length)),
  fc.constantFrom('', '\ud800', '"\\\n'),
);
const values = fc.oneof(
  texts,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, undefined, new Date(5), 7n, -0),
  fc.jsonValue({ maxDepth: 3 }),
);
const keys = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('k'.repeat(64), 'k'.repeat(65), 'ü'.repeat(64), 'k'.repeat(400)),
);

test('a record that hands its fields over is encoded as one that is read', () => {
  const recordArbitrary = fc.record({ body: values, attributes: fc.dictionary(keys, values, { maxKeys: 12 }) });
  fc.assert(
    fc.property(fc.array(recordArbitrary, { minLength: 1, maxLength: 4 }), (fields) => {
      const records = fields.map(({ body, attributes }) => testRecord({ body, attributes }));
      const expected = encoded(records);
      expect(encoded(records.map((record) => writing(record))).equals(expected)).toBe(true);
    }),
    randomRuns(),
  );
});

test('near and beyond the limit of a record nothing differs either', () => {
  for (let length = 12_000; length < 40_000; length += 397) {
    const record = testRecord({
      body: 'b'.repeat(length / 2),
      attributes: { first: 'f'.repeat(length / 3), list: [1, 'x'.repeat(50)], last: 'l'.repeat(length / 6) },
    });
    const expected = encoded([record], 16_384);
    expect(encoded([writing(record)], 16_384).equals(expected), `${length} characters`).toBe(true);
  }
});

test('a record that throws while it hands its fields over is read', () => {
  const record = testRecord({ body: 'hello', attributes: { a: 1 } });
  const throwing = {
    ...record,
    writeFieldsTo(sink: FieldSink): void {
      sink.body('half');
      throw new Error('no more');
    },
  };
  expect(encoded([throwing]).equals(encoded([record]))).toBe(true);
});

test('a sink that was kept writes nothing any more', () => {
  const record = testRecord({ body: 'hello', attributes: { a: 1 } });
  let kept: FieldSink | undefined;
  const keeping = {
    ...record,
    writeFieldsTo(sink: FieldSink): void {
      kept = sink;
      sink.body('hello');
      sink.attribute(fieldName('a'), 1);
    },
  };
  const encoder = new OtlpProtobufEncoder();
  encoder.append(keeping);
  const { source, start, end } = standing('late');
  kept!.body('late');
  kept!.bodyText(source, start, end);
  kept!.attribute(fieldName('late'), 'late');
  kept!.attributeText(fieldName('late'), source, start, end);
  expect(Buffer.from(encoder.take()!.bytes).equals(encoded([record]))).toBe(true);
});
