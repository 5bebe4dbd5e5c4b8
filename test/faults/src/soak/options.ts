// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';

/** From, and up to but not including. */
export interface MillisRange {
  readonly from: number;
  readonly to: number;
}

export interface SoakOptions {
  readonly seed: number;
  readonly durationMillis: number;
  readonly recordsPerSecond: number;
  /** How long the Collector runs, and how long it is gone. */
  readonly upMillis: MillisRange;
  readonly downMillis: MillisRange;
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  /** Whether the result is written to docs/soak. */
  readonly publishes: boolean;
}

export const USAGE = `pnpm soak                   10 minutes at 20,000 records/s, the Collector killed and restarted; writes docs/soak
pnpm soak --short           25 seconds with the same checks; writes nothing
pnpm soak --seed NUMBER     the outages of an earlier run again`;

/**
 * The exporter may look for the Collector 12 s after it is back, and miss a short life of it: two outages of 5 s with the
 * starts of the Collector and such waits are some 35 s, or 700,000 records. This leaves room.
 */
const QUEUE = { maxQueueSize: 1_000_000, maxQueueBytes: 256 * 1024 * 1024 };

const FULL = {
  durationMillis: 600_000,
  upMillis: { from: 5000, to: 30_000 },
  downMillis: { from: 1000, to: 5000 },
};

const SHORT = {
  durationMillis: 25_000,
  upMillis: { from: 3000, to: 6000 },
  downMillis: { from: 1000, to: 2000 },
};

/** Undefined: help is asked for. @throws TypeError for an option that there is not, RangeError for a seed that is no number. */
export function parseSoakOptions(args: readonly string[], newSeed: () => number): SoakOptions | undefined {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      short: { type: 'boolean', default: false },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const seed = values.seed === undefined ? newSeed() : Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`--seed must be an integer, not ${values.seed}`);
  return {
    seed,
    recordsPerSecond: 20_000,
    publishes: !values.short,
    ...(values.short ? SHORT : FULL),
    ...QUEUE,
  };
}
