// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises';

import type { RunningCollector } from '@logferry-test/collector';

import type { Generator } from './generator.ts';
import type { MillisRange } from './options.ts';
import { randomIn } from './random-in.ts';
import type { Sightings } from './sightings.ts';

/** One kill of the Collector. */
export interface Outage {
  /** Milliseconds since the start of the soak. */
  readonly killedMillis: number;
  /** When it listened again. */
  readonly backMillis: number;
  /** Records that the generator had in flight when the Collector was killed. */
  readonly inFlight: number;
}

export interface OutageParts {
  readonly collector: RunningCollector<'otlp'>;
  readonly generator: Generator;
  readonly sightings: Sightings;
  readonly upMillis: MillisRange;
  readonly downMillis: MillisRange;
  readonly random: () => number;
  /** Milliseconds since the start of the soak. */
  readonly now: () => number;
  /** No kill from then on, when there were enough. */
  readonly endMillis: number;
  readonly onOutage: (outage: Outage) => void;
  readonly onDown: () => void;
}

/** For a killed process's connections to be closed, and noticed, on the same machine. */
const NOTICE_MILLIS = 50;

/** Fewer show too little. */
export const LEAST_OUTAGES = 3;

/**
 * Kills and restarts the Collector until the soak's end, and on a busy machine, where it starts slowly, until there were enough
 * outages; it runs when this resolves.
 */
export async function causeOutages(parts: OutageParts): Promise<void> {
  const { collector, generator, sightings, random, now } = parts;
  for (let caused = 0; ; caused += 1) {
    const upMillis = randomIn(parts.upMillis, random);
    const downMillis = randomIn(parts.downMillis, random);
    if (caused >= LEAST_OUTAGES && now() + upMillis > parts.endMillis) {
      await delay(Math.max(0, parts.endMillis - now()));
      return;
    }
    await delay(upMillis);
    const killedMillis = now();
    parts.onDown();
    await collector.kill();
    await delay(NOTICE_MILLIS);
    // What was in flight stays in flight: the exporter tries it again within the same send, and nobody answers now.
    const { stats } = await generator.sample();
    await delay(Math.max(0, killedMillis + downMillis - now()));
    sightings.beginLife();
    await collector.restart();
    parts.onOutage({ killedMillis, backMillis: now(), inFlight: stats.inFlight });
  }
}
