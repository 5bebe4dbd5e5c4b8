// SPDX-License-Identifier: Apache-2.0
import type { ExportResult } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { type FilePort, nodeFilePort } from './file-port.ts';
import { linesBatch, numberedLines } from './test-support/encoded-lines.ts';
import { faultyPort } from './test-support/faulty-port.ts';
import { fileExporter, noAbort, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';
import type { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';

const ALREADY = 'the file exporter is already shut down';

function exportRecord(exporter: RotatingFileLogRecordExporter): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export([testRecord()], resolve));
}

/** Open descriptors of this process that lead below a directory. */
function openBelow(directory: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(directory) ? [target] : [];
    } catch {
      // The descriptor that lists the directory is closed by now.
      return [];
    }
  });
}

/** A port whose writes wait until they are let go. */
function heldPort(): { readonly port: FilePort; readonly release: () => void } {
  let release!: () => void;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const port = faultyPort({
    append: async (fd, bytes, from, to) => {
      await held;
      return await nodeFilePort.append(fd, bytes, from, to);
    },
  });
  return { port, release };
}

describe('flush', () => {
  it('waits for every send before it', async () => {
    const logs = new LogDirectory();
    const { port, release } = heldPort();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') }, port);
    const events: string[] = [];
    const sends = [1, 2].map((n) => sendLines(exporter, [`{"n":${n}}`]).then(() => events.push(`written ${n}`)));
    const flushes = [1, 2].map((n) => exporter.forceFlush().then(() => events.push(`flushed ${n}`)));
    release();
    await Promise.all([...sends, ...flushes]);
    expect(events).toStrictEqual(['written 1', 'written 2', 'flushed 1', 'flushed 2']);
  });

  it('resolves when nothing was sent, and after a shutdown', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') });
    await exporter.forceFlush();
    await exporter.shutdown();
    await exporter.forceFlush();
    expect(logs.names()).toStrictEqual([]);
  });
});

describe('shutdown', () => {
  it('writes what was sent before and refuses what comes after', async () => {
    const logs = new LogDirectory();
    const { port, release } = heldPort();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') }, port);
    const before = [sendLines(exporter, ['{"n":1}']), sendLines(exporter, ['{"n":2}'])];
    const flush = exporter.forceFlush();
    const shutdown = exporter.shutdown();
    expect(await sendLines(exporter, ['{"n":3}'])).toStrictEqual({ kind: 'failed', reason: ALREADY });
    const result = await exportRecord(exporter);
    expect(result).toMatchObject({ code: 1, error: { code: 'ALREADY_SHUTDOWN', message: ALREADY } });
    release();
    await Promise.all([flush, shutdown]);
    expect(await Promise.all(before)).toMatchObject([{ kind: 'delivered' }, { kind: 'delivered' }]);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":1}\n{"n":2}\n' });
  });

  it('may be called twice, at once and later', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') });
    await sendLines(exporter, ['{}']);
    await Promise.all([exporter.shutdown(), exporter.shutdown()]);
    await exporter.shutdown();
    expect(await sendLines(exporter, ['{}'])).toStrictEqual({ kind: 'failed', reason: ALREADY });
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{}\n' });
    expect(exporter.stats()).toMatchObject({ writtenRecords: 1, currentFileBytes: 0 });
  });

  it.runIf(process.platform === 'linux')(
    'leaves no descriptor open, after rotations and failures as well',
    async () => {
      const logs = new LogDirectory();
      let failures = 0;
      const port = faultyPort({
        append: async (fd, bytes, from, to) => {
          failures += 1;
          if (failures % 3 === 0) throw new Error('broken');
          return await nodeFilePort.append(fd, bytes, from, to);
        },
        setMode: () => (failures % 5 === 0 ? Promise.reject(new Error('broken')) : Promise.resolve()),
      });
      const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 16, fileMode: 0o640 }, port);
      for (let n = 0; n < 50; n += 1) {
        await exporter.send(linesBatch(numberedLines(n, n + 3)), noAbort());
        expect(openBelow(logs.path).length).toBeLessThanOrEqual(1);
      }
      await exporter.shutdown();
      expect(openBelow(logs.path)).toStrictEqual([]);
      expect(exporter.stats().rotations).toBeGreaterThan(20);
    },
  );
});
