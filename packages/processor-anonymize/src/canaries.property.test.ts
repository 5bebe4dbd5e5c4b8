// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';

import {
  normalizeValue,
  ItemList,
  Marker,
  NamedValues,
  type LogRecordProcessor,
  type ReadableLogRecord,
} from '@logferry/core';
import { testRecord, testResource } from '@logferry/core/testing';
import { randomRuns, randomTimeout, SEED } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CANARIES } from './corpus/canaries.ts';
import { ENCODINGS } from './corpus/encodings.ts';
import { AnonymizingLogRecordProcessor } from './index.ts';

const DEPTH = 20;

/** Everything that any exporter could write of a value. */
function dump(value: unknown, depth: number = 0): string {
  const form = normalizeValue(value);
  if (form instanceof Marker) return form.text;
  if (depth > 60) return '';
  if (form instanceof ItemList) return form.items.map((item) => dump(item, depth + 1)).join('\n');
  if (form instanceof NamedValues)
    return form.names.map((name, at) => `${name}\n${dump(form.values[at], depth + 1)}`).join('\n');
  if (form instanceof Uint8Array)
    return `${Buffer.from(form).toString('latin1')}\n${Buffer.from(form).toString('utf16le')}`;
  return String(form);
}

function dumpRecord(record: ReadableLogRecord): string {
  const { body, attributes, eventName, severityText, resource, instrumentationScope } = record;
  const fields = [body, attributes, eventName, severityText, resource.attributes, instrumentationScope];
  return [
    ...fields.map((field) => dump(field)),
    inspect(record, { depth: 60, showHidden: true, maxStringLength: null, maxArrayLength: null }),
  ].join('\n');
}

class Holder {
  held: unknown;
  constructor(held: unknown) {
    this.held = held;
  }
}

/** Every shape that a value can have in a record. */
const SHAPES: Readonly<Record<string, (inner: unknown) => unknown>> = {
  itself: (inner) => inner,
  array: (inner) => [1, inner, null],
  object: (inner) => ({ a: 1, deep: inner }),
  map: (inner) =>
    new Map<unknown, unknown>([
      ['deep', inner],
      [7, 'x'],
    ]),
  'map with object keys': (inner) => new Map([[{ key: inner }, 1]]),
  'map key': (inner) => (typeof inner === 'string' ? new Map([[inner, 1]]) : new Map([['k', inner]])),
  'object key': (inner) => (typeof inner === 'string' ? { [inner]: 1 } : { k: inner }),
  set: (inner) => new Set([inner]),
  'class instance': (inner) => new Holder(inner),
  toJSON: (inner) => ({ toJSON: () => ({ out: inner }) }),
  getter: (inner) => Object.defineProperty({}, 'got', { enumerable: true, get: () => inner }),
  proxy: (inner) => new Proxy({ inside: inner }, {}),
  error: (inner) => (typeof inner === 'string' ? new Error(inner) : new Error('x', { cause: inner })),
  'aggregate error': (inner) => new AggregateError([inner], 'x', { cause: inner }),
  bytes: (inner) => (typeof inner === 'string' ? Buffer.from(inner) : { inner }),
  'array buffer': (inner) => (typeof inner === 'string' ? new Uint8Array(Buffer.from(inner)).buffer : { inner }),
  'symbol description': (inner) => (typeof inner === 'string' ? Symbol(inner) : [inner]),
  'boxed string': (inner) => (typeof inner === 'string' ? Object(inner) : [inner]),
  'no prototype': (inner) => Object.assign(Object.create(null) as object, { inner }),
  json: (inner) => (typeof inner === 'string' ? JSON.stringify({ inner }) : [inner]),
};

/** The places of a record; the value is a text in those that hold nothing else. */
const PLACES: Readonly<Record<string, (value: unknown, text: string) => ReadableLogRecord>> = {
  body: (value) => testRecord({ body: value }),
  attribute: (value) => testRecord({ attributes: { 'app.note': value } }),
  'attribute key': (_value, text) => testRecord({ attributes: { [text]: 1 } }),
  'event name': (_value, text) => testRecord({ eventName: text }),
  'severity text': (_value, text) => testRecord({ severityText: text }),
  'exception message': (_value, text) => testRecord({ attributes: { 'exception.message': text } }),
  'exception stack': (_value, text) =>
    testRecord({ attributes: { 'exception.stacktrace': `Error: ${text}\n    at f (a.js:1:2)` } }),
  resource: (value) => testRecord({ resource: testResource({ 'process.command_args': value }) }),
  scope: (value) => testRecord({ instrumentationScope: { name: 's', attributes: { note: value } } }),
  'scope name': (_value, text) => testRecord({ instrumentationScope: { name: text } }),
};

const TEXT_PLACES: ReadonlySet<string> = new Set(
  Object.keys(PLACES).filter((place) => !['body', 'attribute', 'resource', 'scope'].includes(place)),
);

function received(record: ReadableLogRecord): { readonly view: ReadableLogRecord; readonly stats: string } {
  const views: ReadableLogRecord[] = [];
  const delegate: LogRecordProcessor = {
    onEmit: (view) => void views.push(view),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const processor = new AnonymizingLogRecordProcessor(delegate, { environment: {} });
  processor.onEmit(record as Parameters<LogRecordProcessor['onEmit']>[0]);
  const [view] = views;
  if (view === undefined) throw new Error('nothing was handed on');
  return { view, stats: JSON.stringify(processor.stats()) };
}

describe('a canary', () => {
  it.each(Object.keys(ENCODINGS))('of every entity does not get through in the encoding %s', (encoding) => {
    for (const { entity, value, before = '', after = '' } of CANARIES) {
      const text = ENCODINGS[encoding]?.(`${before}${value}${after}`) ?? '';
      const { view, stats } = received(testRecord({ body: text }));
      const output = dumpRecord(view);
      expect([entity, output.includes(value), text !== '' && output.includes(text)]).toEqual([entity, false, false]);
      expect(stats).not.toContain(value);
    }
  });

  const allShapes = Object.entries(SHAPES);

  it.each(Object.keys(PLACES))(
    'of every entity does not get through in the place %s, in any shape, twenty deep',
    (place) => {
      for (const { entity, value, before = '', after = '' } of CANARIES) {
        const text = `${before}${value}${after}`;
        // A text alone has no shape.
        const used = TEXT_PLACES.has(place) ? allShapes.slice(0, 1) : allShapes;
        for (const [name, shape] of used) {
          let shaped = shape(text);
          // Each of the others in turn lies around it.
          for (let depth = 1; depth < DEPTH; depth += 1) shaped = allShapes[depth % allShapes.length]?.[1](shaped);
          const record = PLACES[place]?.(shaped, text) ?? testRecord();
          const { view, stats } = received(record);
          const output = dumpRecord(view);
          expect([entity, name, output.includes(value), output.includes(text)]).toEqual([entity, name, false, false]);
          expect(stats).not.toContain(value);
          // What was redacted holds nothing more: it is handed on as it is.
          if (name === 'itself') expect([entity, received(view).view === view]).toEqual([entity, true]);
        }
      }
    },
    60_000,
  );

  it(
    `does not get through in any place, shape and depth (FC_SEED=${SEED})`,
    () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...CANARIES),
          fc.constantFrom(...Object.keys(ENCODINGS)),
          fc.constantFrom(...Object.keys(PLACES)),
          fc.array(fc.constantFrom(...Object.keys(SHAPES)), { maxLength: 20 }),
          ({ value, before = '', after = '' }, encoding, place, shapes) => {
            const text = ENCODINGS[encoding]?.(`${before}${value}${after}`) ?? '';
            let shaped: unknown = text;
            for (const shape of shapes) shaped = SHAPES[shape]?.(shaped);
            const { view, stats } = received(PLACES[place]?.(shaped, text) ?? testRecord());
            const output = dumpRecord(view);
            expect(output.includes(value)).toBe(false);
            expect(output.includes(text)).toBe(false);
            expect(stats.includes(value)).toBe(false);
          },
        ),
        { ...randomRuns(1500), verbose: 1 },
      );
    },
    randomTimeout(60_000),
  );

  it('does not get through as a number', () => {
    for (const body of [
      4111111111111111,
      4111111111111111n,
      [4111111111111111],
      new Map([[4111111111111111, 4111111111111111]]),
      new BigInt64Array([4111111111111111n]),
    ]) {
      expect(dumpRecord(received(testRecord({ body })).view)).not.toContain('4111111111111111');
    }
    const { view } = received(
      testRecord({ attributes: { phone: 5551234567, 'geo.lat': 48.858_34, pin: 1234, user: { ssn: 123456789 } } }),
    );
    expect(view.attributes).toEqual({
      phone: '[PHONE]',
      'geo.lat': '[GPS]',
      pin: '[SECRET]',
      user: { ssn: '[US_SSN]' },
    });
  });
});
