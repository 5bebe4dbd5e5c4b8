// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';

import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { type LineSink, LineStream } from './line-stream.ts';
import { LineWindow, WINDOW_UNITS } from './line-window.ts';

/** Keeps lines, and how they came. */
class KeptLines implements LineSink {
  readonly takesBytes: boolean;
  readonly lines: string[] = [];
  fromWindow = 0;
  slices = 0;

  constructor(takesBytes: boolean = true) {
    this.takesBytes = takesBytes;
  }

  begin(): void {
    this.slices += 1;
  }

  take(line: string): void {
    this.lines.push(line);
  }

  takeAt(window: LineWindow, start: number): number {
    const end = window.lineEnd(start);
    this.lines.push(window.text(start, end));
    this.fromWindow += 1;
    return end;
  }

  room(): Promise<void> | undefined {
    return undefined;
  }

  async end(): Promise<void> {}

  async flush(): Promise<void> {}
}

async function taken(
  chunks: readonly (string | Buffer)[],
  linesPerLook: number,
  sink: KeptLines = new KeptLines(),
): Promise<KeptLines> {
  const stream = new LineStream({ sink, window: new LineWindow(), linesPerLook });
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await once(stream, 'close');
  return sink;
}

function split(text: string, places: readonly number[]): string[] {
  const cuts = [0, ...places.map((place) => place % (text.length + 1)), text.length].toSorted((a, b) => a - b);
  return cuts.slice(1).map((cut, index) => text.slice(cuts[index], cut));
}

const line = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  fc.constantFrom('', '\r', 'grüße 漢 \u{1f600}', 'x'.repeat(300)),
  { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }).map((more) => 'y'.repeat(WINDOW_UNITS + more)) },
  { weight: 1, arbitrary: fc.nat(3).map((more) => 'ü'.repeat(WINDOW_UNITS - 1 - more)) },
);

test('every line is taken once, in order, in whatever pieces it comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 30 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 8 }),
      async (lines, places, areBytes, takesBytes, linesPerLook) => {
        const text = lines.map((content) => `${content.replaceAll('\n', '')}\n`.toWellFormed()).join('');
        const bytes = Buffer.from(text);
        const chunks = areBytes
          ? split(bytes.toString('latin1'), places).map((piece) => Buffer.from(piece, 'latin1'))
          : split(text, places);
        const { lines: got } = await taken(chunks, linesPerLook, new KeptLines(takesBytes));
        expect(got).toEqual(text.split('\n').filter((content) => content !== ''));
      },
    ),
    randomRuns(200),
  );
});

test('a line without a newline at the end is taken, and one of blanks is not', async () => {
  expect((await taken(['first\nsec', 'ond'], 256)).lines).toEqual(['first', 'second']);
  expect((await taken(['first\n', ' \r'], 256)).lines).toEqual(['first']);
});

test('broken UTF-8 is read as replacement characters', async () => {
  const bytes = Buffer.from([0x61, 0xff, 0xc3, 0x0a, 0xe2, 0x82, 0x0a, 0xf0, 0x9f, 0x98, 0x80, 0x0a]);
  const { lines } = await taken([bytes.subarray(0, 9), bytes.subarray(9)], 256);
  expect(lines).toEqual(bytes.toString().split('\n').slice(0, -1));
});

test('lines come from the window unless they are longer than it, and the time is asked for once for many', async () => {
  const short = 'short\n'.repeat(1000);
  const { lines, fromWindow, slices } = await taken([short, `${'z'.repeat(WINDOW_UNITS)}\n`, short], 256);
  expect({ lines: lines.length, fromWindow }).toEqual({ lines: 2001, fromWindow: 2000 });
  expect(slices).toBeLessThan(20);
});
