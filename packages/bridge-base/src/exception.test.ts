// SPDX-License-Identifier: Apache-2.0
import { runInNewContext } from 'node:vm';

import { expect, test } from 'vitest';

import { exceptionAttributes, isErrorLike, rememberError } from './exception.ts';

function withStack<T extends object>(error: T, stack: string): T {
  return Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
}

test('an error gives its class, message and trace', () => {
  const error = withStack(new TypeError('no route'), 'TypeError: no route\n    at a.js:1:1');
  expect(exceptionAttributes(error)).toEqual({
    'exception.type': 'TypeError',
    'exception.message': 'no route',
    'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1',
  });
});

class DeclinedError extends Error {}
class NamedError extends Error {
  override readonly name = 'PaymentDeclined';
}
class PrototypeNamedError extends Error {}
PrototypeNamedError.prototype.name = 'Renamed';

test.each<[string, object, string]>([
  ['a class that sets no name', new DeclinedError('x'), 'DeclinedError'],
  ['a class whose instances have a name', new NamedError('x'), 'PaymentDeclined'],
  ['a class whose prototype has a name', new PrototypeNamedError('x'), 'Renamed'],
  ['a system error with a code', Object.assign(new Error('x'), { code: 'ENOENT' }), 'Error'],
  ['an aggregate', new AggregateError([], 'x'), 'AggregateError'],
  ['a DOMException', new DOMException('x', 'TimeoutError'), 'TimeoutError'],
  ['an error of another realm', runInNewContext('new RangeError("x")') as object, 'RangeError'],
  ['the serialised form of some loggers', { type: 'DeclinedError', message: 'x', stack: 'y' }, 'DeclinedError'],
  ['another serialised form', { name: 'DeclinedError', message: 'x', stack: 'y' }, 'DeclinedError'],
])('%s names the type', (_about, error, type) => {
  expect(exceptionAttributes(error)['exception.type']).toBe(type);
});

test('the trace goes on with each cause', () => {
  const root = withStack(new Error('root'), 'Error: root\n    at c.js:3:1');
  const middle = withStack(new Error('middle', { cause: root }), 'Error: middle\n    at b.js:2:1');
  const error = withStack(new Error('top', { cause: middle }), 'Error: top\n    at a.js:1:1');
  expect(exceptionAttributes(error)['exception.stacktrace']).toBe(
    [
      'Error: top',
      '    at a.js:1:1',
      'Caused by: Error: middle',
      '    at b.js:2:1',
      'Caused by: Error: root',
      '    at c.js:3:1',
    ].join('\n'),
  );
});

test.each<[string, unknown, string]>([
  ['a text', 'disk full', 'Caused by: disk full'],
  ['a plain object', { code: 7 }, 'Caused by: {"code":7}'],
  ['null', null, 'Caused by: null'],
  ['a bigint', 7n, 'Caused by: 7'],
])('a cause that is %s is kept', (_about, cause, line) => {
  const error = withStack(new Error('top', { cause }), 'Error: top');
  expect(exceptionAttributes(error)['exception.stacktrace']).toBe(`Error: top\n${line}`);
});

test('the members of an AggregateError are in the trace, each with its causes', () => {
  const root = withStack(new Error('root'), 'Error: root');
  const first = withStack(new Error('first', { cause: root }), 'Error: first\n    at a.js:1:1');
  const error = withStack(new AggregateError([first, 'second'], 'all failed'), 'AggregateError: all failed');
  expect(exceptionAttributes(error)).toEqual({
    'exception.type': 'AggregateError',
    'exception.message': 'all failed',
    'exception.stacktrace': [
      'AggregateError: all failed',
      '    [errors.0] Error: first',
      '        at a.js:1:1',
      '    Caused by: Error: root',
      '    [errors.1] second',
    ].join('\n'),
  });
});

test('findings that are no errors stay a field, as validation errors have them', () => {
  const error = withStack(Object.assign(new Error('invalid'), { errors: [{ path: 'name' }] }), 'Error: invalid');
  expect(exceptionAttributes(error)).toEqual({
    'exception.type': 'Error',
    'exception.message': 'invalid',
    'exception.stacktrace': 'Error: invalid',
    'exception.errors': [{ path: 'name' }],
  });
});

test('own fields are attributes, also those that have the name of an attribute of exceptions', () => {
  const fields = { code: 'E_DECLINED', limit: 10n, type: 'card', at: new Date(0), nested: { a: new Map([['b', 1]]) } };
  expect(exceptionAttributes(withStack(Object.assign(new Error('x'), fields), 's'))).toEqual({
    'exception.type': 'Error',
    'exception.message': 'x',
    'exception.stacktrace': 's',
    'exception.code': 'E_DECLINED',
    'exception.limit': 10,
    'exception.own.type': 'card',
    'exception.at': '1970-01-01T00:00:00.000Z',
    'exception.nested': { a: { b: 1 } },
  });
});

test('causes that go in a circle, and chains without an end, stop', () => {
  const a: Error & { cause?: unknown } = withStack(new Error('a'), 'Error: a');
  const b = withStack(new Error('b', { cause: a }), 'Error: b');
  a.cause = b;
  expect(exceptionAttributes(a)['exception.stacktrace']).toBe('Error: a\nCaused by: Error: b\nCaused by: [Circular]');

  let chain = withStack(new Error('0'), 'Error: 0');
  for (let index = 1; index < 10_000; index += 1)
    chain = withStack(new Error('x', { cause: chain }), `Error: ${index}`);
  const lines = String(exceptionAttributes(chain)['exception.stacktrace']).split('\n');
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([33, 'Error: 9999', 'Caused by: [Truncated]']);
});

test('a trace of megabytes is cut', () => {
  const trace = String(exceptionAttributes(withStack(new Error('x'), 'y'.repeat(5_000_000)))['exception.stacktrace']);
  expect([trace.length, trace.slice(-12)]).toEqual([65_536 + 11, 'y[Truncated]']);
});

test('an error whose members throw loses these only', () => {
  const error = withStack(new Error('x'), 'Error: x');
  const refuse = {
    enumerable: true,
    get(): never {
      throw new Error('no');
    },
  };
  Object.defineProperties(error, { message: refuse, cause: refuse, detail: refuse });
  expect(exceptionAttributes(error)).toEqual({
    'exception.type': 'Error',
    'exception.message': '[Throws]',
    'exception.stacktrace': 'Error: x\nCaused by: [Throws]',
    'exception.detail': '[Throws]',
  });
});

test('an error without a trace has its class and message there', () => {
  expect(exceptionAttributes(withStack(new TypeError('no route'), ''))['exception.stacktrace']).toBe(
    'TypeError: no route',
  );
});

test('the error behind a serialised form is found, and the form looks as before', () => {
  const error = withStack(new DeclinedError('declined', { cause: 'limit' }), 'Error: declined');
  const serialised = rememberError({ message: 'declined', name: 'Error' }, error);
  expect(JSON.stringify(serialised)).toBe('{"message":"declined","name":"Error"}');
  expect(exceptionAttributes(serialised)).toEqual({
    'exception.type': 'DeclinedError',
    'exception.message': 'declined',
    'exception.stacktrace': 'Error: declined\nCaused by: limit',
  });
});

test.each<[string, <T extends object>(form: T) => T]>([
  ['frozen', (form) => Object.freeze(form)],
  ['sealed', (form) => Object.seal(form)],
])('the error behind a serialised form that is %s is found, the one that was remembered last', (_about, close) => {
  const serialised = close({ message: 'declined' });
  expect(isErrorLike(serialised)).toBe(false);
  rememberError(serialised, new Error('before'));
  expect(rememberError(serialised, withStack(new DeclinedError('declined'), 'Error: declined'))).toBe(serialised);
  expect(isErrorLike(serialised)).toBe(true);
  expect(exceptionAttributes(serialised)).toEqual({
    'exception.type': 'DeclinedError',
    'exception.message': 'declined',
    'exception.stacktrace': 'Error: declined',
  });
  expect(JSON.stringify(serialised)).toBe('{"message":"declined"}');
});

test.each<[string, unknown, boolean]>([
  ['an error', new Error('x'), true],
  ['an error of another realm', runInNewContext('new Error("x")'), true],
  ['a DOMException', new DOMException('x'), true],
  ['the serialised form of one', { message: 'x', stack: 'y' }, true],
  ['an object with a message', { message: 'x' }, false],
  ['a text', 'Error: x', false],
  ['null', null, false],
])('%s can stand for an exception or not', (_about, value, expected) => {
  expect(isErrorLike(value)).toBe(expected);
});

test('a hostile proxy is no error and harms nobody', () => {
  const refuse = (): never => {
    throw new Error('no');
  };
  expect(isErrorLike(new Proxy({}, { get: refuse, getPrototypeOf: refuse, has: refuse }))).toBe(false);
});
