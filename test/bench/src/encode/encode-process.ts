// SPDX-License-Identifier: Apache-2.0

/**
 * The program of one round: every contestant encodes batch after batch. Each batch is made anew and encoded once, because
 * a string that was read before is cheaper the second time.
 */
import { givenJob, type Lane, medianTurn, takeTurns, type TurnsJob } from '../harness/take-turns.ts';
import { Batches, type RecordKind } from './batches.ts';
import { type ContestantName, CONTESTANTS, type EncodeBatch } from './contestants.ts';

/** What one contestant's batches yielded. */
export type EncodeFigures = {
  /** The median over the batches. */
  readonly microsPerRecord: number;
  readonly bytesPerRecord: number;
};

class EncodeLane implements Lane<EncodeFigures> {
  readonly #source: Batches;
  readonly #encode: EncodeBatch;
  readonly #micros: number[] = [];
  #bytesPerRecord = 0;

  constructor(kind: RecordKind, name: ContestantName) {
    this.#source = new Batches(kind);
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
    return { microsPerRecord: medianTurn(this.#micros), bytesPerRecord: this.#bytesPerRecord };
  }
}

const job = givenJob() as TurnsJob<RecordKind>;
await takeTurns(job, (name) => new EncodeLane(job.kind, name as ContestantName));
