// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises';

import { startCollector } from '@logferry-test/collector';
import { startOtlpReceiver } from '@logferry-test/support';
import { seededRandom } from '@logferry-test/support/random';

import { type Generator, startGenerator } from './generator.ts';
import type { Moment, Observation } from './observation.ts';
import type { SoakOptions } from './options.ts';
import { causeOutages, type Outage } from './outages.ts';
import type { ProgressLine } from './progress-line.ts';
import { Sightings } from './sightings.ts';

const SAMPLE_MILLIS = 500;
const COLLECT_EVERY_SAMPLES = 4;
/** Memory is compared where the queue holds no more than a second's records: batches take more than their bytes. */
const DRAINED_SECONDS = 1;
/** As of a distant receiver. It makes it likely that a kill comes between a record's arrival and its acknowledgement. */
const ANSWER_DELAY_MILLIS = 100;
/** Records may be emitted while the last outage ends. */
const SPARE_MILLIS = 60_000;

/**
 * ```
 * generator (a process) ──► Collector (a process, killed and restarted) ──► sightings (here)
 * ```
 * The Collector forwards without a queue: it acknowledges a request only when it has been counted here. So a record that
 * is acknowledged and not counted, or counted twice without a kill, is a fault of ours.
 */
export async function soak(binary: string, options: SoakOptions, progress: ProgressLine): Promise<Observation> {
  const maxNumber = ((options.durationMillis + SPARE_MILLIS) / 1000) * options.recordsPerSecond;
  const sightings = new Sightings(maxNumber);
  const receiver = await startOtlpReceiver({
    keepRequests: false,
    respond: ({ bytes }) => {
      sightings.take(bytes);
      return { kind: 'ok', delayMillis: ANSWER_DELAY_MILLIS };
    },
  });
  const collector = await startCollector(binary, {
    otlp: { kind: 'otlp-grpc', forwardTo: `127.0.0.1:${receiver.port}` },
  });
  const generator = await startGenerator({ ...options, endpoint: `http://${collector.endpoint('otlp')}` });
  try {
    return await observe(options, { sightings, collector, generator, progress });
  } finally {
    generator.kill();
    await collector.dispose();
    await receiver.close();
  }
}

interface Parts {
  readonly sightings: Sightings;
  readonly collector: Awaited<ReturnType<typeof startCollector<'otlp'>>>;
  readonly generator: Generator;
  readonly progress: ProgressLine;
}

async function observe(options: SoakOptions, parts: Parts): Promise<Observation> {
  const { sightings, collector, generator, progress } = parts;
  const startedMillis = performance.now();
  const now = (): number => performance.now() - startedMillis;
  const moments: Moment[] = [];
  const outages: Outage[] = [];
  const comparisonViolations: string[] = [];
  let isDown = false;
  const over = new AbortController();

  async function sampling(): Promise<void> {
    for (let index = 1; !over.signal.aborted; index += 1) {
      await delay(SAMPLE_MILLIS);
      const collectGarbage = index % COLLECT_EVERY_SAMPLES === 0;
      const before = sightings.unique;
      const { emitted, stats, rssBytes, usedBytes, longestStallMillis } = await generator.sample(collectGarbage);
      const arrived = sightings.unique;
      // What is acknowledged has arrived; what has arrived and is not acknowledged yet is in flight.
      if (stats.delivered > arrived) comparisonViolations.push(`${stats.delivered} acknowledged, ${arrived} arrived`);
      if (before > stats.delivered + stats.inFlight)
        comparisonViolations.push(`${before} arrived, ${stats.delivered} acknowledged, ${stats.inFlight} in flight`);
      const isLive = collectGarbage && stats.queued <= DRAINED_SECONDS * options.recordsPerSecond;
      const moment: Moment = {
        millis: now(),
        emitted,
        arrived,
        queued: stats.queued,
        rssBytes,
        ...(isLive ? { liveBytes: usedBytes - stats.queuedBytes } : {}),
        longestStallMillis,
      };
      moments.push(moment);
      progress.show(moment, outages.length, isDown);
    }
  }

  const samples = sampling();
  await causeOutages({
    ...options,
    collector,
    generator,
    sightings,
    random: seededRandom(options.seed),
    now,
    endMillis: options.durationMillis,
    onDown: () => {
      isDown = true;
    },
    onOutage: (outage) => {
      isDown = false;
      outages.push(outage);
    },
  });
  over.abort();
  await samples;
  const emittingMillis = now();
  const last = await generator.finish();
  return {
    options,
    moments,
    outages,
    duplicates: outages.map((_, life) => sightings.duplicatesOfLife(life)),
    allDuplicates: sightings.duplicates,
    unknown: sightings.unknown,
    missing: sightings.missing(last.emitted),
    last,
    emittingMillis,
    comparisons: moments.length,
    comparisonViolations: comparisonViolations.slice(0, 10),
  };
}
