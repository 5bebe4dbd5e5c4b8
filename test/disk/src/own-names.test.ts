// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

import { testDirectory } from './file-systems.ts';
import { readLog } from './read-log.ts';
import { WRITE_RECORDS, writeRecords, type WriteRecordsTask } from './run-program.ts';

/** The first number of each writer. */
const FIRST = [0, 1_000_000, 2_000_000, 3_000_000];

const COUNT = 8_000;

/** Runs the program in a thread of this process. */
async function writeInThread(task: WriteRecordsTask): Promise<void> {
  const execArgv = ['--conditions=@logferry/source'];
  const thread = new Worker(WRITE_RECORDS, { argv: [JSON.stringify(task)], execArgv, stdout: true });
  thread.stdout.resume();
  expect(await once(thread, 'exit')).toStrictEqual([0]);
}

describe.runIf(process.platform === 'linux')(
  'two processes and two worker threads that begin at once on one path',
  () => {
    it('have a name of their own each, where that is asked for, and every record is in exactly one file', async () => {
      const directory = testDirectory();
      const options = {
        path: join(directory, 'orders.jsonl'),
        format: 'json',
        maxFileBytes: 200_000,
        maxFiles: 1000,
        compression: 'gzip',
        whenInUse: 'own-name',
      };
      const tasks = FIRST.map((first) => ({ first, count: COUNT, end: 'shutdown', options }) as const);
      await Promise.all(tasks.map((task, index) => (index < 2 ? writeRecords(task) : writeInThread(task))));
      const stems = new Set(readdirSync(directory).map((name) => name.replace(/(?:\.\d{6})?\.jsonl(?:\.gz)?$/, '')));
      const written: number[][] = [];
      for (const stem of stems) {
        const files = readLog(directory, `${stem}.jsonl`, stem);
        expect(files.length).toBeGreaterThan(3);
        expect(files.map(({ fragments }) => fragments)).toStrictEqual(files.map(() => 0));
        for (const { bytes } of files) expect(bytes).toBeLessThanOrEqual(options.maxFileBytes);
        written.push(files.flatMap(({ numbers }) => numbers));
      }
      const all = FIRST.flatMap((first) => Array.from({ length: COUNT }, (_, index) => first + index));
      // Whoever comes after another has ended takes its name, and goes on behind it.
      expect(stems.size).toBeGreaterThan(1);
      expect(stems.size).toBeLessThanOrEqual(4);
      expect([...stems].toSorted()).toStrictEqual(
        ['orders', 'orders.p2', 'orders.p3', 'orders.p4'].slice(0, stems.size),
      );
      for (const numbers of written) {
        const writers = [...new Set(numbers.map((number) => Math.floor(number / 1_000_000)))];
        const inOrder = writers.flatMap((writer) => all.filter((number) => Math.floor(number / 1_000_000) === writer));
        expect(numbers).toStrictEqual(inOrder);
      }
      expect(written.flat().toSorted((a, b) => a - b)).toStrictEqual(all);
    });
  },
);
