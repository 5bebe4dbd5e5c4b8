// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { type DestinationAccount, problemsOf } from './accounting.ts';

const account: DestinationAccount = {
  name: 'files',
  emitted: 10,
  delivered: 7,
  queued: 0,
  dropped: { queue_full: 2, rejected: 1 },
  retries: 3,
  bytes: 1000,
  arrived: 7,
};

test('an account that adds up has no problem', () => {
  expect(problemsOf(account)).toEqual([]);
  expect(problemsOf({ ...account, arrived: undefined })).toEqual([]);
});

test('a record that is in no column is a problem', () => {
  expect(problemsOf({ ...account, emitted: 11 })).toEqual([
    'files: 11 emitted, but 7 delivered + 0 queued + 3 dropped',
  ]);
});

test('a delivery that the destination did not count is a problem', () => {
  expect(problemsOf({ ...account, arrived: 6 })).toEqual(['files: 7 delivered, but 6 counted at the destination']);
});

test('a record that is still queued at the end is a problem', () => {
  expect(problemsOf({ ...account, delivered: 6, queued: 1, arrived: 6 })).toEqual([
    'files: 1 records are still queued after shutdown',
  ]);
});
