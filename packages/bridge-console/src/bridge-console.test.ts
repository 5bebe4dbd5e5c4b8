// SPDX-License-Identifier: Apache-2.0
import { Console } from 'node:console';
import { Writable } from 'node:stream';

import { type CollectedLogRecords, type CollectedLogRecordsOptions, collectLogRecords } from '@logferry-test/support';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { describe, expect, test } from 'vitest';

import { bridgeConsole, type ConsoleBridge, type ConsoleBridgeOptions } from './bridge-console.ts';

interface Bridged extends Pick<CollectedLogRecords, 'records'> {
  readonly target: Console;
  readonly bridge: ConsoleBridge;
  /** What was printed since the last call. */
  readonly printed: () => string;
}

function printing(): { readonly target: Console; readonly printed: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      text += chunk.toString();
      callback();
    },
  });
  return {
    target: new Console(stream),
    printed() {
      const printed = text;
      text = '';
      return printed;
    },
  };
}

function bridged(given: ConsoleBridgeOptions = {}, collected: CollectedLogRecordsOptions = {}): Bridged {
  const { provider, records } = collectLogRecords(collected);
  const { target, printed } = printing();
  const bridge = bridgeConsole({ console: target, loggerProvider: provider, ...given });
  return { target, bridge, records, printed };
}

function failure(message: string, fields: object = {}, options: ErrorOptions = {}): Error {
  return Object.assign(new TypeError(message, options), { stack: `TypeError: ${message}\n    at a.js:1:1` }, fields);
}

const FAILURE_ATTRIBUTES = {
  'exception.type': 'TypeError',
  'exception.message': 'no route',
  'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1',
};

test('each method is a record of its level, and prints as before', () => {
  const { target, records, bridge, printed } = bridged();
  target.debug('a');
  target.log('b');
  target.info('c');
  target.warn('d');
  target.error('e');
  target.dir({ f: 1 }, { depth: 0 });
  expect(
    records.map(({ scope, body, severityText, severityNumber }) => [scope, body, severityText, severityNumber]),
  ).toEqual([
    ['console', 'a', 'debug', 5],
    ['console', 'b', 'info', 9],
    ['console', 'c', 'info', 9],
    ['console', 'd', 'warn', 13],
    ['console', 'e', 'error', 17],
    ['console', '{ f: 1 }', 'info', 9],
  ]);
  expect(printed()).toBe('a\nb\nc\nd\ne\n{ f: 1 }\n');
  expect(bridge.stats()).toEqual({ emitted: 6, disabled: 0, withoutProvider: 0, looped: 0, failed: 0 });
});

test('console.trace is one record, with the stack of its caller', () => {
  const { target, records, printed } = bridged();
  function caller(): void {
    target.trace('here');
  }
  caller();
  expect(records).toMatchObject([{ body: 'here', severityNumber: 1, severityText: 'trace' }]);
  expect(String(records[0]?.attributes['code.stacktrace'])).toMatch(/^ {4}at caller \(.*bridge-console\.test\.ts:/);
  expect(printed()).toMatch(/^Trace: here\n/);
});

test('methods that print through others are one record each', () => {
  const { target, records } = bridged();
  target.assert(false, 'no %s', 'stock');
  target.assert(true, 'not this');
  target.count('orders');
  target.table([{ a: 1 }]);
  expect(records.map(({ severityText }) => severityText)).toEqual(['warn', 'info', 'info']);
  expect(records[0]?.body).toBe('Assertion failed: no stock');
  expect(records[1]?.body).toBe('orders: 1');
});

describe('arguments', () => {
  test.each<[string, unknown[], string, object]>([
    ['text', ['order accepted'], 'order accepted', {}],
    ['several texts and numbers', ['a', 1, true, null, undefined, 7n], 'a 1 true null undefined 7n', {}],
    ['a plain object', ['order', { id: 42, nested: { a: [1] } }], 'order', { id: 42, nested: { a: [1] } }],
    ['several objects', ['x', { a: 1 }, { b: 2 }], 'x', { a: 1, b: 2 }],
    [
      'objects with the same key',
      ['x', { a: 1 }, { a: 2, b: 3 }],
      'x',
      { a: 1, 'console.arguments': [{ a: 2, b: 3 }] },
    ],
    ['an object alone', [{ id: 42 }], '{ id: 42 }', { id: 42 }],
    ['an array', ['x', [1, 2]], 'x', { 'console.arguments': [[1, 2]] }],
    [
      'a Map and a Date',
      ['x', new Map([['a', 1]]), new Date(0)],
      'x',
      { 'console.arguments': [{ a: 1 }, '1970-01-01T00:00:00.000Z'] },
    ],
    ['a URL', ['x', new URL('https://a.test/')], 'x', { 'console.arguments': ['https://a.test/'] }],
    ['a function', ['x', function pay() {}], 'x', { 'console.arguments': ['[Function pay]'] }],
    ['nothing', [], '', {}],
    [
      'specifiers',
      ['%s has %d of %i, %f, %j', 'ann', 5, 7.9, 1.5, { a: 1 }],
      'ann has 5 of 7, 1.5, {"a":1}',
      { 'console.arguments': ['ann', 5, 7.9, 1.5, { a: 1 }] },
    ],
    ['a specifier, and more than it takes', ['%s:', 'a', 'b', { c: 1 }], 'a: b', { c: 1, 'console.arguments': ['a'] }],
    ['fewer arguments than specifiers', ['%s and %s', 'a'], 'a and %s', { 'console.arguments': ['a'] }],
    ['a style', ['%cstyled', 'color: red'], 'styled', { 'console.arguments': ['color: red'] }],
    ['an escaped percent', ['100%% of %s', 'a'], '100% of a', { 'console.arguments': ['a'] }],
    ['a percent that is none', ['100% sure', { a: 1 }], '100% sure', { a: 1 }],
  ])('%s', (_about, args, body, attributes) => {
    const { target, records } = bridged();
    target.log(...args);
    expect([records[0]?.body, records[0]?.attributes]).toEqual([body, attributes]);
  });

  test.each<[string, (error: Error) => unknown[], string]>([
    ['alone', (error) => [error], 'no route'],
    ['after a text', (error) => ['payment failed', error], 'payment failed'],
    ['before a text', (error) => [error, 'payment failed'], 'payment failed'],
  ])('an error %s becomes an exception', (_place, args, body) => {
    const { target, records, printed } = bridged();
    target.error(...args(failure('no route', { code: 7 }, { cause: failure('no line') })));
    expect([records[0]?.body, records[0]?.attributes]).toEqual([
      body,
      {
        ...FAILURE_ATTRIBUTES,
        'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1\nCaused by: TypeError: no line\n    at a.js:1:1',
        'exception.code': 7,
      },
    ]);
    expect(printed()).toContain('no route');
  });

  test('an error that a specifier takes is an exception as well', () => {
    const { target, records } = bridged();
    target.error('failed: %s', failure('no route'), { order: 42 });
    expect(records[0]?.body).toMatch(/^failed: TypeError: no route/);
    expect(records[0]?.attributes).toEqual({ ...FAILURE_ATTRIBUTES, order: 42 });
  });

  test('errors after the first are kept', () => {
    const { target, records } = bridged();
    target.error(failure('no route'), failure('no line'));
    expect(records[0]?.attributes).toEqual({
      ...FAILURE_ATTRIBUTES,
      'console.arguments': [{ name: 'TypeError', message: 'no line', stack: 'TypeError: no line\n    at a.js:1:1' }],
    });
  });

  test('values whose members throw harm nobody', () => {
    const { target, records } = bridged({ output: 'replace' });
    const refuse = (): never => {
      throw new Error('no');
    };
    const throwing = Object.defineProperty({ a: 1 }, 'b', { get: refuse, enumerable: true });
    target.log('x', throwing, new Proxy({}, { ownKeys: refuse, getPrototypeOf: refuse }), { toString: refuse });
    expect(records).toMatchObject([
      { body: 'x', attributes: { a: 1, b: '[Throws]', 'console.arguments': ['[Throws]'] } },
    ]);
  });
});

test('the active span is the trace', () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { target, records } = bridged();
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => target.log('x'));
  context.disable();
  expect(records).toMatchObject([span]);
});

describe('output', () => {
  test('replaced, the console prints nothing of what became a record', () => {
    const { target, records, printed } = bridged({ output: 'replace', name: 'shop' });
    target.log('x');
    target.trace('y');
    expect(records.map(({ scope, body }) => [scope, body])).toEqual([
      ['shop', 'x'],
      ['shop', 'y'],
    ]);
    expect(printed()).toBe('');
  });

  test('replaced, the console still prints what could not become a record', () => {
    const { target, printed } = printing();
    const bridge = bridgeConsole({ console: target, output: 'replace' });
    target.log('nobody listens');
    expect(printed()).toBe('nobody listens\n');
    expect(bridge.stats().withoutProvider).toBe(1);
  });

  test('an unknown one is refused, and the console stays', () => {
    const { target } = printing();
    const before = { ...target };
    expect(() => bridgeConsole({ console: target, output: 'both' as never })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: "output must be one of 'keep', 'replace'; it is \"both\"",
      }),
    );
    expect({ ...target }).toEqual(before);
  });
});

describe('what handles records may print', () => {
  test('at once: it is printed, and makes no record', () => {
    const { target, printed } = printing();
    const { provider, records } = collectLogRecords({
      onEmit: (record) => target.log(`exported ${record.body as string}`),
    });
    const bridge = bridgeConsole({ console: target, loggerProvider: provider, output: 'replace' });
    target.log('one');
    target.log('two');
    expect(records.map(({ body }) => body)).toEqual(['one', 'two']);
    expect(printed()).toBe('exported one\nexported two\n');
    expect(bridge.stats().looped).toBe(2);
  });

  test('later, from a timer and a promise, without a context manager: no loop', async () => {
    const { target, printed } = printing();
    const work: Promise<void>[] = [];
    const { provider, records } = collectLogRecords({
      onEmit() {
        work.push(
          new Promise((resolve) => {
            setTimeout(() => {
              target.error('export failed');
              resolve();
            }, 1);
          }),
        );
      },
    });
    const bridge = bridgeConsole({ console: target, loggerProvider: provider });
    const own = new Promise<void>((resolve) => {
      setTimeout(() => {
        target.log('own');
        resolve();
      }, 1);
    });
    target.log('one');
    await own;
    await Promise.all(work);
    expect(records.map(({ body }) => body)).toEqual(['one', 'own']);
    expect(printed().split('\n').toSorted()).toEqual(['', 'export failed', 'export failed', 'one', 'own']);
    expect(bridge.stats()).toMatchObject({ emitted: 2, looped: 2 });
  });
});

describe('restoring', () => {
  test('puts the methods back', () => {
    const { target } = printing();
    const before = { ...target };
    const { provider, records } = collectLogRecords();
    const bridge = bridgeConsole({ console: target, loggerProvider: provider });
    expect({ ...target }).not.toEqual(before);
    bridge.restore();
    target.log('x');
    expect({ ...target }).toEqual(before);
    expect(records).toEqual([]);
    bridge.restore();
  });

  test('leaves a method that somebody replaced since, and only prints behind it', () => {
    const { target, bridge, records, printed } = bridged();
    const ours = target.log;
    const theirs = (...args: unknown[]): void => ours('theirs', ...args);
    target.log = theirs;
    bridge.restore();
    target.log('x');
    expect(target.log).toBe(theirs);
    expect(printed()).toBe('theirs x\n');
    expect(records).toEqual([]);
  });
});
