// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';

import type { Compression } from './compressor.ts';
import type { ArchivedFile } from './finish-file.ts';
import { numberedLines } from './test-support/encoded-lines.ts';
import { fileExporter, noAbort, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

const COMPRESSIONS: readonly (readonly [Compression, string, readonly [string, ...string[]]])[] = [
  ['gzip', '.gz', ['gzip', '-dc']],
  ['zstd', '.zst', ['zstd', '-dcq']],
];

function hasTool(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function decompressed(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? zlib.gunzipSync(bytes) : zlib.zstdDecompressSync(bytes)).toString();
}

describe('compression', () => {
  it.each(COMPRESSIONS)(
    '%s: each rotated file becomes one that the ordinary tool opens',
    async (compression, suffix, tool) => {
      const logs = new LogDirectory();
      const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 16, compression });
      await sendLines(exporter, numberedLines(1, 5));
      await exporter.shutdown();
      expect(logs.names()).toStrictEqual([
        `orders.000001.jsonl${suffix}`,
        `orders.000002.jsonl${suffix}`,
        'orders.jsonl',
      ]);
      const [command, ...args] = tool;
      const first = logs.at(`orders.000001.jsonl${suffix}`);
      expect(decompressed(first)).toBe('{"n":1}\n{"n":2}\n');
      if (hasTool(command)) expect(execFileSync(command, [...args, first]).toString()).toBe('{"n":1}\n{"n":2}\n');
      expect(exporter.stats()).toMatchObject({ archivedFiles: 2, failures: {} });
    },
  );

  it('keeps mode and time of the file, whatever the umask', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), compression: 'gzip', fileMode: 0o664 });
    await sendLines(exporter, ['{}']);
    utimesSync(logs.at('orders.jsonl'), 1_700_000_000, 1_700_000_000);
    await exporter.rotate();
    await exporter.shutdown();
    const { mode, mtimeMs } = statSync(logs.at('orders.000001.jsonl.gz'));
    expect([mode & 0o777, mtimeMs]).toStrictEqual([0o664, 1_700_000_000_000]);
  });

  it('counts compressed files for the retention, the sequence and the total size', async () => {
    const logs = new LogDirectory();
    const options = { path: logs.at('orders.jsonl'), maxFileBytes: 8, maxFiles: 3, compression: 'gzip' } as const;
    for (let run = 0; run < 3; run += 1) {
      const exporter = fileExporter(options);
      await sendLines(exporter, numberedLines(run * 2, run * 2 + 1));
      await exporter.shutdown();
    }
    expect(logs.names()).toStrictEqual(['orders.000004.jsonl.gz', 'orders.000005.jsonl.gz', 'orders.jsonl']);
    const limited = fileExporter({ ...options, maxTotalBytes: 40, maxFiles: Infinity });
    await sendLines(limited, ['{"n":9}']);
    await limited.shutdown();
    expect(logs.names()).toStrictEqual(['orders.000006.jsonl.gz', 'orders.jsonl']);
  });

  it('is taken up again after a crash, and what was half-made is deleted', async () => {
    const logs = new LogDirectory();
    writeFileSync(logs.at('orders.000001.jsonl'), '{"n":1}\n');
    writeFileSync(logs.at('orders.000002.jsonl'), '{"n":2}\n');
    writeFileSync(logs.at('orders.000002.jsonl.gz'), zlib.gzipSync('{"n":2}\n'));
    writeFileSync(logs.at('orders.000003.jsonl.gz.tmp'), 'half');
    writeFileSync(logs.at('other.000003.jsonl.gz.tmp'), 'not ours');
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), compression: 'gzip' });
    await exporter.shutdown();
    expect(logs.names()).toStrictEqual([
      'orders.000001.jsonl.gz',
      'orders.000002.jsonl.gz',
      'other.000003.jsonl.gz.tmp',
    ]);
    expect(['1', '2'].map((n) => decompressed(logs.at(`orders.00000${n}.jsonl.gz`)))).toStrictEqual([
      '{"n":1}\n',
      '{"n":2}\n',
    ]);
  });

  it('is taken up again also while the archive is away', async () => {
    const logs = new LogDirectory();
    writeFileSync(logs.at('orders.000001.jsonl'), '{"n":1}\n');
    writeFileSync(logs.at('archive'), 'a file where the directory should be');
    const options = { path: logs.at('orders.jsonl'), archiveDirectory: logs.at('archive') };
    await fileExporter(options).shutdown();
    rmSync(logs.at('archive'));
    await fileExporter(options).shutdown();
    expect(logs.read('archive/orders.000001.jsonl')).toBe('{"n":1}\n');
  });

  it('leaves the file as it is when it fails, and tries again at the next rotation', async () => {
    const logs = new LogDirectory();
    mkdirSync(logs.at('orders.000001.jsonl.gz.tmp'));
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), compression: 'gzip' });
    await sendLines(exporter, ['{"n":1}']);
    await exporter.rotate();
    await expect.poll(() => exporter.stats().failures).toStrictEqual({ ERR_FS_EISDIR: 1 });
    expect(logs.names()).toStrictEqual(['orders.000001.jsonl', 'orders.000001.jsonl.gz.tmp']);
    rmSync(logs.at('orders.000001.jsonl.gz.tmp'), { recursive: true });
    await sendLines(exporter, ['{"n":2}']);
    await exporter.rotate();
    await exporter.shutdown();
    expect(logs.names()).toStrictEqual(['orders.000001.jsonl.gz', 'orders.000002.jsonl.gz']);
  });

  it('does not block the event loop', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), compression: 'gzip', onArchived: () => {} });
    const text = Array.from({ length: 100 }, (_, n) => `${n}`.repeat(400)).join();
    await sendLines(
      exporter,
      Array.from({ length: 400 }, (_, n) => `{"n":${n},"text":"${text}"}`),
    );
    await exporter.rotate();
    const before = performance.eventLoopUtilization();
    await exporter.shutdown();
    const { utilization } = performance.eventLoopUtilization(before);
    expect(exporter.stats().archivedFiles).toBe(1);
    // Compressing 45 MB takes 300 ms and more of one core; on the main thread the loop would be busy all the time.
    expect(utilization).toBeLessThan(0.5);
  });
});

describe('the archive', () => {
  it('takes the files, compressed or not, and counts for retention and sequence', async () => {
    const logs = new LogDirectory();
    const options = {
      path: logs.at('live', 'orders.jsonl'),
      archiveDirectory: logs.at('deep', 'archive'),
      maxFiles: 3,
    };
    for (const compression of ['none', 'none', 'gzip', 'gzip'] as const) {
      const exporter = fileExporter({ ...options, compression });
      await sendLines(exporter, ['{}']);
      await exporter.rotate();
      await exporter.shutdown();
    }
    expect(execFileSync('ls', [logs.at('deep', 'archive')]).toString()).toBe(
      'orders.000003.jsonl.gz\norders.000004.jsonl.gz\n',
    );
    expect(execFileSync('ls', [logs.at('live')]).toString()).toBe('');
  });

  it('is made again where it was deleted', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), archiveDirectory: logs.at('archive') });
    rmSync(logs.at('archive'), { recursive: true });
    await sendLines(exporter, ['{}']);
    expect(await exporter.rotate()).toBe(true);
    await exporter.shutdown();
    expect(logs.read('archive/orders.000001.jsonl')).toBe('{}\n');
  });

  it('may be away for a while', async () => {
    const logs = new LogDirectory();
    writeFileSync(logs.at('archive'), 'a file where the directory should be');
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), archiveDirectory: logs.at('archive') });
    await sendLines(exporter, ['{"n":1}']);
    await exporter.rotate();
    await expect.poll(() => Object.keys(exporter.stats().failures)).toContain('EEXIST');
    rmSync(logs.at('archive'));
    await sendLines(exporter, ['{"n":2}']);
    await exporter.rotate();
    await exporter.shutdown();
    expect(logs.names()).toStrictEqual(['archive']);
    expect(logs.read('archive/orders.000001.jsonl')).toBe('{"n":1}\n');
    expect(logs.read('archive/orders.000002.jsonl')).toBe('{"n":2}\n');
  });
});

describe('the hook for archived files', () => {
  it.each(['none', 'gzip'] as const)('tells what is in a file, %s', async (compression) => {
    const logs = new LogDirectory();
    const told: ArchivedFile[] = [];
    const exporter = fileExporter({
      path: logs.at('orders.jsonl'),
      compression,
      onArchived: (file) => void told.push(file),
    });
    const encoder = exporter.createEncoder();
    for (const seconds of [1_700_000_002, 1_700_000_001, 1_700_000_003]) {
      encoder.append(testRecord({ hrTime: [seconds, 500_000_000] }));
    }
    const batch = encoder.take();
    if (batch === undefined) throw new Error('nothing was encoded');
    await exporter.send(batch, noAbort());
    await exporter.rotate();
    await exporter.shutdown();
    const path = logs.at(`orders.000001.jsonl${compression === 'gzip' ? '.gz' : ''}`);
    const bytes = readFileSync(path);
    expect(told).toStrictEqual([
      {
        path,
        bytes: bytes.byteLength,
        recordCount: 3,
        firstTimeMillis: 1_700_000_001_500,
        lastTimeMillis: 1_700_000_003_500,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    ]);
  });

  it('may fail without any effect on the files', async () => {
    const logs = new LogDirectory();
    const onArchived = (): Promise<void> => Promise.reject(new Error('secret'));
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), onArchived });
    await sendLines(exporter, ['{}']);
    await exporter.rotate();
    await exporter.shutdown();
    expect(logs.names()).toStrictEqual(['orders.000001.jsonl']);
    expect(exporter.stats()).toMatchObject({ archivedFiles: 1, failures: { UNKNOWN: 1 } });
  });

  it('keeps a file from being deleted while it runs', async () => {
    const logs = new LogDirectory();
    let release = (): void => {};
    let isRunning = false;
    const onArchived = (file: ArchivedFile): Promise<void> | undefined => {
      if (!file.path.endsWith('orders.000001.jsonl')) return undefined;
      isRunning = true;
      return new Promise((resolve) => {
        release = resolve;
      });
    };
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 8, maxFiles: 2, onArchived });
    await sendLines(exporter, numberedLines(1, 2));
    await expect.poll(() => isRunning).toBe(true);
    await sendLines(exporter, numberedLines(3, 4));
    expect(logs.names()).toStrictEqual(['orders.000001.jsonl', 'orders.000003.jsonl', 'orders.jsonl']);
    release();
    await expect.poll(() => logs.names()).toStrictEqual(['orders.000003.jsonl', 'orders.jsonl']);
    expect(exporter.stats()).toMatchObject({ rotations: 3, deletedFiles: 2, failures: {} });
  });
});
