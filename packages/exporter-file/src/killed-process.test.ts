// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { runScript } from './test-support/child-script.ts';
import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

const ROUNDS = 5;

interface Line {
  readonly round: number;
  readonly n: number;
}

/** Undefined for what is not a whole line. */
function parseLine(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}

describe('a process that ends without a shutdown', () => {
  it('ends by itself, with everything written', async () => {
    const logs = new LogDirectory();
    await runScript(`
      const exporter = new RotatingFileLogRecordExporter({ path: ${JSON.stringify(logs.at('orders.jsonl'))} });
      void exporter.send(linesBatch(numberedLines(1, 2)), new AbortController().signal);
    `);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":1}\n{"n":2}\n' });
  });

  it('keeps what was delivered when it is killed in the middle of a write, and glues nothing to a torn line', async () => {
    const logs = new LogDirectory();
    const path = logs.at('orders.jsonl');
    const delivered: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const printed = await runScript(`
        import { writeSync } from 'node:fs';
        const options = { path: ${JSON.stringify(path)}, maxFileBytes: 300_000, maxFiles: Infinity };
        const exporter = new RotatingFileLogRecordExporter(options);
        let n = 0;
        const next = (count) => linesBatch(
          Array.from({ length: count }, () => JSON.stringify({ round: ${round}, n: n++, text: 'x'.repeat(500) })),
        );
        const { signal } = new AbortController();
        for (let batch = 0; batch < 10; batch += 1) {
          await exporter.send(next(100), signal);
          writeSync(1, '100\\n');
        }
        void exporter.send(next(1500), signal);
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${round});
      `);
      delivered.push(100 * printed.split('\n').filter((line) => line === '100').length);
    }
    const exporter = fileExporter({ path, maxFiles: Infinity });
    await sendLines(exporter, ['{"round":"last","n":0}']);
    const lines = logs.inOrder('orders.jsonl').flatMap((text) => text.trimEnd().split('\n'));
    expect(lines.at(-1)).toBe('{"round":"last","n":0}');
    const parsed = lines.map(parseLine);
    for (const [round, count] of delivered.entries()) {
      expect(count).toBe(1000);
      const found = parsed.filter((line) => line?.round === round).map((line) => line?.n);
      expect(found.length).toBeGreaterThanOrEqual(count);
      expect(found).toStrictEqual(Array.from(found, (_, index) => index));
    }
    expect(parsed.filter((line) => line === undefined).length).toBeLessThanOrEqual(ROUNDS);
  });
});
