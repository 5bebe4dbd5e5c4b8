// SPDX-License-Identifier: Apache-2.0
import { setImmediate as eventLoopTurn } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { bundledWrites, type WorkerStream } from './bundled-writes.ts';

/** A stream that notes its calls. */
function noting(): { readonly stream: WorkerStream; readonly calls: string[] } {
  const calls: string[] = [];
  const stream: WorkerStream = {
    write(text) {
      calls.push(text);
      return true;
    },
    flush(done) {
      calls.push('flush');
      done?.();
    },
    flushSync: () => void calls.push('flushSync'),
    end: () => void calls.push('end'),
  };
  return { stream: bundledWrites(stream), calls };
}

test('lines of one turn of the event loop are written at once', async () => {
  const { stream, calls } = noting();
  stream.write('a\n');
  stream.write('b\n');
  expect(calls).toEqual([]);
  await eventLoopTurn();
  stream.write('c\n');
  await eventLoopTurn();
  await eventLoopTurn();
  expect(calls).toEqual(['a\nb\n', 'c\n']);
});

test.each(['flush', 'flushSync', 'end'] as const)('%s comes after the lines before it', async (method) => {
  const { stream, calls } = noting();
  stream.write('a\n');
  stream[method]();
  await eventLoopTurn();
  expect(calls).toEqual(['a\n', method]);
});

test('no more than some text waits', () => {
  const { stream, calls } = noting();
  const line = `${'x'.repeat(100_000)}\n`;
  for (let index = 0; index < 3; index += 1) stream.write(line);
  expect(calls).toEqual([line.repeat(3)]);
});
