// SPDX-License-Identifier: Apache-2.0

/**
 * The sequences of rotated files to delete, oldest first, so that `maxFiles` remain together with the current file.
 *
 * @param sequences those found in the directory, in any order.
 */
export function expiredSequences(sequences: readonly number[], maxFiles: number): number[] {
  const excess = sequences.length - (maxFiles - 1);
  if (excess <= 0) return [];
  return sequences.toSorted((a, b) => a - b).slice(0, excess);
}

/**
 * The sequence of the next rotated file: above all in the directory and above the last one given, so that it goes on after
 * a restart and never repeats while the process runs, even when another program takes rotated files away.
 */
export function nextSequence(sequences: readonly number[], last: number): number {
  let highest = last;
  for (const sequence of sequences) highest = Math.max(highest, sequence);
  return highest + 1;
}
