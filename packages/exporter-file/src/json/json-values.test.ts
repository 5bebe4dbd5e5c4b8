// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { attributes, lineOf } from '../test-support/flat-lines.ts';

describe('values that JSON lacks', () => {
  it('are written in the documented form', () => {
    expect(
      attributes({
        nan: NaN,
        infinite: -Infinity,
        small: 9_007_199_254_740_991n,
        large: 9_007_199_254_740_993n,
        date: new Date(0),
        bytes: Buffer.from('hello'),
        map: new Map<string, unknown>([['a', new Map([[{}, 1]])]]),
        set: new Set([1, 'b']),
        url: new URL('http://h/p'),
        expression: /a/g,
        missing: undefined,
      }),
    ).toStrictEqual({
      nan: 'NaN',
      infinite: '-Infinity',
      small: 9_007_199_254_740_991,
      large: '9007199254740993',
      date: '1970-01-01T00:00:00.000Z',
      bytes: 'aGVsbG8=',
      map: { a: [[{}, 1]] },
      set: [1, 'b'],
      url: 'http://h/p',
      expression: '/a/g',
      missing: null,
    });
    expect(lineOf({ body: -0 })).toContain('"message":-0,');
  });

  it('errors keep their type, message, stack and whole cause chain', () => {
    const root = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', stack: 'root stack' });
    const middle = Object.assign(new TypeError('no peer', { cause: root }), { stack: 'middle stack' });
    const top = Object.assign(new AggregateError([middle, 'text'], 'all failed', { cause: middle }), {
      stack: 'top stack',
    });
    const chain = {
      type: 'TypeError',
      message: 'no peer',
      stack: 'middle stack',
      cause: { type: 'Error', message: 'refused', stack: 'root stack', code: 'ECONNREFUSED' },
    };
    expect(attributes({ error: top })).toStrictEqual({
      error: {
        type: 'AggregateError',
        message: 'all failed',
        stack: 'top stack',
        cause: chain,
        errors: [chain, 'text'],
      },
    });
  });

  it('that contain themselves, throw or are too deep are markers', () => {
    const cycle: Record<string, unknown> = { n: 1 };
    cycle['self'] = cycle;
    const throwing = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('secret');
      },
    });
    let deep: unknown = 'end';
    for (let level = 0; level < 60; level += 1) deep = [deep];
    const found = attributes({ cycle, throwing, deep }) as Record<string, unknown>;
    expect(found).toMatchObject({ cycle: { n: 1, self: '[Circular]' }, throwing: { x: '[Throws]' } });
    expect(JSON.stringify(found['deep'])).toContain('[MaxDepth]');
  });
});
