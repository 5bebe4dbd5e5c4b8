// SPDX-License-Identifier: Apache-2.0

/** The seed of this run, for the names of tests; LOGFERRY_TEST_SEED repeats one. */
export const SEED: number = Number(process.env['LOGFERRY_TEST_SEED'] ?? Date.now() % 2 ** 31);

/** Numbers in [0, 1) that a seed determines (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
