// SPDX-License-Identifier: Apache-2.0
import { endOffset, type LinesBatch } from './lines-batch.ts';
import type { OpenLogFile } from './open-log-file.ts';
import { type LinePosition, linesWithin } from './rotation.ts';
import { call, callAppend, type Steps } from './steps.ts';

/** Where an append ended, and what stopped it before its end. */
export interface AppendResult {
  /** The lines before it are in the file, whole. */
  readonly position: LinePosition;
  readonly failure?: { readonly cause: unknown };
  /** Set when a part of a line was written and could not be cut off again. */
  readonly fragmentFailure?: { readonly cause: unknown };
}

/**
 * Appends the lines from `start` to `endLine`. When the system stops in the middle of a line, as it does on a full disk,
 * the part is cut off at once, before a reader that waits for the end of the line takes it for one.
 */
export function* appendLines(
  file: OpenLogFile,
  batch: Pick<LinesBatch, 'bytes' | 'lines'>,
  start: LinePosition,
  endLine: number,
): Steps<AppendResult> {
  const end = positionBefore(batch, endLine);
  let reached = start.offset;
  try {
    while (reached < end.offset) {
      const written = yield* callAppend(file.bytes, file.fd, batch.bytes, reached, end.offset);
      if (written <= 0) throw new Error('nothing was written');
      reached += written;
      file.bytes += written;
    }
    return { position: end };
  } catch (cause) {
    const position = positionBefore(batch, linesWithin(batch.lines, start.line, reached));
    const result = { position, failure: { cause } };
    if (reached === position.offset) return result;
    try {
      yield* cutEnd(file, reached - position.offset);
      return result;
    } catch (error) {
      return { ...result, fragmentFailure: { cause: error } };
    }
  }
}

function positionBefore({ lines }: Pick<LinesBatch, 'lines'>, line: number): LinePosition {
  return { line, offset: endOffset(lines, line - 1) };
}

function* cutEnd(file: OpenLogFile, byteCount: number): Steps<void> {
  const facts = yield* call('factsOfOpen', file.fd);
  // After a truncation by another program, cutting at our offset would fill the file up with NULs.
  if (facts.bytes !== file.bytes) return;
  yield* call('truncate', file.fd, file.bytes - byteCount);
  file.bytes -= byteCount;
}
