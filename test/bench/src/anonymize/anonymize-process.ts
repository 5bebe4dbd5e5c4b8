// SPDX-License-Identifier: Apache-2.0

/**
 * The program of one round: every contestant redacts batch after batch. Each batch is made anew for each contestant and
 * read once.
 */
import { givenJob, type Lane, medianTurn, takeTurns, type TurnsJob } from '../harness/take-turns.ts';
import { type AnonymizeKind, type BatchSource, batchSourceOf, type ContestantName } from './batch-sources.ts';

/** What one contestant's batches yielded. */
export type AnonymizeFigures = {
  /** Medians over the batches: of a text, a record or an object. */
  readonly microsPerItem: number;
  /** Megabytes (10^6) of UTF-8 text that went in. */
  readonly megabytesPerSecond: number;
  /** Values found of those that are planted for this case, in percent. */
  readonly foundPercent: number;
};

class AnonymizeLane implements Lane<AnonymizeFigures> {
  readonly #source: BatchSource;
  readonly #micros: number[] = [];
  readonly #rates: number[] = [];

  constructor(kind: AnonymizeKind, name: ContestantName) {
    this.#source = batchSourceOf(kind, name);
  }

  run(isMeasured: boolean): void {
    const { items, bytes, work } = this.#source.next();
    const startMillis = performance.now();
    work();
    const millis = performance.now() - startMillis;
    if (!isMeasured) return;
    this.#micros.push((millis * 1000) / items);
    this.#rates.push(bytes / millis / 1000);
  }

  get figures(): AnonymizeFigures {
    return {
      microsPerItem: medianTurn(this.#micros),
      megabytesPerSecond: medianTurn(this.#rates),
      foundPercent: this.#source.foundPercent(),
    };
  }
}

const job = givenJob() as TurnsJob<AnonymizeKind>;
await takeTurns(job, (name) => new AnonymizeLane(job.kind, name as ContestantName));
