// SPDX-License-Identifier: Apache-2.0

/**
 * The program of one run: one contestant encodes batch after batch, alone in its process as in an application. Each batch
 * is made anew and encoded once, because a string that was read before is cheaper the second time.
 */
import { profiled } from '../profile/record-profile.ts';
import { Batches, type RecordKind } from './batches.ts';
import { type ContestantName, CONTESTANTS } from './contestants.ts';

export interface EncodeJob {
  readonly kind: RecordKind;
  readonly contestant: ContestantName;
  readonly warmUpBatches: number;
  readonly batches: number;
  /** Where to write a CPU profile of the measured part. Default: none. */
  readonly profilePath?: string;
}

/** What a run yielded. */
export type EncodeFigures = {
  /** The median over the batches. */
  readonly microsPerRecord: number;
  readonly bytesPerRecord: number;
};

const { kind, contestant, warmUpBatches, batches, profilePath } = JSON.parse(process.argv[2] ?? '') as EncodeJob;
const source = new Batches(kind);
const encode = CONTESTANTS[contestant]();

/** Encodes so many batches. */
function run(count: number): EncodeFigures {
  const micros: number[] = [];
  let bytesPerRecord = 0;
  for (let batch = 0; batch < count; batch += 1) {
    const records = source.next();
    const startMillis = performance.now();
    const bytes = encode(records);
    micros.push(((performance.now() - startMillis) * 1000) / records.length);
    bytesPerRecord = bytes / records.length;
  }
  micros.sort((a, b) => a - b);
  return { microsPerRecord: micros[micros.length >> 1]!, bytesPerRecord };
}

async function measure(): Promise<void> {
  process.send!(run(batches));
}

run(warmUpBatches);
await (profilePath === undefined ? measure() : profiled(profilePath, measure));
