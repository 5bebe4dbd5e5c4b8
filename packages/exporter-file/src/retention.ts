// SPDX-License-Identifier: Apache-2.0

/** How much is kept; Infinity is no limit. All limits hold together. */
export interface RetentionLimits {
  /** Files, together with the current one. */
  readonly maxFiles: number;
  /** Age of a file since its last write. */
  readonly maxAgeMillis: number;
  /** Bytes of all files, together with what the current one may grow to. */
  readonly maxTotalBytes: number;
}

/** A rotated file in the directory, compressed or not. */
export interface KeptFile {
  readonly sequence: number;
  readonly bytes: number;
  readonly modifiedMillis: number;
}

/**
 * The rotated files to delete, oldest first. A file and its compressed form, which stand side by side after a crash, count
 * as one in number.
 *
 * @param currentBytes what the current file takes, or may take.
 */
export function expiredFiles<T extends KeptFile>(
  files: readonly T[],
  limits: RetentionLimits,
  currentBytes: number,
  nowMillis: number,
): T[] {
  const newestFirst = files.toSorted((a, b) => b.sequence - a.sequence);
  const expired: T[] = [];
  let count = 1;
  let bytes = currentBytes;
  let last: number | undefined;
  let isFull = false;
  for (const file of newestFirst) {
    if (file.sequence !== last) count += 1;
    last = file.sequence;
    bytes += file.bytes;
    // Behind the first that goes for its size, all go: what remains has no gap.
    isFull ||= count > limits.maxFiles || bytes > limits.maxTotalBytes;
    if (isFull || nowMillis - file.modifiedMillis > limits.maxAgeMillis) expired.push(file);
  }
  return expired.toReversed();
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
