// SPDX-License-Identifier: Apache-2.0
import { randomRuns, randomTimeout } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import zlib from 'node:zlib';
import { describe, it } from 'vitest';

import type { Compression } from './compressor.ts';
import type { HistoryLimits } from './test-support/directory-model.ts';
import { HistoryRun, HOUR_MILLIS, type HistoryEvent } from './test-support/history-run.ts';

const EVENT: fc.Arbitrary<HistoryEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), lineLengths: lengths() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fault' as const), afterBytes: fc.nat({ max: 300 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), limits: limits() }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'rotate' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hours' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      fragment: fc.constantFrom('#', '#part'),
      compressing: fc.constantFrom('nothing' as const, 'half' as const, 'whole' as const),
    }),
  },
);

function lengths(): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 8, max: 120 }), { minLength: 1, maxLength: 12 });
}

function limits(): fc.Arbitrary<HistoryLimits> {
  return fc
    .record({
      maxFileBytes: fc.integer({ min: 20, max: 400 }),
      maxFiles: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 6 })),
      maxAgeMillis: fc.oneof(
        fc.constant(Infinity),
        fc.integer({ min: 1, max: 4 }).map((hours) => hours * HOUR_MILLIS),
      ),
      spareBytes: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 1500 })),
    })
    .map(({ spareBytes, ...rest }) => ({ ...rest, maxTotalBytes: rest.maxFileBytes + spareBytes }));
}

async function runHistory(
  first: HistoryLimits,
  compression: Compression,
  events: readonly HistoryEvent[],
): Promise<void> {
  const run = new HistoryRun(first, compression);
  try {
    for (const event of events) await run.apply(event);
    await run.check();
  } finally {
    await run.dispose();
  }
}

describe('any history of sends, faults, hours, rotations, restarts with other limits, and crashes', () => {
  it(
    'leaves every line in one file, in order, every file within its limit and with lines of one hour, and of these files exactly the newest that the limits allow',
    async () => {
      await fc.assert(
        fc.asyncProperty(limits(), fc.array(EVENT, { maxLength: 25 }), (first, events) =>
          runHistory(first, 'none', events),
        ),
        randomRuns(200),
      );
    },
    randomTimeout(120_000),
  );

  // A thread for each start makes these slow. Compressed sizes are not known in advance, so there is no total.
  it(
    'does so with compression, whenever the process dies',
    async () => {
      const compression = fc.constantFrom('gzip' as const, ...('zstdCompressSync' in zlib ? ['zstd' as const] : []));
      const event = EVENT.map((found) =>
        found.kind === 'restart' ? { ...found, limits: withoutTotal(found.limits) } : found,
      );
      await fc.assert(
        fc.asyncProperty(limits(), compression, fc.array(event, { maxLength: 25 }), (first, how, events) =>
          runHistory(withoutTotal(first), how, events),
        ),
        randomRuns(40),
      );
    },
    randomTimeout(120_000),
  );
});

function withoutTotal(all: HistoryLimits): HistoryLimits {
  return { ...all, maxTotalBytes: Infinity };
}
