// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { randomRuns, SEED } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import { settled } from './test-doubles/records.ts';
import { setUp } from './test-doubles/set-up.ts';

const STEP = fc.oneof(
  { weight: 4, arbitrary: fc.record({ emit: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 4, arbitrary: fc.record({ flush: fc.constantFrom(0, 500, 3000, Infinity) }) },
  { weight: 8, arbitrary: fc.record({ answer: fc.nat(), ok: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ advance: fc.integer({ min: 1, max: 1500 }) }) },
);

it(`any number of flushes beside each other: each ends when its records have ended, or in its time (FC_SEED=${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(STEP, { minLength: 5, maxLength: 60 }),
      async (maxConcurrentSends, steps) => {
        const options = { maxExportBatchSize: 3, exportTimeoutMillis: 0 };
        const { clock, exporter, processor } = setUp({ maxConcurrentSends }, options);
        const done = new Set<string>();
        let emitted = 0;
        const waiting = { flushes: 0 };

        const flush = async (timeoutMillis: number): Promise<void> => {
          const waitsFor = Array.from({ length: emitted }, (_, index) => `r${index}`);
          const endMillis = clock.monotonicMillis() + timeoutMillis;
          waiting.flushes += 1;
          try {
            await processor.forceFlush({ timeoutMillis });
            expect(waitsFor.filter((body) => !done.has(body))).toEqual([]);
          } catch (error) {
            expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
            expect(clock.monotonicMillis()).toBe(endMillis);
          }
          waiting.flushes -= 1;
        };
        const answer = (which: number, isOk: boolean): void => {
          const send = exporter.open[which % Math.max(exporter.open.length, 1)];
          if (send === undefined) return;
          if (!isOk) return send.settle({ kind: 'retryable', reason: 'down' });
          for (const body of send.batch.bodies) done.add(body);
          send.deliver();
        };

        const flushes: Promise<void>[] = [];
        for (const step of steps) {
          if ('emit' in step) {
            for (let n = 0; n < step.emit; n += 1, emitted += 1) processor.onEmit(testRecord({ body: `r${emitted}` }));
          } else if ('flush' in step) flushes.push(flush(step.flush));
          else if ('answer' in step) answer(step.answer, step.ok);
          else await clock.advance(step.advance);
          await settled();
        }
        for (let round = 0; (waiting.flushes > 0 || processor.stats().queued > 0) && round < 300; round += 1) {
          answer(round, true);
          await clock.advance(1000);
        }
        await Promise.all(flushes);
        expect({ ...waiting, done: done.size }).toEqual({ flushes: 0, done: emitted });
        expect(processor.stats()).toMatchObject({ delivered: emitted, queued: 0 });
      },
    ),
    randomRuns(200),
  );
});
