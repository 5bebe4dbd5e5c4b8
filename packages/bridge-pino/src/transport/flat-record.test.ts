// SPDX-License-Identifier: Apache-2.0

/** What is read of a line's bytes must be what the mapping of parsed lines gives, and encode to the same bytes. */
import type { InstrumentationScope, ReadableLogRecord } from '@logferry/core';
import { testResource } from '@logferry/core/testing';
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';

import type { LineFormat } from '../foreign-line.ts';
import { LevelTable, PINO_LEVELS } from '../pino-levels.ts';
import { FlatRecord } from './flat-record.ts';
import { LineWindow } from './line-window.ts';
import { ordinaryRecord } from './ordinary-line.ts';

const NOW_MILLIS = 1767323045006;
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

const FORMATS: readonly [LineFormat, ...LineFormat[]] = [
  { messageKey: 'msg', errorKey: 'err', nestedKey: undefined, timeKey: undefined, levels: new LevelTable(PINO_LEVELS) },
  { messageKey: 'text', errorKey: 'failure', nestedKey: undefined, timeKey: 'ts', levels: new LevelTable(PINO_LEVELS) },
  { messageKey: 'pid', errorKey: 'a', nestedKey: undefined, timeKey: 'name', levels: new LevelTable(PINO_LEVELS) },
];

const resource = testResource({ 'process.pid': 1234, 'host.name': 'here' });
const resourceValue = (name: string): unknown => resource.attributes[name];

/** Reads lines, and compares each with what the mapping of parsed lines makes of it. */
class Reader {
  readonly #format: LineFormat;
  readonly #window = new LineWindow();
  readonly #scopes = new Map<string | undefined, InstrumentationScope>();
  readonly #record: FlatRecord;

  constructor(format: LineFormat = FORMATS[0]) {
    this.#format = format;
    this.#record = new FlatRecord({
      window: this.#window,
      format,
      resource,
      scopeOf: (name) => this.#scopeOf(name),
    });
  }

  /** @param before what stands before the line in the window. */
  compared(line: string, before: string = ''): 'same' | 'left' {
    const record = this.#record;
    this.#window.fill(`${before}${line}\n{"level":30}\n`);
    const start = Buffer.byteLength(before);
    if (!record.read(start)) return 'left';
    expect(record.end).toBe(start + Buffer.byteLength(line));
    const parsed = JSON.parse(line) as Record<string, unknown>;
    const { name, time, eventName: _none, ...expected } = ordinaryRecord(parsed, this.#format, resourceValue)!;
    const whole = {
      ...expected,
      hrTime: time,
      hrTimeObserved: [0, 0],
      droppedAttributesCount: 0,
      resource,
      instrumentationScope: this.#scopeOf(name),
    };
    const { severityNumber, severityText, body, attributes, hrTime, spanContext, instrumentationScope } = record;
    expect({ severityNumber, severityText, body, attributes, hrTime, spanContext }).toEqual({
      ...expected,
      hrTime: time,
    });
    expect(Object.keys(attributes)).toEqual(Object.keys(expected.attributes));
    expect(instrumentationScope).toBe(whole.instrumentationScope);
    const bytes = encoded(record);
    expect(bytes.equals(encoded(whole)), line).toBe(true);
    return 'same';
  }

  reads(line: string): boolean {
    this.#window.fill(`${line}\n`);
    return this.#record.read(0);
  }

  #scopeOf(name: string | undefined): InstrumentationScope {
    const scope = this.#scopes.get(name) ?? { name: name ?? 'pino' };
    this.#scopes.set(name, scope);
    return scope;
  }
}

const exporter = new OtlpGrpcLogRecordExporter({ endpoint: 'http://127.0.0.1:1' });
afterAll(() => exporter.shutdown());
const encoder = exporter.createEncoder();

function encoded(record: object): Buffer {
  encoder.append(record as ReadableLogRecord);
  return Buffer.from(encoder.take()!.bytes);
}

const keyTexts = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('order', 'a.b', 'constructor', 'stack', 'severity', 'a', 'b', 'c') },
  { weight: 8, arbitrary: fc.constantFrom('pid', 'hostname', 'name', 'text', 'ts', 'err', 'error', 'failure') },
  { weight: 4, arbitrary: fc.constantFrom('trace_id', 'span_id', 'trace_flags', 'schlüssel', '\u{1f600}') },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }).map((key) => JSON.stringify(key).slice(1, -1)) },
  fc.constantFrom(
    'level',
    'time',
    'msg',
    '__proto__',
    '',
    '7',
    'otel.event.name',
    'process.pid',
    'logger.name',
    '\\u0061',
  ),
);
const digits = fc.stringMatching(/^[0-9]{1,20}$/);
const numberTexts = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
  fc.tuple(fc.nat(), digits).map(([whole, decimals]) => `${whole}.${decimals}`),
  fc.constantFrom('-0', '-0.0', '1e3', '1E-7', '-1.5e+300', '1e400', '9007199254740993', '12345678901234567890'),
);
const validTexts = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('30', '"shop"', '""', '"01"', '1234', '"1234"', '"here"', 'true', 'null') },
  { weight: 2, arbitrary: numberTexts },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => JSON.stringify(text)) },
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.constantFrom(`"${TRACE_ID}"`, '"b7ad6b7169203331"', `"${'x'.repeat(300)}"`, `"${'ü'.repeat(200)}"`),
  fc.constantFrom(
    '"a \\"quoted\\" \\u00e9 \\\\"',
    '"\\ud83d\\ude00 \\ud800"',
    '"\u2028"',
    '[[1],"]"]',
    '{"2":1,"1":2}',
  ),
  fc.constantFrom('{"a":[1,{"b":"}]\\""}],"a":{}}', '{"__proto__":{"x":1}}', '{"toJSON":1}', '{"constructor":1}'),
);
const brokenTexts = fc.constantFrom(
  '{"a":1]',
  '[1,]',
  '{',
  '[',
  'nul',
  'NaN',
  '',
  ' 1',
  '01',
  '1.',
  '-',
  '"\\x"',
  '"\t"',
  '"a',
);
const valueTexts = fc.oneof({ weight: 40, arbitrary: validTexts }, brokenTexts);
const fields = fc.tuple(keyTexts, valueTexts).map(([key, value]) => `"${key}":${value}`);
const usual = fc.constantFrom(
  `"level":30,"time":${NOW_MILLIS}`,
  `"level":50,"time":${NOW_MILLIS},"pid":1234,"hostname":"here"`,
  `"level":35,"time":1767323045,"ts":${NOW_MILLIS}`,
  '"level":30,"time":"2026-01-02T03:04:05.006Z","ts":"2026-01-02T03:04:05.006007Z"',
  `"level":60,"name":${NOW_MILLIS}`,
  '"level":30,"time":"yesterday"',
);
const lines = fc
  .tuple(usual, fc.array(fields, { maxLength: 6 }), fc.constantFrom('', ',"msg":"m"', ',"msg":"\\n"', ',"msg":{"a":1}'))
  .map(([start, more, message]) => `{${[start, ...more].join(',')}${message}}`);
const changes = fc.tuple(fc.nat(), fc.constantFrom('', ',', '"', '}', '{', ':', '\\', ' ', '\r', '\u0000'));
const changedLines = fc.tuple(lines, changes).map(([line, [place, by]]) => {
  const at = place % line.length;
  return line.slice(0, at) + by + line.slice(at + 1);
});
/** They came as UTF-8, which has no lone surrogates. */
const texts = fc
  .oneof({ weight: 3, arbitrary: lines }, { weight: 1, arbitrary: changedLines })
  .map((line) => line.toWellFormed());

test('what is read of a line is what the mapping of parsed lines gives', () => {
  const readers = FORMATS.map((format) => new Reader(format));
  const runs = randomRuns(4000);
  let same = 0;
  fc.assert(
    fc.property(texts, fc.constantFrom(...readers), (line, reader) => {
      if (reader.compared(line) === 'same') same += 1;
    }),
    runs,
  );
  // Nothing was shown if all were left.
  expect(same).toBeGreaterThan(0.05 * runs.numRuns);
});

function written(value: string): string {
  return `{"level":30,"time":${NOW_MILLIS},"pid":1234,"hostname":"here","value":${value},"msg":"m"}`;
}

test.for([
  '0',
  '-0',
  '1.5',
  '-0.001',
  '123456789012.345',
  '0.1234567890123456789',
  '12345678901234567890',
  '1e5',
  '1.5E+3',
  '1e999',
  'true',
  'false',
  'null',
  '""',
  '"é 漢 \u{1f600} \u2028"',
  '"a \\"quoted\\" \\u00e9 \\\\"',
  '"\\\\"',
  '{"a":[1,{"b":"}]\\""}],"c":{}}',
  '{"constructor":1,"__proto__":2,"a":1,"a":2}',
  '{ "a" : [ 1 , 2 ] }',
  '[]',
  '[[1],"]"]',
  `"${'x'.repeat(1000)}"`,
])('a field with the value %s is read', (value) => {
  const reader = new Reader();
  expect(reader.compared(written(value))).toBe('same');
  expect(reader.compared(`${written(value)}\r`)).toBe('same');
});

test.for([
  '01',
  '-',
  '1.',
  '.5',
  'tru',
  'nul',
  'fals',
  'trueish',
  'NaN',
  'undefined',
  '"\t"',
  '"\\x"',
  '"\\',
  '"open',
  '"open\\"',
  '{"a":1]',
  '{"a":"open}',
  '[1,]',
  '{"a"}',
  '',
  ' 1',
  '1 ',
  '1-2',
  '"a""b"',
])('a line with the value %s is left to JSON.parse', (value) => {
  expect(new Reader().compared(written(value))).toBe('left');
});

test.for([
  '{}',
  '{"level":30}',
  '{"time":1}',
  '{"level":"info","time":1}',
  '{"level":30,"time":1,"a":1,"a":2}',
  '{"level":30,"time":1,"level":40}',
  '{"level":30,"time":1,"a\\u0062":2}',
  '{"level":30,"time":1,"":2}',
  '{"level":30,"time":1,"7":2}',
  '{"level":30,"time":1,"__proto__":{"a":1}}',
  '{"level":30,"time":1,"pid":1,"process.pid":2}',
  '{"level":30,"time":1,"err":{"stack":"s"}}',
  '{"level":30,"time":1,"error":[]}',
  '{"level":30,"time":1} ',
  '{"level":30,"time":1}}',
  '{"level":30,"time":1,}',
  '{"level":30,"time":1',
  '{"level":30,"time":1]',
  '{"level":30,"time":1}\r\r',
  '[{"level":30,"time":1}]',
  'level":30,"time":1}',
  '{level:30,"time":1}',
  '{"level" :30,"time":1}',
  '{"level":30"time":1}',
  '{"level":30,"time":}',
  '{"level":30,"time":1,"a"',
  '}',
  '{',
  '{"',
  '\r',
  '',
])('the line %s is left to JSON.parse', (line) => {
  expect(new Reader().compared(line)).toBe('left');
});

test('lines are read at any place of the window, with names of any characters and any number of fields', () => {
  const reader = new Reader();
  const line = `{"level":30,"time":${NOW_MILLIS},"schlüssel":1,"\u{1f600}":"b","n ":3,"name":"shop","msg":"m"}`;
  for (let length = 0; length < 9; length += 1) {
    expect(reader.compared(line, `${'ü'.repeat(length)}\n`)).toBe('same');
    expect(reader.compared(line, `${'x'.repeat(30_000 + length)}\n`)).toBe('same');
  }
  const many = (count: number): string => Array.from({ length: count }, (_, index) => `"a${index}":"${index}"`).join();
  expect(reader.compared(`{"level":30,"time":1,${many(254)}}`)).toBe('same');
  expect(reader.compared(`{"level":30,"time":1,${many(255)}}`)).toBe('left');
});

test('names and scopes that come and go are told from each other', () => {
  const reader = new Reader();
  const of = (more: string): string =>
    `{"level":30,"time":${NOW_MILLIS},"pid":1234,"hostname":"here"${more},"msg":"m"}`;
  const kinds = ['', ',"name":"shop"', ',"name":"shops"', ',"name":"sh\\u006fp"', ',"name":""', ',"name":7', ',"a":1'];
  for (const first of kinds) {
    for (const second of kinds) {
      expect(reader.compared(of(first))).toBe('same');
      expect(reader.compared(of(second))).toBe('same');
    }
  }
  expect(reader.compared(of('').replace('"here"', '"her\\u0065"'))).toBe('same');
  expect(reader.compared(of('').replace('"here"', '"there"'))).toBe('same');
  expect(reader.compared(of('').replace('1234', '"1234"'))).toBe('same');
});

test('names made from data do not spoil what is read', () => {
  const reader = new Reader();
  let left = 0;
  for (let number = 0; number < 72_000; number += 1) {
    const line = `{"level":30,"time":${NOW_MILLIS},"a${number}":${number},"b":2,"msg":"m"}`;
    // Comparing each would take long.
    const isCompared = number % 1000 === 0;
    if (isCompared ? reader.compared(line) === 'left' : !reader.reads(line)) left += 1;
  }
  // The first 4,096 names find a place; after 65,536 that find none the table starts anew.
  expect(left).toBeGreaterThanOrEqual(65_536);
  expect(left).toBeLessThan(72_000 - 4096);
  expect(reader.compared(written('1'))).toBe('same');
});
