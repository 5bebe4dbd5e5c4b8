// SPDX-License-Identifier: Apache-2.0
import { Diagnostics, Environment } from '@logferry/core';
import { ManualClock } from '@logferry/core/testing';
import { expect, test } from 'vitest';

import { queueBounds, QueueRoom } from './queue-room.ts';

interface Setup {
  readonly clock: ManualClock;
  readonly room: QueueRoom;
  readonly queue: { queued: number; queuedBytes: number };
}

function setup(): Setup {
  const clock = new ManualClock();
  const queue = { queued: 0, queuedBytes: 0 };
  const bounds = { maxQueueSize: 100, maxQueueBytes: 1000 };
  const room = new QueueRoom({ processor: { stats: () => queue }, bounds, timeoutMillis: 5000, clock });
  return { clock, room, queue };
}

/** Whether a wait has ended by now. */
async function hasEnded(wait: Promise<void> | undefined): Promise<boolean> {
  return (await Promise.race([wait?.then(() => true), Promise.resolve(false).then((value) => value)])) === true;
}

test.each([
  ['records', { queued: 50, queuedBytes: 0 }],
  ['bytes', { queued: 1, queuedBytes: 500 }],
])('a queue that is half full of %s has no room until something leaves it', async (_about, full) => {
  const { clock, room, queue } = setup();
  expect(room.wait()).toBeUndefined();
  Object.assign(queue, full);
  const wait = room.wait();
  await clock.advance(100);
  expect(await hasEnded(wait)).toBe(false);
  Object.assign(queue, { queued: 0, queuedBytes: 0 });
  await clock.advance(10);
  await wait;
  expect(room.wait()).toBeUndefined();
});

test('waiting goes on for as long as the queue shrinks', async () => {
  const { clock, room, queue } = setup();
  queue.queued = 90;
  let isOver = false;
  const wait = room.wait()?.then(() => {
    isOver = true;
  });
  for (; queue.queued > 50; queue.queued -= 1) await clock.advance(4900);
  expect(isOver).toBe(false);
  queue.queued = 49;
  await clock.advance(10);
  await wait;
});

test('where nothing leaves the queue waiting is given up until there is room again', async () => {
  const { clock, room, queue } = setup();
  queue.queued = 80;
  const wait = room.wait();
  await clock.advance(5100);
  await wait;
  expect(room.wait()).toBeUndefined();
  queue.queued = 10;
  expect(room.wait()).toBeUndefined();
  queue.queued = 80;
  expect(room.wait()).toBeInstanceOf(Promise);
});

test('the bounds are those of the processor', () => {
  const environment = new Environment({ OTEL_BLRP_MAX_QUEUE_SIZE: '500' }, new Diagnostics('test'));
  const without = new Environment({}, new Diagnostics('test'));
  expect(queueBounds({}, without)).toEqual({ maxQueueSize: 131_072, maxQueueBytes: 67_108_864 });
  expect(queueBounds({ maxQueueBytes: 7 }, environment)).toEqual({ maxQueueSize: 500, maxQueueBytes: 7 });
  expect(queueBounds({ maxQueueSize: 9 }, environment)).toEqual({ maxQueueSize: 9, maxQueueBytes: 67_108_864 });
});
