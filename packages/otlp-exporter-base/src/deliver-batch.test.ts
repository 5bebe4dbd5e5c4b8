// SPDX-License-Identifier: Apache-2.0
import { logBatch, logBodies } from '@logferry-test/support';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { deliverBatch, type DeliveryPort } from './deliver-batch.ts';
import type { RequestOutcome } from './retrying-transport.ts';

/** What a server and the network do with one request, in the order of requests. */
type Fate = 'accept' | 'reject-one' | 'too-large' | 'drop' | 'cancel';

const CAUSE = { errorType: 'test', statusCode: undefined };
const ACCEPTED: RequestOutcome = { kind: 'accepted', status: 'OK', rejectedCount: 0, message: undefined };
/** A partial success with one refused record. */
const ONE_REJECTED: RequestOutcome = { ...ACCEPTED, rejectedCount: 1 };

test('whatever happens to the parts, every record is delivered, refused, lost or kept, and those that arrive keep their order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1024, max: 300_000 }),
      fc.array(fc.constantFrom<Fate>('accept', 'accept', 'reject-one', 'too-large', 'drop', 'cancel')),
      async (lengths, maxRequestBytes, fates) => {
        const bodies = lengths.map((length, index) => `${index}:`.padEnd(length, '.'));
        const batch = logBatch(bodies);
        const arrived: string[] = [];
        const counts = { accepted: 0, rejected: 0, lost: 0, kept: 0 };
        let requests = 0;
        const port: DeliveryPort = {
          maxRequestBytes,
          isOneRequest: () => true,
          request: async (bytes) => {
            expect(bytes.length).toBeLessThanOrEqual(maxRequestBytes);
            const fate = fates[requests] ?? 'accept';
            requests += 1;
            if (fate === 'too-large') return { kind: 'exhausted', reason: fate, cause: CAUSE };
            if (fate === 'drop') return { kind: 'dropped', reason: fate, cause: CAUSE };
            if (fate === 'cancel')
              return { kind: 'cancelled', reason: fate, cause: CAUSE, retryAfterMillis: undefined };
            arrived.push(...logBodies(bytes));
            return fate === 'accept' ? ACCEPTED : ONE_REJECTED;
          },
          onSplit: () => undefined,
          onLost: (recordCount) => {
            counts.lost += recordCount;
          },
          onKept: (recordCount) => {
            counts.kept += recordCount;
          },
          onAccepted: (accepted, rejected) => {
            counts.accepted += accepted;
            counts.rejected += rejected;
          },
        };

        const outcome = await deliverBatch(batch, port);

        const kept = outcome.kind === 'retryable' ? (outcome.remaining ?? batch) : undefined;
        const keptBodies = kept === undefined ? [] : logBodies(kept.bytes);
        expect(keptBodies.length).toBe(kept?.recordCount ?? 0);
        expect(counts.kept).toBe(keptBodies.length);
        expect(counts.accepted + counts.rejected + counts.lost + keptBodies.length).toBe(bodies.length);
        const refused = outcome.kind === 'failed' ? bodies.length : (outcome.rejectedCount ?? 0);
        expect(refused).toBe(counts.rejected + counts.lost);
        // In order, and what is kept comes after what arrived.
        const order = [...arrived, ...keptBodies].map((body) => Number.parseInt(body, 10));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(new Set(order).size).toBe(order.length);
        expect(batch.releases).toBe(0);
      },
    ),
    randomRuns(500),
  );
});

test('what is kept of a split batch can be split into the parts it is made of', async () => {
  const bodies = Array.from({ length: 8 }, (_, index) => `${index}`.padEnd(1000, '.'));
  const batch = logBatch(bodies);
  let requests = 0;
  const outcome = await deliverBatch(batch, {
    maxRequestBytes: 2500,
    isOneRequest: () => true,
    request: async () => {
      requests += 1;
      return requests === 1 ? ACCEPTED : { kind: 'cancelled', reason: 'stop', cause: CAUSE, retryAfterMillis: 5 };
    },
    onSplit: () => undefined,
    onLost: () => undefined,
    onKept: () => undefined,
    onAccepted: () => undefined,
  });
  if (outcome.kind !== 'retryable' || outcome.remaining === undefined) throw new Error('there is no rest');
  expect(outcome).toMatchObject({ reason: 'stop', retryAfterMillis: 5 });
  const parts = outcome.remaining.split();
  expect(parts.map(({ recordCount }) => recordCount)).toEqual([2, 4]);
  expect(parts.flatMap((part) => logBodies(part.bytes))).toEqual(bodies.slice(2));
});
