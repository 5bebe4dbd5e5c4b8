// SPDX-License-Identifier: Apache-2.0
import type { SpanContext } from '@opentelemetry/api';
import type { EmittedRecord, ScopeOfRecord } from '../sdk-line.ts';
import { type CorpusPipeline, observedTimeOf } from './corpus.ts';

interface Draft {
  readonly name: string;
  readonly record: EmittedRecord;
  readonly scope?: ScopeOfRecord;
  readonly span?: SpanContext;
}

const orders: ScopeOfRecord = { name: 'orders' };

function pipeline(
  { firstIndex, ...options }: Omit<CorpusPipeline, 'entries'> & { readonly firstIndex: number },
  drafts: readonly Draft[],
): CorpusPipeline {
  return {
    ...options,
    entries: drafts.map((draft, index) => ({
      scope: orders,
      ...draft,
      record: { ...draft.record, observedTimestamp: observedTimeOf(firstIndex + index) },
    })),
  };
}

function span(traceFlags: number, extra: Partial<SpanContext> = {}): SpanContext {
  return { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '00f067aa0ba902b7', traceFlags, ...extra };
}

function failure(): Error {
  const error = new RangeError('stock is negative');
  error.stack = 'RangeError: stock is negative\n    at reserve (stock.js:7:3)';
  return error;
}

const fields: readonly Draft[] = [
  { name: 'nothing but a time', record: { timestamp: [1_795_000_000, 1] } },
  { name: 'no time given', record: { body: 'now' } },
  { name: 'time zero', record: { timestamp: [0, 0], body: 'epoch' } },
  { name: 'the first nanosecond', record: { timestamp: [0, 1], body: 'after the epoch' } },
  { name: 'the last time that fits', record: { timestamp: [18_446_744_073, 709_551_615], body: 'year 2554' } },
  { name: 'a Date', record: { timestamp: new Date('2026-11-22T10:11:12.131Z'), body: 'date' } },
  ...[0, 1, 4, 5, 9, 13, 17, 21, 24].map((severityNumber) => ({
    name: `severity ${severityNumber}`,
    record: { severityNumber, body: 'severity' },
  })),
  { name: 'severity text alone', record: { severityText: 'NOTICE' } },
  { name: 'an empty severity text', record: { severityNumber: 9, severityText: '' } },
  { name: 'severity number and text', record: { severityNumber: 17, severityText: 'ERROR', body: 'both' } },
  { name: 'an event name', record: { eventName: 'order.shipped', attributes: { 'order.id': 42 } } },
  { name: 'an event name beyond ASCII', record: { eventName: 'größe.geändert' } },
  { name: 'an empty event name', record: { eventName: '', body: 'no event' } },
  { name: 'an exception', record: { severityNumber: 17, body: 'failed', exception: failure() } },
  { name: 'an exception that is a string', record: { body: 'failed', exception: 'out of stock' } },
  {
    name: 'an exception beside attributes of the same names',
    record: { exception: failure(), attributes: { 'exception.message': 'hidden', 'order.id': 7 } },
  },
  { name: 'an attribute that is undefined', record: { attributes: { present: 1, missing: undefined } } },
  { name: 'an attribute with an empty key', record: { attributes: { '': 'dropped by the SDK', kept: true } } },
  {
    name: 'a hundred attributes',
    record: { attributes: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key.${index}`, index])) },
  },
];

const traces: readonly Draft[] = [
  { name: 'sampled', record: { body: 'trace' }, span: span(1) },
  { name: 'not sampled', record: { body: 'trace' }, span: span(0) },
  { name: 'sampled with a random trace id', record: { body: 'trace' }, span: span(3) },
  { name: 'all eight flags', record: { body: 'trace' }, span: span(255) },
  { name: 'a remote parent', record: { body: 'trace' }, span: span(1, { isRemote: true }) },
  { name: 'ids in capitals', record: { body: 'trace' }, span: span(1, { traceId: 'ABCDEF'.padEnd(32, '0') }) },
  { name: 'an invalid trace id', record: { body: 'trace' }, span: span(1, { traceId: '0'.repeat(32) }) },
];

const scopes: readonly ScopeOfRecord[] = [
  { name: 'stock' },
  { name: 'stock', version: '1.2.3' },
  { name: 'stock', version: '1.2.3', schemaUrl: 'https://opentelemetry.io/schemas/1.44.0' },
  { name: 'stock', version: '1.2.4', schemaUrl: 'https://opentelemetry.io/schemas/1.44.0' },
  { name: 'stock', schemaUrl: 'https://opentelemetry.io/schemas/1.43.0' },
  { name: 'Größe/注文', version: '' },
  { name: '' },
  { name: 'payments', attributes: { region: 'eu', shard: 3, ratio: 0.5, live: true, tags: ['a', 'b'] } },
  { name: 'payments', attributes: { region: 'us', shard: 4 } },
];

/** Twice in turn, so that the records of one scope don't lie next to each other. */
const inScopes: readonly Draft[] = ['first', 'second'].flatMap((round) =>
  scopes.map((scope, index) => ({ name: `${round} record of scope ${index}`, scope, record: { body: round } })),
);

/** Everything about a record but the shapes of its values. */
export const recordPipelines: readonly CorpusPipeline[] = [
  pipeline(
    {
      name: 'records',
      firstIndex: 2000,
      resource: () => ({
        attributes: {
          'service.name': 'shop',
          'service.instance.id': 'größe-1',
          'process.pid': 4711,
          'host.load': 0.25,
          'feature.enabled': false,
          'process.command_args': ['node', '--enable-source-maps', 'main.js'],
        },
        schemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
      }),
    },
    [...fields, ...traces, ...inScopes],
  ),
  pipeline({ name: 'a resource without attributes', firstIndex: 3000, resource: () => ({ attributes: {} }) }, [
    { name: 'the only record', record: { body: 'alone' } },
  ]),
  pipeline(
    {
      name: 'a resource with attributes that arrive late',
      firstIndex: 4000,
      resource: () => ({
        attributes: { 'service.name': 'late', 'host.id': settled('host-1'), 'cloud.region': rejected() },
      }),
    },
    [{ name: 'a record emitted before they arrived', record: { body: 'early' } }],
  ),
  pipeline(
    {
      name: 'limits',
      firstIndex: 5000,
      resource: () => ({ attributes: { 'service.name': 'limited' } }),
      limits: { attributeCountLimit: 2, attributeValueLengthLimit: 5 },
    },
    [
      { name: 'dropped attributes', record: { attributes: { a: 1, b: 2, c: 3, d: 4, e: 5 } } },
      {
        name: 'cut values',
        record: { body: 'bodies are not cut', attributes: { text: 'too long', list: ['too long'] } },
      },
      {
        name: 'a scope with dropped attributes',
        scope: { name: 'limited', attributes: { a: '1', b: '2', c: '3' } },
        record: { body: 'scope' },
      },
    ],
  ),
];

function settled(value: string): Promise<string> {
  return new Promise((resolve) => void setImmediate(resolve, value));
}

function rejected(): Promise<string> {
  const promise = Promise.reject<string>(new Error('the metadata service is down'));
  // The SDK handles it when it reads the resource, which is later than Node's check for unhandled rejections.
  promise.catch(() => {});
  return promise;
}
