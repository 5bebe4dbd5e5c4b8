// SPDX-License-Identifier: Apache-2.0

/**
 * The program of one round: each contestant is asked for a level that nobody wants, or given a record of it, in turns, so
 * that all meet the same moods of the machine.
 */
import { profiled } from '../profile/record-profile.ts';
import { type ContestantName, CONTESTANTS, DEBUG } from './contestants.ts';

export interface LevelsJob {
  readonly call: 'enabled' | 'emit';
  readonly contestants: readonly ContestantName[];
  readonly warmUpTurns: number;
  readonly turns: number;
  /** Where to write a CPU profile of the measured part. Default: none. */
  readonly profilePath?: string;
}

/** Calls in one turn. */
const CALLS = 20_000;

/** The median over the turns of each contestant. */
export type LevelsAnswer = readonly (readonly [ContestantName, number])[];

const job = JSON.parse(process.argv[2] ?? '{}') as LevelsJob;

const QUERY = { severityNumber: DEBUG };
const RECORD = { severityNumber: DEBUG, body: 'order accepted', attributes: { 'order.id': 42 } };

class Lane {
  readonly name: ContestantName;
  readonly #logger: ReturnType<(typeof CONTESTANTS)[ContestantName]>;
  readonly #nanos: number[] = [];
  #passed = 0;

  constructor(name: ContestantName) {
    this.name = name;
    this.#logger = CONTESTANTS[name]();
  }

  run(isMeasured: boolean): void {
    const startMillis = performance.now();
    if (job.call === 'enabled') {
      for (let call = 0; call < CALLS; call += 1) if (this.#logger.enabled(QUERY)) this.#passed += 1;
    } else {
      for (let call = 0; call < CALLS; call += 1) this.#logger.emit(RECORD);
    }
    if (isMeasured) this.#nanos.push(((performance.now() - startMillis) * 1e6) / CALLS);
  }

  get nanosPerCall(): number {
    if (this.#passed > 0) throw new Error(`${this.name} lets the level through`);
    const sorted = this.#nanos.toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1]!;
  }
}

const lanes = job.contestants.map((name) => new Lane(name));
const takeTurns = (count: number, isMeasured: boolean): void => {
  for (let turn = 0; turn < count; turn += 1) for (const lane of lanes) lane.run(isMeasured);
};
takeTurns(job.warmUpTurns, false);
if (job.profilePath === undefined) takeTurns(job.turns, true);
else await profiled(job.profilePath, async () => takeTurns(job.turns, true));
process.send!(lanes.map(({ name, nanosPerCall }) => [name, nanosPerCall]) satisfies LevelsAnswer);
