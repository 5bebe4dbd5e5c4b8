// SPDX-License-Identifier: Apache-2.0
import { captureDiagnostics, collectLogRecords } from '@logferry-test/support';
import { exporterWork } from '@logferry/core';
import { ManualClock } from '@logferry/core/testing';
import { context, logs, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { BridgeEmitter, type BridgeEmitterParts } from './bridge-emitter.ts';
import { apiLogsGlobal, markForwarding } from './global-provider.ts';
import type { LogEntry } from './log-entry.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const NOW_TIME = [NOW / 1000 - 0.006, 6_000_000];
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

let diagnostics: ReturnType<typeof captureDiagnostics>;

beforeEach(() => {
  diagnostics = captureDiagnostics();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterEach(() => {
  diagnostics.stop();
  context.disable();
  logs.disable();
  apiLogsGlobal.remove();
});

function entryOf(given: Partial<LogEntry> = {}): () => LogEntry {
  return () => ({ body: 'order accepted', severityText: 'info', fields: {}, ...given });
}

function emitterOf(options: BridgeEmitterParts['options'], parts: Partial<BridgeEmitterParts> = {}): BridgeEmitter {
  return new BridgeEmitter({ packageName: '@logferry/bridge-test', clock: new ManualClock(NOW), options, ...parts });
}

test('an entry becomes a whole record', () => {
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf({ loggerProvider: provider });
  const time = '2026-01-02T03:04:04.000000001Z';
  expect(emitter.emit('shop', 9, entryOf({ time, fields: { order: { id: 42n } } }))).toBe('emitted');
  expect(records).toEqual([
    {
      scope: 'shop',
      severityNumber: 9,
      severityText: 'info',
      body: 'order accepted',
      attributes: { order: { id: 42 } },
      droppedAttributesCount: 0,
      eventName: undefined,
      traceId: undefined,
      spanId: undefined,
      traceFlags: undefined,
      hrTime: [(NOW_TIME[0] ?? 0) - 1, 1],
      hrTimeObserved: NOW_TIME,
    },
  ]);
});

test('a time that can not be read is kept, and the time of the call is used', () => {
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf({ loggerProvider: provider });
  emitter.emit('shop', 9, entryOf({ time: 'a while ago' }));
  emitter.emit('shop', 9, entryOf({ time: 'a while ago', timeKey: 'timestamp' }));
  expect(records).toMatchObject([
    { hrTime: NOW_TIME, attributes: { time: 'a while ago' } },
    { hrTime: NOW_TIME, attributes: { timestamp: 'a while ago' } },
  ]);
});

test('an entry without time, level and body says nothing of them', () => {
  const { provider, records } = collectLogRecords();
  const none = { body: undefined, severityText: undefined };
  emitterOf({ loggerProvider: provider }).emit('shop', undefined, entryOf(none));
  expect(records).toMatchObject([{ ...none, severityNumber: undefined, hrTime: NOW_TIME }]);
});

test('the error comes first among the attributes, so that no limit on their number drops it', () => {
  const { provider, records } = collectLogRecords();
  const fields = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`field${index}`, index]));
  emitterOf({ loggerProvider: provider }).emit('shop', 17, entryOf({ error: new RangeError('too much'), fields }));
  expect(records[0]?.attributes).toMatchObject({ 'exception.type': 'RangeError', 'exception.message': 'too much' });
  expect(records[0]?.droppedAttributesCount).toBe(203 - 128);
});

test('what the entry holds already, and what is undefined, becomes no attribute', () => {
  const { provider, records } = collectLogRecords();
  const fields = { msg: 'order accepted', gone: undefined, kept: null };
  emitterOf({ loggerProvider: provider }).emit('shop', 9, entryOf({ fields, consumed: new Set(['msg']) }));
  expect(records[0]?.attributes).toEqual({ kept: null });
});

test('keys that the SDK would refuse are kept under another name', () => {
  const { provider, records } = collectLogRecords();
  const fields = JSON.parse('{"":1,"__proto__":{"a":2},"constructor":3}') as Record<string, unknown>;
  emitterOf({ loggerProvider: provider }).emit('shop', 9, entryOf({ fields }));
  expect(records[0]?.attributes).toEqual({ '[""]': 1, '["__proto__"]': { a: 2 }, constructor: 3 });
});

test('a field whose getter throws becomes a marker, and the others are kept', () => {
  const { provider, records } = collectLogRecords();
  const fields = {
    before: 1,
    get total(): number {
      throw new Error('no');
    },
  };
  emitterOf({ loggerProvider: provider }).emit('shop', 9, entryOf({ fields }));
  expect(records[0]?.attributes).toEqual({ before: 1, total: '[Throws]' });
});

const PROCESS_FIELDS = { pid: 12, hostname: 'a.test' };

test('pid and hostname have the names of the conventions', () => {
  const { provider, records } = collectLogRecords();
  emitterOf({ loggerProvider: provider }).emit('shop', 9, entryOf({ fields: PROCESS_FIELDS }));
  expect(records[0]?.attributes).toEqual({ 'process.pid': 12, 'host.name': 'a.test' });
});

test('pid and hostname that repeat the resource are left out, others are kept', () => {
  const { provider, records } = collectLogRecords({ resource: { 'process.pid': 12, 'host.name': 'b.test' } });
  emitterOf({ loggerProvider: provider }).emit('shop', 9, entryOf({ fields: PROCESS_FIELDS }));
  expect(records[0]?.attributes).toEqual({ 'host.name': 'a.test' });
});

test('a given resource is the one that counts', () => {
  const { provider, records } = collectLogRecords({ resource: { 'process.pid': 12 } });
  const resource = { attributes: { 'host.name': 'a.test' } };
  emitterOf({ loggerProvider: provider, resource }).emit('shop', 9, entryOf({ fields: PROCESS_FIELDS }));
  expect(records[0]?.attributes).toEqual({ 'process.pid': 12 });
});

test('a resource that is still being detected is not read', () => {
  const { provider, records } = collectLogRecords();
  const resource = {
    asyncAttributesPending: true,
    get attributes(): Record<string, unknown> {
      throw new Error('read too early');
    },
  };
  emitterOf({ loggerProvider: provider, resource }).emit('shop', 9, entryOf({ fields: PROCESS_FIELDS }));
  expect(records[0]?.attributes).toEqual({ 'process.pid': 12, 'host.name': 'a.test' });
});

const IN_SPAN = trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
const TRACE_FIELDS = { trace_id: TRACE_ID, span_id: SPAN_ID, trace_flags: '01' };

test('the active span is the trace of a record, and fields that repeat it are left out', () => {
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf({ loggerProvider: provider });
  context.with(IN_SPAN, () => emitter.emit('shop', 9, entryOf({ fields: TRACE_FIELDS })));
  expect(records).toMatchObject([{ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, attributes: {} }]);
});

test('the origin of a record that is handed over later is the context and the time of its call', async () => {
  const { provider, records } = collectLogRecords();
  const clock = new ManualClock(NOW);
  const emitter = emitterOf({ loggerProvider: provider }, { clock });
  const origin = context.with(IN_SPAN, () => emitter.origin());
  await clock.advance(2000);
  emitter.emit('shop', 9, entryOf(), origin);
  expect(records).toMatchObject([{ traceId: TRACE_ID, spanId: SPAN_ID, hrTime: NOW_TIME, hrTimeObserved: NOW_TIME }]);
});

test.each([
  ['two hex digits', '01', 1],
  ['a number', 1, 1],
  ['nothing readable', 'yes', 0],
])(
  'where no span is active, the fields of the record are its trace, with flags from %s',
  (_form, flags, traceFlags) => {
    const { provider, records } = collectLogRecords();
    const fields = { ...TRACE_FIELDS, trace_flags: flags };
    emitterOf({ loggerProvider: provider }).emit('shop', 9, entryOf({ fields }));
    expect(records).toMatchObject([{ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags, attributes: {} }]);
  },
);

test.each([
  ['another span than the active one', IN_SPAN, { ...TRACE_FIELDS, span_id: 'ffffffffffffffff' }],
  ['no valid trace', ROOT_CONTEXT, { ...TRACE_FIELDS, trace_id: '0'.repeat(32) }],
  ['half of one', ROOT_CONTEXT, { trace_id: TRACE_ID }],
])('trace fields that name %s stay attributes', (_about, active, fields) => {
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf({ loggerProvider: provider });
  context.with(active, () => emitter.emit('shop', 9, entryOf({ fields })));
  expect(records[0]?.attributes).toEqual(fields);
});

test('nothing is read of a record that nobody wants', () => {
  const { provider, records } = collectLogRecords({ enabled: ({ severityNumber = 0 }) => severityNumber >= 13 });
  const emitter = emitterOf({ loggerProvider: provider });
  const refuse = (): never => {
    throw new Error('was read');
  };
  expect([emitter.emit('shop', 9, refuse), emitter.emit('shop', 13, entryOf())]).toEqual(['disabled', 'emitted']);
  expect(records).toHaveLength(1);
  expect(emitter.stats()).toEqual({ emitted: 1, disabled: 1, withoutProvider: 0, looped: 0, failed: 0 });
});

test('after the shutdown of the provider records are counted', async () => {
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf({ loggerProvider: provider });
  emitter.emit('shop', 9, entryOf());
  await provider.shutdown();
  emitter.emit('shop', 9, entryOf());
  expect(records).toHaveLength(1);
  expect(emitter.stats()).toEqual({ emitted: 1, disabled: 1, withoutProvider: 0, looped: 0, failed: 0 });
});

test('the global provider is found when it is registered, and records before it are counted and said once', () => {
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf(undefined);
  emitter.emit('shop', 9, entryOf({ body: 'early' }));
  emitter.emit('shop', 9, entryOf({ body: 'early' }));
  logs.setGlobalLoggerProvider(provider);
  emitter.emit('shop', 9, entryOf({ body: 'in time' }));
  expect(records.map(({ body }) => body)).toEqual(['in time']);
  expect(emitter.stats()).toEqual({ emitted: 1, disabled: 0, withoutProvider: 2, looped: 0, failed: 0 });
  expect(diagnostics.messages).toEqual([
    'warn: @logferry/bridge-test: there is no logger provider yet: records are counted and left out until one is registered',
  ]);
});

test('a provider that replaces the first gets the records from then on', () => {
  const first = collectLogRecords();
  const second = collectLogRecords();
  const emitter = emitterOf(undefined);
  logs.setGlobalLoggerProvider(first.provider);
  emitter.emit('shop', 9, entryOf());
  logs.disable();
  logs.setGlobalLoggerProvider(second.provider);
  emitter.emit('shop', 9, entryOf());
  expect([first.records.length, second.records.length]).toEqual([1, 1]);
});

test('a provider of api-logs counts where the API has none, unless it only forwards to the API', () => {
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf(undefined);
  apiLogsGlobal.set(() => markForwarding({ getLogger: () => ({ emit: () => expect.unreachable() }) }));
  expect(emitter.emit('shop', 9, entryOf())).toBe('withoutProvider');
  apiLogsGlobal.set((version) => (version === 1 ? provider : undefined));
  expect(emitter.emit('shop', 9, entryOf())).toBe('emitted');
  expect(records).toHaveLength(1);
});

test('a processor that throws harms nobody, and what it threw is not said', () => {
  const { provider } = collectLogRecords({
    onEmit: () => {
      throw new Error('secret');
    },
  });
  const emitter = emitterOf({ loggerProvider: provider });
  expect(emitter.emit('shop', 9, entryOf())).toBe('failed');
  expect(emitter.emit('shop', 9, entryOf())).toBe('failed');
  expect(diagnostics.messages).toEqual([
    'error: @logferry/bridge-test: a record could not be handed to the logger provider: it threw',
  ]);
});

test('a processor that logs through the same bridge makes no loop', () => {
  const { provider, records } = collectLogRecords({ onEmit: () => void emitter.emit('shop', 9, entryOf()) });
  const emitter: BridgeEmitter = emitterOf({ loggerProvider: provider });
  emitter.emit('shop', 9, entryOf());
  expect(records).toHaveLength(1);
  expect(emitter.stats()).toEqual({ emitted: 1, disabled: 0, withoutProvider: 0, looped: 1, failed: 0 });
});

test('what runs under suppressed tracing, as exporters do, makes no loop', () => {
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf({ loggerProvider: provider });
  const key = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
  context.with(ROOT_CONTEXT.setValue(key, true), () => emitter.emit('shop', 9, entryOf()));
  expect(records).toEqual([]);
  expect(emitter.stats().looped).toBe(1);
});

/** A bridge that guards later work, without a context manager, into a processor that logs through it a turn after each record. */
function loggingLater(): { readonly emitter: BridgeEmitter; readonly settled: () => Promise<readonly string[]> } {
  context.disable();
  const later: Promise<string>[] = [];
  const { provider } = collectLogRecords({
    onEmit: () => void later.push(immediate().then(() => emitter.emit('shop', 9, entryOf()))),
  });
  const emitter: BridgeEmitter = emitterOf({ loggerProvider: provider }, { guardsLaterWork: true });
  return {
    emitter,
    async settled() {
      let known = 0;
      while (known < later.length && known < 100) {
        known = later.length;
        await Promise.all(later);
      }
      return await Promise.all(later);
    },
  };
}

function immediate(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test('a bridge that guards later work tells what a record started from what the application does meanwhile', async () => {
  const { emitter, settled } = loggingLater();
  const own = immediate().then(() => emitter.emit('shop', 9, entryOf()));
  expect(emitter.emit('shop', 9, entryOf())).toBe('emitted');
  expect([await own, ...(await settled())]).toEqual(['emitted', 'looped', 'looped']);
});

test('a bridge that guards later work knows what a call of an exporter does, until a while after its end', () => {
  context.disable();
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf({ loggerProvider: provider }, { guardsLaterWork: true });
  const call = (isRecent: boolean): string =>
    exporterWork.run({ isRecent: () => isRecent }, () => emitter.emit('shop', 9, entryOf()));
  expect([call(true), call(false)]).toEqual(['looped', 'emitted']);
  expect(records).toHaveLength(1);
});

test('what several records of one turn start makes one round at most', async () => {
  const { emitter, settled } = loggingLater();
  for (let record = 0; record < 3; record += 1) emitter.emit('shop', 9, entryOf());
  expect((await settled()).toSorted()).toEqual(['emitted', 'emitted', 'looped', 'looped', 'looped']);
});

test('the field by which a logger names an event is the event of the record', () => {
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf({ loggerProvider: provider });
  emitter.emit('shop', 9, entryOf({ fields: { 'otel.event.name': 'order.accepted', order: 1 } }));
  emitter.emit('shop', 9, entryOf({ fields: { 'otel.event.name': 7 } }));
  expect(records).toMatchObject([
    { eventName: 'order.accepted', attributes: { order: 1 } },
    { eventName: undefined, attributes: { 'otel.event.name': 7 } },
  ]);
});

test('a bridge knows whether its records go where those of the global go', () => {
  const { provider } = collectLogRecords();
  const other = collectLogRecords().provider;
  logs.setGlobalLoggerProvider(provider);
  const given = [undefined, { loggerProvider: provider }, { loggerProvider: other }];
  expect(given.map((options) => emitterOf(options).isGlobal())).toEqual([true, true, false]);
  apiLogsGlobal.set(() => other);
  expect(emitterOf({ loggerProvider: other }).isGlobal()).toBe(true);
  const receives = (): boolean[] => given.map((options) => emitterOf(options).receivesApiLogs());
  expect(receives()).toEqual([false, false, true]);
  apiLogsGlobal.set(() => markForwarding({ getLogger: () => ({ emit: () => expect.unreachable() }) }));
  expect(receives()).toEqual([true, true, false]);
  apiLogsGlobal.remove();
  expect(receives()).toEqual([false, false, false]);
});

test('names that come from data do not grow the provider without bound', () => {
  const { provider, records } = collectLogRecords();
  const emitter = emitterOf({ loggerProvider: provider });
  for (let index = 0; index < 1005; index += 1) emitter.emit(`user-${index}`, 9, entryOf());
  emitter.emit('user-0', 9, entryOf());
  expect(new Set(records.map(({ scope }) => scope)).size).toBe(1001);
  expect(records.at(-2)).toMatchObject({ scope: '@logferry/bridge-test', attributes: { 'logger.name': 'user-1004' } });
  expect(records.at(-1)).toMatchObject({ scope: 'user-0', attributes: {} });
});

test('what is said once is said once, however much time goes by', async () => {
  const clock = new ManualClock(NOW);
  const emitter = emitterOf(undefined, { clock });
  emitter.warnOnce('another instrumentation is active');
  await clock.advance(1e9);
  emitter.warnOnce('another instrumentation is active');
  expect(diagnostics.messages).toEqual(['warn: @logferry/bridge-test: another instrumentation is active']);
});
