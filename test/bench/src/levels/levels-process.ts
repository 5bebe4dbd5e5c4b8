// SPDX-License-Identifier: Apache-2.0

/** The program of one round: each contestant is asked for a level that nobody wants, or given a record of it. */
import { givenJob, type Lane, medianTurn, takeTurns, type TurnsJob } from '../harness/take-turns.ts';
import { type ContestantName, CONTESTANTS, DEBUG } from './contestants.ts';
import { CALLS_PER_TURN, type LevelsCall } from './turn.ts';

const QUERY = { severityNumber: DEBUG };
const RECORD = { severityNumber: DEBUG, body: 'order accepted', attributes: { 'order.id': 42 } };

/** Its figure: nanoseconds of a call, the median over the turns. */
class LevelsLane implements Lane<number> {
  readonly #call: LevelsCall;
  readonly #name: ContestantName;
  readonly #logger: ReturnType<(typeof CONTESTANTS)[ContestantName]>;
  readonly #nanos: number[] = [];
  #passed = 0;

  constructor(call: LevelsCall, name: ContestantName) {
    this.#call = call;
    this.#name = name;
    this.#logger = CONTESTANTS[name]();
  }

  run(isMeasured: boolean): void {
    const startMillis = performance.now();
    if (this.#call === 'enabled') {
      for (let call = 0; call < CALLS_PER_TURN; call += 1) if (this.#logger.enabled(QUERY)) this.#passed += 1;
    } else {
      for (let call = 0; call < CALLS_PER_TURN; call += 1) this.#logger.emit(RECORD);
    }
    if (isMeasured) this.#nanos.push(((performance.now() - startMillis) * 1e6) / CALLS_PER_TURN);
  }

  get figures(): number {
    if (this.#passed > 0) throw new Error(`${this.#name} lets the level through`);
    return medianTurn(this.#nanos);
  }
}

const job = givenJob() as TurnsJob<LevelsCall>;
await takeTurns(job, (name) => new LevelsLane(job.kind, name as ContestantName));
