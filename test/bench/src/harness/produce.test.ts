// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { BURST_RECORDS, produce } from './produce.ts';
import { Window } from './window.ts';

test('every record is logged once and in order, and never more are outstanding than the window allows', async () => {
  const limit = 3 * BURST_RECORDS;
  const window = new Window(limit);
  const logged: number[] = [];
  let outstanding = 0;
  let mostOutstanding = 0;
  const deliverLater = (): void => {
    const records = outstanding;
    outstanding = 0;
    window.delivered(records);
  };
  const pipeline = {
    log(sequence: number): void {
      window.logged();
      logged.push(sequence);
      outstanding += 1;
      mostOutstanding = Math.max(mostOutstanding, outstanding);
      if (outstanding === limit) setTimeout(deliverLater, 1);
    },
    room: () => window.room(),
    finish: () => Promise.resolve(),
  };
  await produce(pipeline, 10 * BURST_RECORDS + 7);
  expect(logged).toEqual(Array.from({ length: 10 * BURST_RECORDS + 7 }, (_, index) => index));
  expect(mostOutstanding).toBe(limit);
});

test('a window that could never take a burst is refused', () => {
  expect(() => new Window(BURST_RECORDS)).toThrow(
    `limit must be at least ${2 * BURST_RECORDS}; it is ${BURST_RECORDS}`,
  );
});
