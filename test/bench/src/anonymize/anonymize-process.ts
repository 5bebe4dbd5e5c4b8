// SPDX-License-Identifier: Apache-2.0

/**
 * The program of one round: every contestant redacts batch after batch in turns, so that all meet the same moods of the
 * machine. Each batch is made anew for each contestant and read once.
 */
import { profiled } from '../profile/record-profile.ts';
import { type AnonymizeKind, type ContestantName, laneOf } from './lanes.ts';

export interface AnonymizeJob {
  readonly kind: AnonymizeKind;
  readonly contestants: readonly ContestantName[];
  readonly warmUpBatches: number;
  readonly batches: number;
  /** Where to write a CPU profile of the measured part. Default: none. */
  readonly profilePath?: string;
}

/** What one contestant's batches yielded. */
export type AnonymizeFigures = {
  /** Medians over the batches: of a text, a record or an object. */
  readonly microsPerItem: number;
  /** Megabytes (10^6) of UTF-8 text that went in. */
  readonly megabytesPerSecond: number;
  /** Values found of those that are planted for this case, in percent. */
  readonly foundPercent: number;
};

const { kind, contestants, warmUpBatches, batches, profilePath } = JSON.parse(process.argv[2] ?? '') as AnonymizeJob;

class Timed {
  readonly name: ContestantName;
  readonly #lane: ReturnType<typeof laneOf>;
  readonly #micros: number[] = [];
  readonly #rates: number[] = [];

  constructor(name: ContestantName) {
    this.name = name;
    this.#lane = laneOf(kind, name);
  }

  run(isMeasured: boolean): void {
    const { items, bytes, work } = this.#lane.next();
    const startMillis = performance.now();
    work();
    const millis = performance.now() - startMillis;
    if (!isMeasured) return;
    this.#micros.push((millis * 1000) / items);
    this.#rates.push(bytes / millis / 1000);
  }

  get figures(): AnonymizeFigures {
    return {
      microsPerItem: median(this.#micros),
      megabytesPerSecond: median(this.#rates),
      foundPercent: this.#lane.foundPercent(),
    };
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const lanes = contestants.map((name) => new Timed(name));

function takeTurns(count: number, isMeasured: boolean): void {
  for (let batch = 0; batch < count; batch += 1) {
    for (const lane of lanes) lane.run(isMeasured);
  }
}

takeTurns(warmUpBatches, false);
if (profilePath === undefined) takeTurns(batches, true);
else await profiled(profilePath, async () => takeTurns(batches, true));
process.send!(lanes.map(({ name, figures }) => [name, figures]));
