// SPDX-License-Identifier: Apache-2.0
import type { EncodedLine } from '@logferry/core';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { nextWrite, type WriteStep } from './rotation.ts';

function linesOf(lengths: readonly number[]): EncodedLine[] {
  let endOffset = 0;
  return lengths.map((length) => {
    endOffset += length;
    return { endOffset, recordCount: 1 };
  });
}

const START = { line: 0, offset: 0 };

describe('the decision what to write next', () => {
  it.each<[string, number[], number, number, WriteStep]>([
    ['writes a batch that fits as a whole', [4, 4, 4], 0, 12, { kind: 'write', endLine: 3 }],
    ['writes the lines that still fit', [4, 4, 4], 3, 12, { kind: 'write', endLine: 2 }],
    ['rotates when not one line fits', [4, 4, 4], 9, 12, { kind: 'rotate' }],
    [
      'rotates a file that is larger than its limit, as after a restart with a lower one',
      [4],
      20,
      12,
      { kind: 'rotate' },
    ],
    ['gives a line above the limit a file of its own', [20, 4], 0, 12, { kind: 'write', endLine: 1 }],
    ['writes a line above the limit into no file that holds something', [20], 1, 12, { kind: 'rotate' }],
    ['never rotates without a limit', [20, 20], 1e15, Infinity, { kind: 'write', endLine: 2 }],
  ])('%s', (_name, lengths, fileBytes, maxFileBytes, step) => {
    expect(nextWrite(linesOf(lengths), START, fileBytes, maxFileBytes)).toStrictEqual(step);
  });

  it('puts every line into one file, in order, and none above the limit except with one line alone', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 80 });
    const limit = fc.integer({ min: 1, max: 200 });
    const already = fc.integer({ min: 0, max: 250 });
    fc.assert(
      fc.property(lengths, limit, already, (lineLengths, maxFileBytes, firstFileBytes) => {
        const lines = linesOf(lineLengths);
        const files: number[][] = [[]];
        let fileBytes = firstFileBytes;
        for (let line = 0; line < lines.length;) {
          const step = nextWrite(lines, { line, offset: lines[line - 1]?.endOffset ?? 0 }, fileBytes, maxFileBytes);
          if (step.kind === 'rotate') {
            expect(fileBytes + (lineLengths[line] ?? 0)).toBeGreaterThan(maxFileBytes);
            files.push([]);
            fileBytes = 0;
            continue;
          }
          const written = lineLengths.slice(line, step.endLine);
          expect(written.length).toBeGreaterThan(0);
          files.at(-1)!.push(...written);
          fileBytes += sum(written);
          line = step.endLine;
        }
        expect(files.flat()).toStrictEqual(lineLengths);
        for (const [index, file] of files.entries()) {
          const bytes = sum(file) + (index === 0 ? firstFileBytes : 0);
          if (file.length > 0 && (file.length > 1 || (index === 0 && firstFileBytes > 0))) {
            expect(bytes).toBeLessThanOrEqual(maxFileBytes);
          }
        }
      }),
      randomRuns(),
    );
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
