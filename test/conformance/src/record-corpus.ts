// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { bool, empty, int, keyValues, list, text } from './any-value.ts';
import { type LogRecord, unixNanos } from './logs-request.ts';

type Fields = Parameters<typeof testRecord>[0];

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = '00f067aa0ba902b7';
const traceIdBytes = Buffer.from(traceId, 'hex');
const spanIdBytes = Buffer.from(spanId, 'hex');

/** A record of nothing but what a test gives it. */
export function bare(fields: Fields): ReadableLogRecord {
  return testRecord({
    hrTime: [0, 0],
    hrTimeObserved: [0, 0],
    severityNumber: undefined,
    severityText: undefined,
    body: undefined,
    ...fields,
  });
}

/** Records, what each is called, and the message that it is. */
export const recordCorpus: readonly (readonly [string, Fields, LogRecord])[] = [
  ['nothing', {}, {}],
  ['a time', { hrTime: [1_767_225_600, 123_456_789] }, { timeUnixNano: unixNanos(1_767_225_600, 123_456_789) }],
  ['an observed time', { hrTimeObserved: [1, 999_999_999] }, { observedTimeUnixNano: unixNanos(1, 999_999_999) }],
  [
    'the last time that fits',
    { hrTime: [18_446_744_073, 709_551_615] },
    { timeUnixNano: { low: -1, high: -1, unsigned: true } },
  ],
  ['a time before 1970', { hrTime: [-1, 0] }, {}],
  ['a time that is none', { hrTime: 'yesterday', hrTimeObserved: undefined, body: 'x' }, { body: text('x') }],
  ...[1, 9, 24, 127, 128, 1000].map((severityNumber): [string, Fields, LogRecord] => [
    `severity ${severityNumber}`,
    { severityNumber },
    { severityNumber },
  ]),
  ...[0, -1, 1.5, Number.NaN, 2 ** 31, 'INFO', null].map((severityNumber): [string, Fields, LogRecord] => [
    `${severityNumber} as severity`,
    { severityNumber },
    {},
  ]),
  ['severity text', { severityText: 'WARN' }, { severityText: 'WARN' }],
  ['empty severity text', { severityText: '' }, {}],
  ['severity text beyond ASCII', { severityText: 'größer\ud800' }, { severityText: 'größer\ufffd' }],
  ['a number as severity text', { severityText: 30 }, { severityText: '30' }],
  ['an object as severity text', { severityText: {}, body: 'x' }, { body: text('x') }],
  ['no body', { body: undefined }, {}],
  ['a null body', { body: null }, { body: empty }],
  ['an empty body', { body: '' }, { body: text('') }],
  [
    'attributes',
    { attributes: { a: 1, b: 'x', c: true } },
    {
      attributes: keyValues([
        ['a', int(1)],
        ['b', text('x')],
        ['c', bool(true)],
      ]),
    },
  ],
  ['undefined as attributes', { attributes: undefined, body: 'x' }, { body: text('x') }],
  [
    'many attributes',
    { attributes: Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key.${index}`, index])) },
    { attributes: keyValues(Array.from({ length: 300 }, (_, index) => [`key.${index}`, int(index)])) },
  ],
  [
    'inherited attributes',
    { attributes: Object.assign(Object.create({ inherited: 1 }) as object, { own: 2 }) },
    { attributes: keyValues([['own', int(2)]]) },
  ],
  ['dropped attributes', { droppedAttributesCount: 300 }, { droppedAttributesCount: 300 }],
  ['more dropped attributes than fit', { droppedAttributesCount: 2 ** 40 }, { droppedAttributesCount: 2 ** 32 - 1 }],
  ['a dropped count that is none', { droppedAttributesCount: 'many' }, {}],
  [
    'a span',
    { spanContext: { traceId, spanId, traceFlags: 1 } },
    { flags: 1, traceId: traceIdBytes, spanId: spanIdBytes },
  ],
  [
    'a span in capitals',
    { spanContext: { traceId: traceId.toUpperCase(), spanId, traceFlags: 0 } },
    { traceId: traceIdBytes, spanId: spanIdBytes },
  ],
  [
    'flags beyond eight bits',
    { spanContext: { traceId, spanId, traceFlags: 0x1_03 } },
    { flags: 3, traceId: traceIdBytes, spanId: spanIdBytes },
  ],
  [
    'a remote span',
    { spanContext: { traceId, spanId, traceFlags: 1, isRemote: true } },
    { flags: 1, traceId: traceIdBytes, spanId: spanIdBytes },
  ],
  ['ids of zeros', { spanContext: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 1 } }, { flags: 1 }],
  [
    'ids that are too short',
    { spanContext: { traceId: traceId.slice(2), spanId: spanId.slice(2), traceFlags: 0 } },
    {},
  ],
  [
    'ids that are no hex',
    { spanContext: { traceId: `${traceId.slice(0, 30)}zz`, spanId: `é${spanId.slice(1)}`, traceFlags: 0 } },
    {},
  ],
  ['ids that are no strings', { spanContext: { traceId: 5, spanId: null, traceFlags: 0 } }, {}],
  ['an empty span context', { spanContext: {}, body: 'x' }, { body: text('x') }],
  ['null as span context', { spanContext: null, body: 'x' }, { body: text('x') }],
  ['an event name', { eventName: 'order.paid' }, { eventName: 'order.paid' }],
  [
    'everything',
    {
      hrTime: [2, 1],
      severityNumber: 17,
      severityText: 'ERROR',
      body: { a: [1] },
      attributes: { k: 'v' },
      droppedAttributesCount: 2,
      spanContext: { traceId, spanId, traceFlags: 1 },
      hrTimeObserved: [2, 2],
      eventName: 'e',
    },
    {
      timeUnixNano: unixNanos(2, 1),
      severityNumber: 17,
      severityText: 'ERROR',
      body: { kvlistValue: { values: keyValues([['a', list(int(1))]]) } },
      attributes: keyValues([['k', text('v')]]),
      droppedAttributesCount: 2,
      flags: 1,
      traceId: traceIdBytes,
      spanId: spanIdBytes,
      observedTimeUnixNano: unixNanos(2, 2),
      eventName: 'e',
    },
  ],
];
