// SPDX-License-Identifier: Apache-2.0

/**
 * The program of one round: every contestant encodes batch after batch in turns, so that all meet the same moods of the
 * machine. Each batch is made anew and encoded once, because a string that was read before is cheaper the second time.
 */
import { profiled } from '../profile/record-profile.ts';
import { Batches, type RecordKind } from './batches.ts';
import { type ContestantName, CONTESTANTS, type EncodeBatch } from './contestants.ts';

export interface EncodeJob {
  readonly kind: RecordKind;
  readonly contestants: readonly ContestantName[];
  readonly warmUpBatches: number;
  readonly batches: number;
  /** Where to write a CPU profile of the measured part. Default: none. */
  readonly profilePath?: string;
}

/** What one contestant's batches yielded. */
export type EncodeFigures = {
  /** The median over the batches. */
  readonly microsPerRecord: number;
  readonly bytesPerRecord: number;
};

const { kind, contestants, warmUpBatches, batches, profilePath } = JSON.parse(process.argv[2] ?? '') as EncodeJob;

class Lane {
  readonly name: ContestantName;
  readonly #source = new Batches(kind);
  readonly #encode: EncodeBatch;
  readonly #micros: number[] = [];
  #bytesPerRecord = 0;

  constructor(name: ContestantName) {
    this.name = name;
    this.#encode = CONTESTANTS[name]();
  }

  run(isMeasured: boolean): void {
    const records = this.#source.next();
    const startMillis = performance.now();
    const bytes = this.#encode(records);
    const millis = performance.now() - startMillis;
    if (!isMeasured) return;
    this.#micros.push((millis * 1000) / records.length);
    this.#bytesPerRecord = bytes / records.length;
  }

  get figures(): EncodeFigures {
    const sorted = this.#micros.toSorted((a, b) => a - b);
    return { microsPerRecord: sorted[sorted.length >> 1]!, bytesPerRecord: this.#bytesPerRecord };
  }
}

const lanes = contestants.map((name) => new Lane(name));

function takeTurns(count: number, isMeasured: boolean): void {
  for (let batch = 0; batch < count; batch += 1) {
    for (const lane of lanes) lane.run(isMeasured);
  }
}

takeTurns(warmUpBatches, false);
if (profilePath === undefined) takeTurns(batches, true);
else await profiled(profilePath, async () => takeTurns(batches, true));
process.send!(lanes.map(({ name, figures }) => [name, figures]));
