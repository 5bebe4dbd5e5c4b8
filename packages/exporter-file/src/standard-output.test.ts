// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';
import { runScript } from './test-support/child-script.ts';

describe('the standard output', () => {
  it('takes the lines, and after them what was handed over at the exit', async () => {
    const printed = await runScript(`
      const exporter = new RotatingFileLogRecordExporter({ output: 'stdout' });
      const { signal } = new AbortController();
      const first = linesBatch(numberedLines(1, 2));
      const outcome = await exporter.send(first, signal);
      if (outcome.kind !== 'delivered') throw new Error(outcome.reason);
      const second = linesBatch(numberedLines(3, 4));
      void exporter.send(second, signal);
      process.on('exit', () => {
        const outcomes = exporter.sendSync([second, linesBatch(numberedLines(5, 6))], 1000);
        console.error(outcomes.map(({ kind }) => kind).join(), exporter.stats().writtenRecords);
      });
      process.exit();
    `);
    expect(printed).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n{"n":5}\n{"n":6}\n');
  });

  it('that nobody reads ends the delivery, not the process', async () => {
    const script = `
      import { RotatingFileLogRecordExporter } from ${JSON.stringify(new URL('./rotating-file-log-record-exporter.ts', import.meta.url).href)};
      import { linesBatch } from ${JSON.stringify(new URL('./test-support/encoded-lines.ts', import.meta.url).href)};
      const exporter = new RotatingFileLogRecordExporter({ output: 'stdout' });
      await new Promise((resolve) => setTimeout(resolve, 200));
      const outcome = await exporter.send(linesBatch(['{}']), new AbortController().signal);
      console.error(JSON.stringify([outcome, exporter.stats().failures]));
    `;
    const errors = await new Promise<string>((resolve) => {
      const args = ['--conditions=@logferry/source', '--input-type=module', '--eval', script];
      const child = execFile(process.execPath, args, (_error, _stdout, stderr) => resolve(stderr));
      child.stdout?.destroy();
    });
    expect(JSON.parse(errors)).toStrictEqual([
      { kind: 'failed', reason: 'writing stdout failed with EPIPE' },
      { EPIPE: 1 },
    ]);
  });

  it('contradicts a path', () => {
    expect(() => new RotatingFileLogRecordExporter({ output: 'stdout', path: 'orders.jsonl' })).toThrow(
      'path must be undefined when output is \'stdout\'; it is "orders.jsonl"',
    );
  });
});
