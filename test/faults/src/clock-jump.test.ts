// SPDX-License-Identifier: Apache-2.0
import { correctReply, neverAnswer, startHttp2Peer } from '@logferry-test/support';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { allDelivered, openPipeline } from './pipeline.ts';

const DAY_MILLIS = 86_400_000;

/** Moves the wall clock of this process, as an operator or NTP moves the machine's. */
function movableClock(): (millis: number) => void {
  const RealDate = Date;
  let offset = 0;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given: unknown[]) =>
      Reflect.construct(target, given.length === 0 ? [RealDate.now() + offset] : given) as object,
    get: (target, key, receiver) =>
      key === 'now' ? () => RealDate.now() + offset : (Reflect.get(target, key, receiver) as unknown),
  });
  onTestFinished(() => {
    globalThis.Date = RealDate;
  });
  return (millis) => {
    offset += millis;
  };
}

describeFault('the clock jumps by a day', () => {
  test.each([
    ['forward', DAY_MILLIS],
    ['back', -DAY_MILLIS],
  ])('%s: batches close, calls time out and are sent again when they should', async (_direction, jumpMillis) => {
    const moveClock = movableClock();
    const peer = await startHttp2Peer((index) => (index === 0 ? neverAnswer() : correctReply()));
    onTestFinished(() => peer.close());
    const pipeline = openPipeline(
      { endpoint: `http://127.0.0.1:${peer.port}`, timeoutMillis: 600 },
      { scheduledDelayMillis: 400 },
    );
    const startMillis = performance.now();
    pipeline.emit(5);
    await delay(50);
    moveClock(jumpMillis);
    // The age of the batch closes it, not before.
    await expect.poll(() => peer.requests.length, { interval: 5, timeout: 10_000 }).toBe(1);
    expect(performance.now() - startMillis).toBeGreaterThan(350);
    moveClock(jumpMillis);
    // The deadline ends the call that nobody answers.
    await expect.poll(() => pipeline.processor.stats().delivered, { interval: 5, timeout: 10_000 }).toBe(5);
    expect(performance.now() - startMillis).toBeGreaterThan(900);
    expect(performance.now() - startMillis).toBeLessThan(20_000);
    const taken = peer.requests.slice(1).flatMap(({ message }) => (message === undefined ? [] : [message]));
    expect(pipeline.account(taken)).toEqual(allDelivered(5));
  });
});
