// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { runScript } from './test-support/child-script.ts';
import { LogDirectory } from './test-support/log-directory.ts';

const LINES = 6000;

const FILE_PORT = new URL('./file-port.ts', import.meta.url).href;

const CORE_TESTING = new URL('../../core/src/testing/index.ts', import.meta.url).href;

/** Every way in which a process ends while records are on their way; the script has 300 batches of 20 lines. */
const ENDS: readonly (readonly [string, string])[] = [
  ['process.exit at once', 'end(0); process.exit();'],
  ['process.exit in a later turn', 'end(0); setImmediate(() => process.exit());'],
  ['process.exit in the middle of writing', 'end(0); setTimeout(() => process.exit(), 4);'],
  ['process.exit in a microtask of a send', 'end(0, () => process.exit());'],
  ['an uncaught exception', "end(0); setTimeout(() => { throw new Error('uncaught'); }, 2);"],
  [
    'a handler of SIGTERM',
    "process.on('SIGTERM', () => process.exit()); end(0); process.kill(process.pid, 'SIGTERM');",
  ],
];

function script(path: string, options: string, end: string): string {
  return `
    const options = { path: ${JSON.stringify(path)}, maxFileBytes: 10_000, maxFiles: Infinity, ${options} };
    const exporter = new RotatingFileLogRecordExporter(options);
    const batches = Array.from({ length: 300 }, (_, index) => linesBatch(numberedLines(index * 20, index * 20 + 19)));
    const { signal } = new AbortController();
    // Half of the batches are sent; the processor, of which this is a part, hands over all from its exit event.
    const settled = new Set();
    let inFlight = [];
    function end(from, then = () => {}) {
      const sent = batches.slice(from, 150);
      for (const batch of sent) {
        void exporter.send(batch, signal).then(() => { settled.add(batch); then(); });
      }
    }
    process.on('exit', () => {
      const outcomes = exporter.sendSync(batches.filter((batch) => !settled.has(batch)), 20_000);
      const kinds = new Set(outcomes.map((outcome) => outcome.kind));
      console.log([...kinds].join());
    });
    process.on('uncaughtException', () => process.exit());
    ${end}
  `;
}

describe('the exit of the process', () => {
  it.each(ENDS)('writes every accepted record once, in order, within the limits: %s', async (_name, end) => {
    const logs = new LogDirectory();
    const printed = await runScript(script(logs.at('orders.jsonl'), '', end));
    expect(printed).toBe('delivered\n');
    const files = logs.inOrder('orders.jsonl');
    expect(files.join('')).toBe(Array.from({ length: LINES }, (_, n) => `{"n":${n}}\n`).join(''));
    for (const text of files) expect(text.length).toBeLessThanOrEqual(10_000);
    expect(files.length).toBeGreaterThan(6);
  });

  it('writes them durably where the policy asks for it', async () => {
    const logs = new LogDirectory();
    const end = 'end(0); setTimeout(() => process.exit(), 3);';
    expect(await runScript(script(logs.at('orders.jsonl'), "fsync: 'every-batch'", end))).toBe('delivered\n');
    expect(logs.inOrder('orders.jsonl').join('').split('\n')).toHaveLength(LINES + 1);
  });

  it('waits for a rename that another thread is about to do, instead of doing it again', async () => {
    const logs = new LogDirectory();
    const printed = await runScript(`
      const { Worker } = await import('node:worker_threads');
      const { nodeFilePort } = await import(${JSON.stringify(FILE_PORT)});
      const slow = new Worker(
        "import { parentPort } from 'node:worker_threads'; import { renameSync } from 'node:fs';" +
          "parentPort.on('message', (names) => setTimeout(() => renameSync(...names), 200));",
        { eval: true },
      );
      await new Promise((resolve) => slow.once('online', resolve));
      const port = {
        ...nodeFilePort,
        rename: (...names) => {
          slow.postMessage(names);
          setImmediate(() => process.exit());
          return new Promise(() => {});
        },
      };
      const options = { path: ${JSON.stringify(logs.at('orders.jsonl'))}, maxFileBytes: 16, maxFiles: Infinity };
      const exporter = new RotatingFileLogRecordExporter(options, port);
      const batch = linesBatch(numberedLines(1, 5));
      void exporter.send(batch, new AbortController().signal);
      process.on('exit', () => console.log(exporter.sendSync([batch], 5000)[0].kind));
      setInterval(() => {}, 1000);
    `);
    expect(printed).toBe('delivered\n');
    expect(logs.contents()).toStrictEqual({
      'orders.000001.jsonl': '{"n":1}\n{"n":2}\n',
      'orders.000002.jsonl': '{"n":3}\n{"n":4}\n',
      'orders.jsonl': '{"n":5}\n',
    });
  });

  it('takes a send in flight for the same one', async () => {
    const logs = new LogDirectory();
    await runScript(`
      const exporter = new RotatingFileLogRecordExporter({ path: ${JSON.stringify(logs.at('orders.jsonl'))} });
      const batch = linesBatch(numberedLines(1, 3));
      void exporter.send(batch, new AbortController().signal);
      process.on('exit', () => {
        exporter.sendSync([batch], 1000);
        exporter.sendSync([batch], 1000);
      });
      process.exit();
    `);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":1}\n{"n":2}\n{"n":3}\n' });
  });

  it('finishes what a processor exported that keeps nothing and knows of no exit', async () => {
    const logs = new LogDirectory();
    await runScript(`
      const { testRecord } = await import(${JSON.stringify(CORE_TESTING)});
      const exporter = new RotatingFileLogRecordExporter({ path: ${JSON.stringify(logs.at('orders.jsonl'))} });
      for (let n = 0; n < 50; n += 1) exporter.export([testRecord({ body: 'order ' + n })], () => {});
      await Promise.resolve();
      process.exit();
    `);
    expect(logs.read('orders.jsonl').match(/order \d+/g)).toStrictEqual(
      Array.from({ length: 50 }, (_, n) => `order ${n}`),
    );
  });

  it('gives back what can not be written, with the reason', async () => {
    const logs = new LogDirectory();
    const printed = await runScript(`
      const exporter = new RotatingFileLogRecordExporter({ path: ${JSON.stringify(logs.at('orders.jsonl'))} });
      const { mkdirSync } = await import('node:fs');
      process.on('exit', () => {
        mkdirSync(${JSON.stringify(logs.at('orders.jsonl'))});
        const [outcome] = exporter.sendSync([linesBatch(['{}'])], 1000);
        console.log(outcome.kind, outcome.reason);
      });
      process.exit();
    `);
    expect(printed).toMatch(/^retryable opening .*orders\.jsonl failed with EISDIR/);
  });

  it('writes nothing after a shutdown', async () => {
    const logs = new LogDirectory();
    const printed = await runScript(`
      const exporter = new RotatingFileLogRecordExporter({ path: ${JSON.stringify(logs.at('orders.jsonl'))} });
      await exporter.shutdown();
      console.log(JSON.stringify(exporter.sendSync([linesBatch(['{}'])], 1000)));
    `);
    expect(printed).toBe('[{"kind":"failed","reason":"the file exporter is already shut down"}]\n');
    expect(logs.names()).toStrictEqual([]);
  });
});
