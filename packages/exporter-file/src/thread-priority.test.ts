// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { describe, expect, it } from 'vitest';

import { numberedLines } from './test-support/encoded-lines.ts';
import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';
import { watchThreads } from './test-support/watch-threads.ts';

/** Nice values above that of the process, one for each thread that has one: proc(5), field 19 of `stat`. */
function loweredThreads(): number[] {
  return readdirSync('/proc/self/task')
    .map((thread) => readFileSync(`/proc/self/task/${thread}/stat`, 'utf8'))
    .map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]))
    .filter((nice) => nice > getPriority());
}

/** What a lowered thread has. */
const LOWERED = Math.min(getPriority() + 5, 19);

// Elsewhere threads have no priority of their own.
describe.runIf(process.platform === 'linux')('the priority of the thread that compresses', () => {
  it.each(['gzip', 'zstd'] as const)('is below that of all other threads, %s', async (compression) => {
    const logs = new LogDirectory();
    const seen: number[][] = [];
    const exporter = fileExporter({
      path: logs.at('orders.jsonl'),
      maxFileBytes: 8,
      compression,
      onArchived: () => void seen.push(loweredThreads()),
    });
    await sendLines(exporter, numberedLines(1, 3));
    await exporter.shutdown();
    expect(seen).toStrictEqual([[LOWERED], [LOWERED]]);
  });

  it('is theirs in a new thread when more than three files wait, until none does', async () => {
    const logs = new LogDirectory();
    const threads = watchThreads();
    const seen: number[][] = [];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const onArchived = async (): Promise<void> => {
      seen.push(loweredThreads());
      if (seen.length === 1) await released;
    };
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 8, compression: 'gzip', onArchived });
    await sendLines(exporter, numberedLines(1, 2));
    await expect.poll(() => seen).toStrictEqual([[LOWERED]]);
    await sendLines(exporter, numberedLines(3, 7));
    release();
    await expect.poll(() => exporter.stats().archivedFiles).toBe(6);
    expect(seen).toStrictEqual([[LOWERED], [], [], [], [], [LOWERED]]);
    await exporter.shutdown();
    expect(threads).toHaveLength(2);
    await Promise.all(threads);
  });
});
