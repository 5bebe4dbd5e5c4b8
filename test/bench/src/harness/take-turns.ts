// SPDX-License-Identifier: Apache-2.0

/**
 * The program of one round in which the contestants share a process: each does a little, batch after batch in turns, so
 * that all meet the same moods of the machine.
 */
import { profiled } from '../profile/record-profile.ts';

export interface TurnsJob<Kind> {
  /** What the case is about. */
  readonly kind: Kind;
  readonly contestants: readonly string[];
  readonly warmUpTurns: number;
  readonly turns: number;
  /** Where to write a CPU profile of the measured part. Default: none. */
  readonly profilePath?: string;
}

/** What the program answers: the figures of each contestant. */
export type TurnsAnswer<Figures> = readonly (readonly [contestant: string, figures: Figures])[];

/** A contestant in its turns. */
export interface Lane<Figures> {
  run(isMeasured: boolean): void;
  /** Of the turns that were measured. */
  readonly figures: Figures;
}

/** The job on the command line of the program. */
export function givenJob(): TurnsJob<unknown> {
  return JSON.parse(process.argv[2] ?? '') as TurnsJob<unknown>;
}

/** Lets the contestants take their turns, and sends the figures to the process that waits for them. */
export async function takeTurns(
  { contestants, warmUpTurns, turns, profilePath }: TurnsJob<unknown>,
  laneOf: (contestant: string) => Lane<unknown>,
): Promise<void> {
  const lanes = contestants.map((name) => [name, laneOf(name)] as const);
  const take = (count: number, isMeasured: boolean): void => {
    for (let turn = 0; turn < count; turn += 1) for (const [, lane] of lanes) lane.run(isMeasured);
  };
  take(warmUpTurns, false);
  if (profilePath === undefined) take(turns, true);
  else await profiled(profilePath, async () => take(turns, true));
  const answer: TurnsAnswer<unknown> = lanes.map(([name, lane]) => [name, lane.figures]);
  process.send!(answer);
}

/** The figure of a turn in the middle; of two in the middle the higher one. */
export function medianTurn(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
