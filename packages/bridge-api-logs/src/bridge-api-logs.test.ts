// SPDX-License-Identifier: Apache-2.0
import { captureDiagnostics, collectLogRecords } from '@logferry-test/support';
import { context, logs, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { logs as apiLogs } from '@opentelemetry/api-logs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { ApiLogsBridge } from './api-logs-bridge.ts';
import { bridgeApi } from './bridge-api.ts';
import { bridgeApiLogs } from './bridge-api-logs.ts';

let diagnostics: ReturnType<typeof captureDiagnostics>;
let bridges: ApiLogsBridge[];

beforeEach(() => {
  diagnostics = captureDiagnostics();
  bridges = [];
});

afterEach(() => {
  for (const bridge of bridges) bridge.uninstall();
  logs.disable();
  apiLogs.disable();
  context.disable();
  diagnostics.stop();
});

function installed(bridge: ApiLogsBridge): ApiLogsBridge {
  bridges.push(bridge);
  return bridge;
}

function failure(message: string, fields: object = {}, options: ErrorOptions = {}): Error {
  return Object.assign(new TypeError(message, options), { stack: `TypeError: ${message}\n    at a.js:1:1` }, fields);
}

// The test file itself has loaded api-logs.
const LATE =
  'warn: @logferry/bridge-api-logs: @opentelemetry/api-logs was loaded before this bridge: loggers that it handed out before stay silent; import @logferry/bridge-api-logs/register first';

describe('from api-logs to the API', () => {
  test('records reach the provider of the API, with logger, time, level, body and attributes as they were', () => {
    const { provider, records } = collectLogRecords();
    const bridge = installed(bridgeApiLogs());
    logs.setGlobalLoggerProvider(provider);
    apiLogs.getLogger('shop', '1.2.3').emit({
      timestamp: [1_767_323_045, 7],
      severityNumber: 9,
      severityText: 'info',
      body: { order: 42 },
      attributes: { tags: ['new'] },
      eventName: 'order.accepted',
    });
    expect(records).toMatchObject([
      {
        scope: 'shop',
        hrTime: [1_767_323_045, 7],
        severityNumber: 9,
        severityText: 'info',
        body: { order: 42 },
        attributes: { tags: ['new'] },
        eventName: 'order.accepted',
      },
    ]);
    expect(bridge.stats()).toEqual({ forwarded: 1, withoutProvider: 0, looped: 0, failed: 0 });
  });

  test('a logger from before the provider reaches it, and what came before is counted and said once', () => {
    const { provider, records } = collectLogRecords();
    const bridge = installed(bridgeApiLogs());
    const logger = apiLogs.getLogger('shop');
    expect(logger.enabled()).toBe(true);
    logger.emit({ body: 'early' });
    logger.emit({ body: 'early' });
    logs.setGlobalLoggerProvider(provider);
    logger.emit({ body: 'in time' });
    expect(records.map(({ body }) => body)).toEqual(['in time']);
    expect(bridge.stats()).toEqual({ forwarded: 1, withoutProvider: 2, looped: 0, failed: 0 });
    expect(diagnostics.messages).toEqual([
      LATE,
      'warn: @logferry/bridge-api-logs: there is no logger provider registered with @opentelemetry/api (logs.setGlobalLoggerProvider): records are counted and left out',
    ]);
  });

  test('the provider says whether it wants a record', () => {
    const { provider } = collectLogRecords({ enabled: ({ severityNumber = 0 }) => severityNumber >= 13 });
    installed(bridgeApiLogs());
    logs.setGlobalLoggerProvider(provider);
    const logger = apiLogs.getLogger('shop');
    expect([logger.enabled({ severityNumber: 9 }), logger.enabled({ severityNumber: 13 })]).toEqual([false, true]);
  });

  test('the active span is the trace', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { provider, records } = collectLogRecords();
    installed(bridgeApiLogs());
    logs.setGlobalLoggerProvider(provider);
    const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => apiLogs.getLogger('shop').emit({ body: 'x' }));
    expect(records).toMatchObject([span]);
  });

  test('an exception keeps its class, causes and fields, and values that the SDK would drop are kept', () => {
    const { provider, records } = collectLogRecords();
    installed(bridgeApiLogs());
    logs.setGlobalLoggerProvider(provider);
    const exception = failure('no route', { code: 'E_ROUTE' }, { cause: failure('no line') });
    const attributes = {
      big: 7n,
      map: new Map([['a', 1]]),
      'exception.message': 'said by hand',
      get total(): number {
        throw new Error('no total');
      },
    } as never;
    apiLogs.getLogger('shop').emit({ exception, attributes });
    expect(records[0]?.attributes).toEqual({
      'exception.type': 'TypeError',
      'exception.message': 'said by hand',
      'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1\nCaused by: TypeError: no line\n    at a.js:1:1',
      'exception.code': 'E_ROUTE',
      big: 7,
      map: { a: 1 },
      total: '[Throws]',
    });
  });

  test('an exception that is a text stays the SDK’s to say', () => {
    const { provider, records } = collectLogRecords();
    installed(bridgeApiLogs());
    logs.setGlobalLoggerProvider(provider);
    apiLogs.getLogger('shop').emit({ exception: 'no route' });
    expect(records[0]?.attributes).toEqual({ 'exception.message': 'no route' });
  });

  test('what handles a record and emits makes no loop, and what it throws stays there', () => {
    const { provider, records } = collectLogRecords({
      onEmit: ({ body }) => {
        apiLogs.getLogger('exporter').emit({ body: 'exporting' });
        if (body === 'bad') throw new Error('secret');
      },
    });
    const bridge = installed(bridgeApiLogs());
    logs.setGlobalLoggerProvider(provider);
    apiLogs.getLogger('shop').emit({ body: 'good' });
    apiLogs.getLogger('shop').emit({ body: 'bad' });
    expect(records.map(({ body }) => body)).toEqual(['good', 'bad']);
    expect(bridge.stats()).toEqual({ forwarded: 1, withoutProvider: 0, looped: 2, failed: 1 });
    expect(diagnostics.messages).toEqual([
      LATE,
      'error: @logferry/bridge-api-logs: a record could not be handed to the logger provider: it threw',
    ]);
  });

  test('a provider that is there already stays, and that is said', () => {
    const own = collectLogRecords();
    const other = collectLogRecords();
    apiLogs.setGlobalLoggerProvider(own.provider);
    logs.setGlobalLoggerProvider(other.provider);
    const bridge = installed(bridgeApiLogs());
    apiLogs.getLogger('shop').emit({ body: 'x' });
    expect([bridge.isInstalled, own.records.length, other.records.length]).toEqual([false, 1, 0]);
    expect(diagnostics.messages).toEqual([
      'warn: @logferry/bridge-api-logs: not installed: another provider is registered with @opentelemetry/api-logs already',
    ]);
  });

  test('the second call returns the first bridge, and after uninstalling the place is free', () => {
    const bridge = installed(bridgeApiLogs());
    expect(bridgeApiLogs()).toBe(bridge);
    bridge.uninstall();
    const { provider, records } = collectLogRecords();
    apiLogs.setGlobalLoggerProvider(provider);
    apiLogs.getLogger('shop').emit({ body: 'x' });
    expect(records).toHaveLength(1);
    bridge.uninstall();
    expect(apiLogs.getLoggerProvider()).toBe(provider);
  });
});

describe('from the API to api-logs', () => {
  test('records reach the provider of api-logs, also through a logger from before', () => {
    const { provider, records } = collectLogRecords();
    const logger = logs.getLogger('early');
    const bridge = installed(bridgeApi());
    logger.emit({ body: 'lost' });
    apiLogs.setGlobalLoggerProvider(provider);
    logger.emit({ body: 'one' });
    logs.getLogger('shop').emit({ body: 'two', exception: failure('no route') });
    expect(records.map(({ scope, body }) => [scope, body])).toEqual([
      ['early', 'one'],
      ['shop', 'two'],
    ]);
    expect(records[1]?.attributes['exception.type']).toBe('TypeError');
    expect(bridge.stats()).toEqual({ forwarded: 2, withoutProvider: 1, looped: 0, failed: 0 });
    expect(diagnostics.messages).toEqual([
      'warn: @logferry/bridge-api-logs: there is no logger provider registered with @opentelemetry/api-logs (logs.setGlobalLoggerProvider): records are counted and left out',
    ]);
  });

  test('a provider that is there already stays', () => {
    const own = collectLogRecords();
    logs.setGlobalLoggerProvider(own.provider);
    const bridge = installed(bridgeApi());
    logs.getLogger('shop').emit({ body: 'x' });
    bridge.uninstall();
    expect([bridge.isInstalled, own.records.length, logs.getLoggerProvider()]).toEqual([false, 1, own.provider]);
    expect(diagnostics.messages.join('\n')).toContain('duplicate registration of API: logs');
  });

  test('both bridges at once make no loop: nobody is there to take the record', () => {
    const there = installed(bridgeApiLogs());
    const back = installed(bridgeApi());
    apiLogs.getLogger('shop').emit({ body: 'x' });
    logs.getLogger('shop').emit({ body: 'x' });
    expect([there.stats().withoutProvider, back.stats().withoutProvider]).toEqual([1, 1]);
  });
});
