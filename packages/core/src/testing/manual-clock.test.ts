// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { systemClock } from '../index.ts';
import { ManualClock } from './index.ts';

test('timers fire in order of their time, and promises run between them', async () => {
  const clock = new ManualClock();
  const log: string[] = [];
  clock.setTimer(() => void log.push(`second at ${clock.monotonicMillis()}`), 20);
  clock.setTimer(() => {
    log.push(`first at ${clock.monotonicMillis()}`);
    void Promise.resolve().then(() => void log.push('promise'));
  }, 10);
  const cancelled = clock.setTimer(() => void log.push('never'), 15);
  cancelled.cancel();
  await clock.advance(19);
  expect(log).toEqual(['first at 10', 'promise']);
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(1);
  expect(log).toEqual(['first at 10', 'promise', 'second at 20']);
});

test('the wall clock jumps without moving a timer', async () => {
  const clock = new ManualClock(1000);
  let fired = false;
  clock.setTimer(() => {
    fired = true;
  }, 10);
  clock.jumpWall(86_400_000);
  await clock.advance(9);
  expect([clock.wallMillis(), clock.monotonicMillis(), fired]).toEqual([86_401_009, 9, false]);
});

test('a timer of the system clock fires, and a delay above 2^31 ms does not fire at once', async () => {
  let early = false;
  const far = systemClock.setTimer(() => {
    early = true;
  }, 2 ** 40);
  const keepAlive = setTimeout(() => {}, 10_000);
  await new Promise<void>((resolve) => {
    systemClock.setTimer(resolve, 5);
  });
  clearTimeout(keepAlive);
  far.cancel();
  expect(early).toBe(false);
});
