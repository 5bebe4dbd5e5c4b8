// SPDX-License-Identifier: Apache-2.0

/** Longer names are no typing errors, and comparing takes time that grows with the product of both lengths. */
const MAX_LENGTH = 80;

/**
 * The known name that a mistyped one most likely stands for, upper and lower case alike. Undefined: none.
 *
 * Those come into question that few edits lead to (characters inserted, deleted, changed, or swapped with their neighbour),
 * and those that have all its words, where it has several: `max_bytes` is rather `max_file_bytes` than `max_files`. Of them
 * the one wins that has most of its words, then the one with the fewest edits.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const wanted = wordsOf(name);
  let nearest: string | undefined;
  let most = 0;
  let least = Infinity;
  for (const candidate of known) {
    const words = wordsOf(candidate);
    const shared = wanted.filter((word) => words.includes(word)).length;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    const hasAll = wanted.length > 1 && shared === wanted.length;
    if (distance > allowed && !hasAll) continue;
    if (nearest !== undefined && (shared < most || (shared === most && distance >= least))) continue;
    nearest = candidate;
    most = shared;
    least = distance;
  }
  return nearest;
}

/** `max_bytes` and `maxBytes` have two. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

/** Optimal string alignment: as Levenshtein, with a swap of neighbours as one step. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1));
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwap) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
