// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import type { Moment, Observation } from './observation.ts';
import { verdicts } from './verdicts.ts';

const MIB = 1024 * 1024;

const moments: readonly Moment[] = [1, 2, 3, 4, 5, 6].map((second) => ({
  millis: second * 1000,
  emitted: second * 1000,
  arrived: second * 900,
  queued: 100,
  rssBytes: 100 * MIB,
  liveBytes: 20 * MIB,
  longestStallMillis: 3,
}));

/** As where the queue was never short. */
const withoutLive: readonly Moment[] = moments.map((moment) => {
  const { millis, emitted, arrived, rssBytes, longestStallMillis } = moment;
  return { millis, emitted, arrived, queued: 900, rssBytes, longestStallMillis };
});

const stats = {
  emitted: 6000,
  accepted: 6000,
  refused: 0,
  delivered: 6000,
  queued: 0,
  queuedBytes: 0,
  inFlight: 0,
  inFlightSends: 0,
  dropped: { queue_full: 0, failed: 0 },
  droppedBySeverity: {},
  batches: 3,
  sends: 3,
  retries: 0,
} as unknown as Observation['last']['stats'];

const outage = { killedMillis: 1000, backMillis: 2000, inFlight: 100 };

const good: Observation = {
  options: {
    seed: 1,
    durationMillis: 6000,
    recordsPerSecond: 1000,
    maxQueueSize: 1000,
    maxQueueBytes: 32 * MIB,
    publishes: false,
  },
  moments,
  outages: [outage, outage, outage],
  duplicates: [100, 0, 7],
  allDuplicates: 107,
  unknown: 0,
  missing: 0,
  last: { emitted: 6000, stats, checks: 5, violations: [], rssBytes: 0, usedBytes: 0, longestStallMillis: 0 },
  emittingMillis: 6000,
  comparisons: 6,
  comparisonViolations: [],
};

function broken(seen: Observation): string[] {
  return verdicts(seen)
    .filter(({ kept }) => !kept)
    .map(({ text }) => text);
}

function withStats(changed: object): Observation {
  return { ...good, last: { ...good.last, stats: { ...stats, ...changed } } };
}

test('a soak that kept every promise has no bad verdict', () => {
  expect(broken(good)).toEqual([]);
});

test.each<[string, Observation, string]>([
  [
    'too few kills',
    { ...good, outages: [outage], duplicates: [100], allDuplicates: 100 },
    'killed and restarted 1 times',
  ],
  ['a rate that was not held', { ...good, emittingMillis: 7000 }, '6,000 records were emitted, 857 a second'],
  ['a full queue', { ...good, moments: [...moments, { ...moments[0]!, queued: 1000 }] }, '1,000 of 1,000 records'],
  ['a missing record', { ...good, missing: 1 }, '1 records are missing at the end of the line; dropped: none'],
  ['a dropped record', withStats({ dropped: { queue_full: 2 } }), 'dropped: 2 queue_full'],
  ['a record that nobody emitted', { ...good, unknown: 1 }, '0 records are missing'],
  ['a record that is still queued', withStats({ queued: 1 }), '6,000 are acknowledged, 1 are queued'],
  ['too many duplicates of a kill', { ...good, duplicates: [101, 0, 6] }, '(most: 101 of 100)'],
  ['duplicates without a kill', { ...good, allDuplicates: 108 }, '108 duplicates in all'],
  [
    'accounts that do not add up',
    { ...good, last: { ...good.last, violations: ['emitted 1 of 2'] } },
    'at 5 random moments; emitted 1 of 2',
  ],
  [
    'accounts that are not those of the receiver',
    { ...good, comparisonViolations: ['9 acknowledged, 8 arrived'] },
    '9',
  ],
  [
    'memory that grows',
    { ...good, moments: moments.map((moment, index) => ({ ...moment, liveBytes: (20 + 5 * index) * MIB })) },
    'live memory beside the queue',
  ],
  [
    'memory beyond the bound of the queue',
    { ...good, moments: [...moments, { ...moments[0]!, rssBytes: 200 * MIB }] },
    'RSS at most 200.0 MiB',
  ],
])('%s is seen', (_name, seen, text) => {
  expect(broken(seen)).toEqual([expect.stringContaining(text)]);
});

test('a queue that was never short leaves memory unmeasured, which is enough for a short soak alone', () => {
  const busy = { ...good, moments: withoutLive };
  const text = 'live memory beside the queue: not measured, the queue was never short; RSS at most 100.0 MiB';
  expect(verdicts(busy)).toContainEqual({ kept: true, text });
  expect(broken({ ...busy, options: { ...good.options, publishes: true } })).toEqual([text]);
});
