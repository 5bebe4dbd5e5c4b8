// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { expect, it } from 'vitest';

import { anonymized } from '../test-doubles/collecting-processor.ts';
import { expectRedacted } from './index.ts';

function message(received: unknown, options?: Parameters<typeof expectRedacted>[1]): string {
  try {
    expectRedacted(received, options);
  } catch (error) {
    return (error as Error).message;
  }
  return 'passed';
}

it('passes what the processor hands on', () => {
  const { record } = anonymized(
    testRecord({ body: { to: 'jane@example.com', [`k jane@example.com`]: new Map([['pin', 887_711]]) } }),
  );
  expect(message(record, { without: ['jane', '887711'] })).toBe('passed');
});

it('names places and entities, and no value', () => {
  const error = message(
    { a: [{ note: 'to jane@example.com' }], 'Jane Doe': Buffer.from('Jane Doe'), list: new Set([4711]) },
    { without: ['Jane Doe', '4711'] },
  );
  expect(error).toBe(
    'it is not redacted: a text that must not be there is at a key of $; a text that must not be there is at $.*; ' +
      'a text that must not be there is at $.list[0]; the policy still finds email, 1 times',
  );
});
