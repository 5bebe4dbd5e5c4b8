// SPDX-License-Identifier: Apache-2.0

interface ErrorRecord {
  readonly about: string;
  readonly error: Error;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

class DeclinedError extends Error {
  readonly code = 'E_DECLINED';
  readonly limit = 10n;
}

function withStack<T extends Error>(error: T, stack: string): T {
  return Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
}

const ROOT = withStack(new TypeError('no route'), 'TypeError: no route\n    at route.js:3:1');
const MIDDLE = withStack(new Error('no bank', { cause: ROOT }), 'Error: no bank\n    at bank.js:2:1');
const DECLINED = withStack(new DeclinedError('declined', { cause: MIDDLE }), 'Error: declined\n    at pay.js:1:1');
const SYSTEM = withStack(
  Object.assign(new Error('no such file'), { code: 'ENOENT', errno: -2, syscall: 'open' }),
  'Error: no such file\n    at fs.js:1:1',
);
const SEVERAL = withStack(
  new AggregateError([withStack(new Error('first'), 'Error: first\n    at a.js:1:1'), ROOT], 'all failed'),
  'AggregateError: all failed\n    at all.js:1:1',
);
const CIRCULAR: Error & { cause?: unknown } = withStack(new RangeError('round'), 'RangeError: round');
CIRCULAR.cause = withStack(new Error('and', { cause: CIRCULAR }), 'Error: and');
Object.defineProperty(CIRCULAR, 'cause', { enumerable: false });

export const ERROR_RECORDS: readonly ErrorRecord[] = [
  {
    about: 'an error',
    error: ROOT,
    fields: { order: 42 },
    attributes: {
      'exception.type': 'TypeError',
      'exception.message': 'no route',
      'exception.stacktrace': 'TypeError: no route\n    at route.js:3:1',
      order: 42,
    },
  },
  {
    about: 'an error of a class, with causes and own fields',
    error: DECLINED,
    fields: { order: 42 },
    attributes: {
      'exception.type': 'DeclinedError',
      'exception.message': 'declined',
      'exception.stacktrace':
        'Error: declined\n    at pay.js:1:1\nCaused by: Error: no bank\n    at bank.js:2:1\nCaused by: TypeError: no route\n    at route.js:3:1',
      'exception.code': 'E_DECLINED',
      'exception.limit': 10,
      order: 42,
    },
  },
  {
    about: 'an error of the system, whose code is not its type',
    error: SYSTEM,
    fields: {},
    attributes: {
      'exception.type': 'Error',
      'exception.message': 'no such file',
      'exception.stacktrace': 'Error: no such file\n    at fs.js:1:1',
      'exception.code': 'ENOENT',
      'exception.errno': -2,
      'exception.syscall': 'open',
    },
  },
  {
    about: 'several errors in one',
    error: SEVERAL,
    fields: {},
    attributes: {
      'exception.type': 'AggregateError',
      'exception.message': 'all failed',
      'exception.stacktrace':
        'AggregateError: all failed\n    at all.js:1:1\n    [errors.0] Error: first\n        at a.js:1:1\n    [errors.1] TypeError: no route\n        at route.js:3:1',
    },
  },
  {
    about: 'causes that go in a circle',
    error: CIRCULAR,
    fields: {},
    attributes: {
      'exception.type': 'RangeError',
      'exception.message': 'round',
      'exception.stacktrace': 'RangeError: round\nCaused by: Error: and\nCaused by: [Circular]',
    },
  },
];
