// SPDX-License-Identifier: Apache-2.0
import { mib, thousands } from './format.ts';
import type { Moment, Observation } from './observation.ts';
import { LEAST_OUTAGES } from './outages.ts';

/** One promise, and whether the soak kept it. */
export interface Verdict {
  readonly kept: boolean;
  readonly text: string;
}

const MIB = 1024 * 1024;
/** Beside the queue's bound, what a pipeline may need. */
const MEMORY_BESIDE_QUEUE_BYTES = 64 * MIB;
/** Between the first and the last third of the soak. */
const LIVE_GROWTH_BYTES = 16 * MIB;

export function verdicts(seen: Observation): Verdict[] {
  const { options, last, outages, duplicates } = seen;
  const { stats } = last;
  const dropped = Object.entries(stats.dropped).filter(([, count]) => count > 0);
  const mostQueued = Math.max(...seen.moments.map(({ queued }) => queued));
  const overfull = outages.filter((outage, index) => (duplicates[index] ?? 0) > outage.inFlight).length;
  const ofOutages = duplicates.reduce((sum, count) => sum + count, 0);
  const rate = last.emitted / (seen.emittingMillis / 1000);
  const memory = memoryOf(seen.moments);
  const memoryBound = memory.firstRss + options.maxQueueBytes + MEMORY_BESIDE_QUEUE_BYTES;
  return [
    {
      kept: outages.length >= LEAST_OUTAGES,
      text: `the Collector was killed and restarted ${outages.length} times`,
    },
    {
      kept: Math.abs(rate / options.recordsPerSecond - 1) < 0.02,
      text: `${thousands(last.emitted)} records were emitted, ${thousands(rate)} a second`,
    },
    {
      kept: mostQueued < options.maxQueueSize,
      text: `the queue had room at all times: at most ${thousands(mostQueued)} of ${thousands(options.maxQueueSize)} records`,
    },
    {
      kept: seen.missing === 0 && dropped.length === 0 && seen.unknown === 0,
      text: `${thousands(seen.missing)} records are missing at the end of the line; dropped: ${
        dropped.length === 0 ? 'none' : dropped.map(([reason, lost]) => `${lost} ${reason}`).join(', ')
      }`,
    },
    {
      kept: stats.delivered === last.emitted && stats.queued === 0,
      text: `${thousands(stats.delivered)} are acknowledged, ${thousands(stats.queued)} are queued`,
    },
    {
      kept: overfull === 0 && ofOutages === seen.allDuplicates,
      text: `${thousands(seen.allDuplicates)} duplicates in all, after no kill more than what was in flight (most: ${worst(seen)})`,
    },
    {
      kept: last.violations.length === 0 && last.checks > 0,
      text: [`the accounts added up at ${thousands(last.checks)} random moments`, ...last.violations].join('; '),
    },
    {
      kept: seen.comparisonViolations.length === 0 && seen.comparisons > 0,
      text: [
        `they agreed with the end of the line at ${thousands(seen.comparisons)} moments`,
        ...seen.comparisonViolations,
      ].join('; '),
    },
    {
      kept: isMemoryKept(seen, memory) && memory.mostRss <= memoryBound,
      text: `live memory beside the queue: ${liveText(memory)}; RSS at most ${mib(memory.mostRss)}`,
    },
  ];
}

function worst({ outages, duplicates }: Observation): string {
  let most = 0;
  for (let index = 1; index < duplicates.length; index += 1) {
    if ((duplicates[index] ?? 0) > (duplicates[most] ?? 0)) most = index;
  }
  return `${thousands(duplicates[most] ?? 0)} of ${thousands(outages[most]?.inFlight ?? 0)}`;
}

interface Memory {
  readonly firstRss: number;
  readonly mostRss: number;
  /** Undefined where the queue was never short enough to compare. */
  readonly live: { readonly first: number; readonly last: number } | undefined;
}

/** The queue of a short soak on a busy machine may never be short, and says nothing of growth; in a long one it has to be. */
function isMemoryKept({ options }: Observation, { live }: Memory): boolean {
  return live === undefined ? !options.publishes : live.last - live.first <= LIVE_GROWTH_BYTES;
}

function liveText({ live }: Memory): string {
  if (live === undefined) return 'not measured, the queue was never short';
  return `at least ${mib(live.first)} in the first third, ${mib(live.last)} in the last`;
}

function memoryOf(moments: readonly Moment[]): Memory {
  const live = moments.flatMap(({ liveBytes }) => (liveBytes === undefined ? [] : [liveBytes]));
  const third = Math.ceil(live.length / 3);
  return {
    firstRss: moments[0]?.rssBytes ?? 0,
    mostRss: Math.max(...moments.map(({ rssBytes }) => rssBytes)),
    live:
      live.length === 0
        ? undefined
        : { first: Math.min(...live.slice(0, third)), last: Math.min(...live.slice(-third)) },
  };
}
