// SPDX-License-Identifier: Apache-2.0

/** Where this run's random tests begin: FC_SEED repeats a run, whose failures name it. */
export const SEED: number = fromEnvironment('FC_SEED') ?? Date.now() % 2 ** 31;

/**
 * Where fast-check begins, and how many cases it tries: FC_RUNS, or else `numRuns`. A million cases find what is seen once in
 * ten thousand runs of the tests.
 */
export function randomRuns(numRuns: number = 100): { readonly seed: number; readonly numRuns: number } {
  return { seed: SEED, numRuns: fromEnvironment('FC_RUNS') ?? numRuns };
}

/** How many milliseconds a random test may take: `millis`, but without end where FC_RUNS says how many cases it tries. */
export function randomTimeout(millis: number): number {
  return fromEnvironment('FC_RUNS') === undefined ? millis : 0;
}

/** Numbers in [0, 1) that a seed makes again (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function fromEnvironment(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${name} must be an integer, not ${text}`);
  return number;
}
