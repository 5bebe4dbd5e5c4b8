// SPDX-License-Identifier: Apache-2.0
import { createLogPipeline, type DestinationOptions, type LogDestinationStats } from '@logferry/config';
import type { LogRecordExporter, LogRecordProcessor } from '@logferry/core';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { CollectingExporter } from './collecting-exporter.ts';
import { SDK_LINES } from './sdk-lines.ts';

const COUNT = 10_000;
const KIB = 1024;

const throws: LogRecordProcessor = {
  onEmit() {
    throw new Error('no record is taken');
  },
  forceFlush: async () => {
    throw new Error('nothing is flushed');
  },
  shutdown() {
    throw new Error('and nothing ends');
  },
};

const hangs: LogRecordExporter = {
  export() {},
  forceFlush: async () => await new Promise(() => {}),
  shutdown: async () => await new Promise(() => {}),
};

/** Its bodies take some room. */
function bodyOf(index: number): string {
  return `order ${index} ${'x'.repeat(200)}`;
}

/** A file on a full disk: a small one in memory where the test may mount it, or else the device that is always full. */
function fullDisk(folder: string): NonNullable<DestinationOptions['exporter']> {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'pipe' });
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    return { type: 'rotating-file', path: join(disk, 'orders.jsonl'), maxRecordsPerLine: 1 };
  } catch {
    return {
      export(records, resultCallback) {
        try {
          appendFileSync('/dev/full', `${JSON.stringify(records.map(({ body }) => body))}\n`);
          resultCallback({ code: 0 });
        } catch {
          resultCallback({ code: 1 });
        }
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
  }
}

function bodiesIn(folder: string): string[] {
  const files = readdirSync(folder).toSorted();
  return files.flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/order \d+ x+/g)].flat());
}

function droppedOf({ queue }: LogDestinationStats): number {
  return Object.values(queue?.dropped ?? {}).reduce((sum, count) => sum + count, 0);
}

describe.each(SDK_LINES)(
  'five destinations on the line %s, of which one throws, one hangs, one has a full disk',
  (_, makeProvider) => {
    it('deliver every record to the other two, and count each of the rest', { timeout: 60_000 }, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'logferry-five-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const collected = new CollectingExporter();
      const queue = { shutdownTimeoutMillis: 1000 };
      const pipeline = createLogPipeline({
        destinations: {
          throws: { processor: throws },
          collected: { exporter: collected },
          hangs: { exporter: hangs, queue: { ...queue, maxQueueSize: 2048 } },
          full: { exporter: fullDisk(folder), queue: { ...queue, maxQueueBytes: 256 * KIB } },
          files: {
            exporter: {
              type: 'rotating-file',
              path: join(folder, 'logs', 'orders.jsonl'),
              maxFileBytes: 200 * KIB,
              maxFiles: 100,
            },
          },
        },
        shutdownTimeoutMillis: 2000,
      });
      const provider = makeProvider(pipeline.processors);
      const logger = provider.getLogger('shop');
      const expected = Array.from({ length: COUNT }, (__, index) => bodyOf(index));
      for (const [index, body] of expected.entries()) {
        logger.emit({ severityNumber: 9, body });
        // Like an application that gives its exporters a turn now and then.
        if (index % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await provider.shutdown();
      expect(collected.bodies).toEqual(expected);
      expect(bodiesIn(join(folder, 'logs'))).toEqual(expected);

      const { destinations } = pipeline.stats();
      const statsOf = (name: string): LogDestinationStats => destinations[name] as LogDestinationStats;
      for (const name of ['collected', 'files']) {
        expect(statsOf(name).queue).toMatchObject({ emitted: COUNT, accepted: COUNT, delivered: COUNT, queued: 0 });
      }
      expect(statsOf('throws').filters).toMatchObject({
        emitted: COUNT,
        passed: 0,
        failed: { processor_threw: COUNT },
      });
      expect(statsOf('hangs').queue).toMatchObject({ emitted: COUNT, delivered: 0, queued: 0 });
      expect(droppedOf(statsOf('hangs'))).toBe(COUNT);
      const { delivered = 0 } = statsOf('full').queue ?? {};
      expect(delivered + droppedOf(statsOf('full'))).toBe(COUNT);
      expect(droppedOf(statsOf('full'))).toBeGreaterThan(COUNT / 2);
      // What it says it delivered is on the disk that had room for it.
      if (delivered > 0) expect(bodiesIn(join(folder, 'disk'))).toEqual(expected.slice(0, delivered));
    });
  },
);
