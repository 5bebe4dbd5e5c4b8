// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { withinDeadline } from './index.ts';
import { ManualClock } from './testing/index.ts';

test('a value in time is passed on and its timer is cancelled', async () => {
  const clock = new ManualClock();
  expect(await withinDeadline(Promise.resolve(7), 100, clock)).toEqual({ kind: 'settled', value: 7 });
  expect(clock.pendingTimers).toBe(0);
});

test('a promise that takes too long expires', async () => {
  const clock = new ManualClock();
  const result = withinDeadline(new Promise(() => {}), 100, clock);
  await clock.advance(100);
  expect(await result).toEqual({ kind: 'expired' });
});

test('a rejection in time is passed on; a late one is nobody’s unhandled rejection', async () => {
  const clock = new ManualClock();
  await expect(withinDeadline(Promise.reject(new Error('no')), 100, clock)).rejects.toThrow('no');
  let reject!: (error: Error) => void;
  const late = withinDeadline(
    new Promise((_, rejectPromise) => {
      reject = rejectPromise;
    }),
    100,
    clock,
  );
  await clock.advance(100);
  reject(new Error('late'));
  expect(await late).toEqual({ kind: 'expired' });
});

test('Infinity waits without a timer', async () => {
  const clock = new ManualClock();
  expect(await withinDeadline(Promise.resolve('x'), Infinity, clock)).toEqual({ kind: 'settled', value: 'x' });
});
