// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord, ReadWriteLogRecord } from '@logferry/core';
import { ManualClock } from '@logferry/core/testing';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type FanOutDestination, FanOutLogRecordProcessor } from './index.ts';
import { emitted, never, ScriptedProcessor, spanContext } from './test-doubles/scripted-processor.ts';

/** Changes everything that can be changed, in place and through the setters. */
function vandalize(record: ReadWriteLogRecord): void {
  const attributes = record.attributes as Record<string, unknown>;
  for (const [key, value] of Object.entries(attributes)) {
    deface(value);
    attributes[key] = '***';
  }
  delete attributes['a'];
  deface(record.body);
  record.setAttribute('added', 1).setAttributes({ more: 2 });
  record.setBody('***').setEventName('***').setSeverityText('***').setSeverityNumber(24);
  record.hrTime[0] = 0;
  record.hrTimeObserved[1] = 0;
}

function deface(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Date) value.setTime(0);
  for (const [key, inner] of Object.entries(value)) {
    deface(inner);
    (value as Record<string, unknown>)[key] = '***';
  }
}

/** What a record says, as text, so that no later change can reach it. */
function reading(record: ReadableLogRecord): string {
  const { body, attributes, eventName, severityText, severityNumber, hrTime, hrTimeObserved } = record;
  const bigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
  return JSON.stringify([body, attributes, eventName, severityText, severityNumber, hrTime, hrTimeObserved], bigints);
}

const value = fc.anything({ withBigInt: true, withDate: true, maxDepth: 3 });
const records = fc.array(
  fc.record({
    body: value,
    attributes: fc.dictionary(fc.string({ maxLength: 3 }), value, { maxKeys: 4 }),
    severityNumber: fc.constantFrom(undefined, 1, 5, 9, 13, 17, 21),
    trace: fc.option(fc.nat(3), { nil: undefined }),
  }),
  { maxLength: 20 },
);

const throwing = new Error('thrown by a destination');
const neighbours: readonly (() => FanOutDestination)[] = [
  () => ({ processor: new ScriptedProcessor({ onEmit: vandalize }) }),
  () => ({
    processor: new ScriptedProcessor({
      onEmit() {
        throw throwing;
      },
    }),
  }),
  () => ({
    processor: new ScriptedProcessor(),
    filter(record) {
      vandalize(record as ReadWriteLogRecord);
      return true;
    },
  }),
  () => ({ processor: new ScriptedProcessor({ onEmit: vandalize }), fingersCrossed: { maxRecords: 3 } }),
  () => ({
    processor: new ScriptedProcessor({ onEmit: vandalize }),
    minimumSeverity: 'warn',
    sampling: { ratio: 0.5 },
  }),
  () => ({ processor: new ScriptedProcessor({ forceFlush: never, shutdown: never }), rateLimit: { perSecond: 1 } }),
];

const watched: readonly (() => Omit<FanOutDestination, 'processor'>)[] = [
  () => ({}),
  () => ({ isolation: 'none' }),
  () => ({ minimumSeverity: 'info', fingersCrossed: {}, rateLimit: { perSecond: 3 } }),
];

describe('adding a destination', () => {
  it('never changes what another receives', () => {
    const clock = new ManualClock();
    const receives = (
      input: readonly object[],
      options: () => Omit<FanOutDestination, 'processor'>,
      before: FanOutDestination[],
      after: FanOutDestination[],
    ) => {
      const seen: string[] = [];
      const kept = new ScriptedProcessor({ onEmit: (record) => void seen.push(reading(record)) });
      const name = (prefix: string, list: FanOutDestination[]) => list.map((one, index) => [`${prefix}${index}`, one]);
      const destinations = Object.fromEntries([
        ...name('before', before),
        ['watched', { processor: kept, ...options() }],
        ...name('after', after),
      ]) as Record<string, FanOutDestination>;
      const processor = new FanOutLogRecordProcessor({ destinations, clock });
      for (const record of input) processor.onEmit(record as ReadWriteLogRecord);
      // What was kept is read again: a change that came later would show.
      return { seen, later: kept.records.map(reading), stats: processor.stats().destinations['watched'] };
    };
    const some = fc.array(fc.nat(neighbours.length - 1), { maxLength: 4 });
    fc.assert(
      fc.property(records, fc.constantFrom(...watched), some, some, (inputs, options, before, after) => {
        const make = () =>
          inputs.map(({ trace, ...fields }) =>
            emitted(structuredClone({ ...fields, spanContext: trace === undefined ? undefined : spanContext(trace) })),
          );
        const list = (indexes: number[]) => indexes.flatMap((index) => neighbours[index]?.() ?? []);
        const alone = receives(make(), options, [], []);
        expect(receives(make(), options, list(before), list(after))).toEqual(alone);
      }),
      randomRuns(300),
    );
  });
});

describe('a view', () => {
  it('reads as the record, and keeps structure, dates and what exporters make of the rest', () => {
    const child = new ScriptedProcessor();
    const processor = new FanOutLogRecordProcessor({ destinations: { one: { processor: child } } });
    const circular: Record<string, unknown> = { name: 'loop' };
    circular['self'] = circular;
    const body = {
      list: [1, 2n ** 70n, [true, null]],
      at: new Date(5),
      map: new Map([['k', 1]]),
      bytes: Buffer.from('ok'),
      ['__proto__x']: 1,
      url: new URL('https://example.com/'),
    };
    const record = emitted({ body, attributes: { circular, ok: 'x' }, eventName: 'e', spanContext: spanContext(1) });
    processor.onEmit(record);
    const [view] = child.records;
    expect(view).not.toBe(record);
    expect(view?.body).toEqual({
      list: [1, 2n ** 70n, [true, null]],
      at: new Date(5),
      map: { k: 1 },
      bytes: Uint8Array.from([111, 107]),
      ['__proto__x']: 1,
      url: 'https://example.com/',
    });
    expect(view?.attributes).toEqual({ circular: { name: 'loop', self: '[Circular]' }, ok: 'x' });
    const { resource, instrumentationScope, spanContext: span, eventName, droppedAttributesCount, hrTime } = record;
    expect(view).toMatchObject({ resource, instrumentationScope, eventName, droppedAttributesCount, hrTime });
    expect(view?.spanContext).toBe(span);
    expect(view?.resource).toBe(resource);
  });

  it('is not made for a processor that only reads', () => {
    const child = new ScriptedProcessor();
    const processor = new FanOutLogRecordProcessor({ destinations: { one: { processor: child, isolation: 'none' } } });
    const record = emitted();
    processor.onEmit(record);
    expect(child.records[0]).toBe(record);
  });
});
