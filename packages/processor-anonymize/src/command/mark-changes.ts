// SPDX-License-Identifier: Apache-2.0

/** What differs between two texts, word by word, so that a reader sees it whatever an operator has left. */

/** Words, and what stands between them. */
const PIECES = /[\s",:{}]+|[^\s",:{}]+/g;

/** Texts with more pieces are not compared: the time grows with the product. */
const MAX_PIECES = 400;

type Mark = (part: string) => string;

/** The two texts with what they do not share marked. */
export function markChanges(
  before: string,
  after: string,
  markBefore: Mark,
  markAfter: Mark,
): readonly [before: string, after: string] {
  const first = before.match(PIECES) ?? [];
  const second = after.match(PIECES) ?? [];
  if (first.length > MAX_PIECES || second.length > MAX_PIECES) return [before, after];
  const shared = sharedLengths(first, second);
  const marked: [string, string] = ['', ''];
  let [left, right] = ['', ''];
  const flush = (): void => {
    const start = commonLength(left, right, 0);
    const end = commonLength(left, right, start, true);
    marked[0] += around(left, start, end, markBefore);
    marked[1] += around(right, start, end, markAfter);
    [left, right] = ['', ''];
  };
  // Where both ways are as good, one piece stands for one: a value for its replacement.
  const isLeftNext = (at: number, to: number): boolean => {
    if (at >= first.length || to >= second.length) return at < first.length;
    const gain = lengthAt(shared, at + 1, to) - lengthAt(shared, at, to + 1);
    return gain === 0 ? left === '' : gain > 0;
  };
  let [at, to] = [0, 0];
  while (at < first.length || to < second.length) {
    const one = first[at];
    const other = second[to];
    if (one !== undefined && other !== undefined && isSame(one, other)) {
      flush();
      marked[0] += one;
      marked[1] += other;
      at += 1;
      to += 1;
    } else if (isLeftNext(at, to)) {
      left += one ?? '';
      at += 1;
    } else {
      right += other;
      to += 1;
    }
  }
  flush();
  return marked;
}

/** JSON that was written anew has lost its spaces. */
function isSame(one: string, other: string): boolean {
  return one === other || (/[",:{}]/.test(one) && withoutSpaces(one) === withoutSpaces(other));
}

function withoutSpaces(text: string): string {
  return text.replaceAll(/\s/g, '');
}

/** For each pair of positions how many pieces the rests share: the table of the longest common subsequence. */
function sharedLengths(first: readonly string[], second: readonly string[]): readonly Uint16Array[] {
  const rows = Array.from({ length: first.length + 1 }, () => new Uint16Array(second.length + 1));
  for (let at = first.length - 1; at >= 0; at -= 1) {
    for (let to = second.length - 1; to >= 0; to -= 1) {
      const row = rows[at]!;
      row[to] = isSame(first[at] ?? '', second[to] ?? '')
        ? lengthAt(rows, at + 1, to + 1) + 1
        : Math.max(lengthAt(rows, at + 1, to), lengthAt(rows, at, to + 1));
    }
  }
  return rows;
}

function lengthAt(rows: readonly Uint16Array[], at: number, to: number): number {
  return rows[at]?.[to] ?? 0;
}

/** How many units both share at their beginning, or behind it at their end. */
function commonLength(one: string, other: string, from: number, isAtEnd: boolean = false): number {
  const most = Math.min(one.length, other.length) - from;
  let length = 0;
  const unit = (text: string): string | undefined => text.at(isAtEnd ? -1 - length : length);
  while (length < most && unit(one) === unit(other)) length += 1;
  return length;
}

function around(text: string, start: number, end: number, mark: Mark): string {
  const middle = text.slice(start, text.length - end);
  return text.slice(0, start) + (middle === '' ? '' : mark(middle)) + text.slice(text.length - end);
}
