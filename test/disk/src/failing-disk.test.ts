// SPDX-License-Identifier: Apache-2.0
import type { LogferryError } from '@logferry/core';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { mountFailingDisk, testDirectory } from './file-systems.ts';
import { exporterIn, send } from './numbered-records.ts';
import { orderProblem, readLog } from './read-log.ts';

const NO_PERIODS = { maxFileBytes: 100_000, maxFiles: 1000 };

describe('a disk that reports I/O errors', () => {
  it('stops the delivery alone: said once, counted, and resumed when the disk is back, with every record once', async (context) => {
    const directory = testDirectory();
    const logs = join(directory, 'disk', 'logs');
    const disk = mountFailingDisk(context, join(directory, 'disk'), join(directory, 'image'));
    const said: string[] = [];
    diag.setLogger(
      { error: (text: string) => said.push(text), warn() {}, info() {}, debug() {}, verbose() {} },
      { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
    );
    onTestFinished(() => diag.disable());
    const errors: LogferryError[] = [];
    const exporter = exporterIn(logs, { ...NO_PERIODS, onError: (error) => errors.push(error) });
    const path = join(logs, 'orders.jsonl');
    expect(await send(exporter, 0, 50)).toMatchObject({ kind: 'delivered' });
    disk.fail('kept');
    const write = `writing ${path} failed with EIO: i/o error`;
    expect(await send(exporter, 50, 250)).toStrictEqual({ kind: 'retryable', reason: write, retryAfterMillis: 1000 });
    const open = `opening ${path} failed with EIO: i/o error`;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await send(exporter, 50, 250)).toStrictEqual({ kind: 'retryable', reason: open, retryAfterMillis: 1000 });
    }
    expect(await exporter.rotate()).toBe(false);
    expect(exporter.stats()).toMatchObject({ writtenRecords: 50, failures: { EIO: 5 } });
    expect(errors.map(({ code, message }) => [code, message])).toStrictEqual([
      ['UNUSABLE_FILE', write],
      ...Array.from({ length: 4 }, () => ['UNUSABLE_FILE', open]),
    ]);
    expect(said).toStrictEqual(
      [write, open].map((text) => `@logferry/exporter-file: ${text}; records wait until it works again`),
    );
    disk.repair();
    expect(await send(exporter, 50, 250)).toMatchObject({ kind: 'delivered' });
    await exporter.shutdown();
    const files = readLog(logs, 'orders.jsonl');
    expect(orderProblem(files, 0, 300)).toBeUndefined();
    expect(files.length).toBeGreaterThan(3);
  });

  it('at an fsync is the end of the file, which goes with the reason fault', async (context) => {
    const directory = testDirectory();
    const logs = join(directory, 'disk', 'logs');
    const disk = mountFailingDisk(context, join(directory, 'disk'), join(directory, 'image'));
    const exporter = exporterIn(logs, { fsync: 'on-rotate', rotatedName: '{sequence}-{reason}' });
    await send(exporter, 0, 20);
    disk.fail('kept');
    expect(await exporter.rotate()).toBe(false);
    expect(exporter.stats()).toMatchObject({ rotations: 0, failures: { EIO: 1 } });
    disk.repair();
    expect(await send(exporter, 20, 10)).toMatchObject({ kind: 'delivered' });
    await exporter.shutdown();
    const files = readLog(logs, 'orders.jsonl');
    expect(files.map(({ name }) => name)).toStrictEqual(['orders.000001-fault.jsonl', 'orders.jsonl']);
    expect(orderProblem(files, 0, 30)).toBeUndefined();
  });
});

describe('a power cut', () => {
  it.for([
    ['as it is', {}],
    ['compressed', { compression: 'gzip' }],
    ['compressed, in an archive', { compression: 'gzip', archiveDirectory: 'archive' }],
  ] as const)('takes no record that counts as delivered with every-batch: %s', async ([, how], context) => {
    const directory = testDirectory();
    const mounted = join(directory, 'disk');
    const disk = mountFailingDisk(context, mounted, join(directory, 'image'));
    const logs = join(mounted, 'new', 'logs');
    const archive = 'archiveDirectory' in how ? join(mounted, 'other', how.archiveDirectory) : undefined;
    const options = { ...NO_PERIODS, ...how, archiveDirectory: archive, fsync: 'every-batch' } as const;
    const delivered: number[] = [];
    let next = 0;
    for (let round = 0; round < 4; round += 1) {
      const exporter = exporterIn(logs, options);
      for (let batch = 0; batch < 5 + 4 * round; batch += 1) {
        expect(await send(exporter, next, 17)).toMatchObject({ kind: 'delivered' });
        delivered.push(...Array.from({ length: 17 }, (_, index) => next + index));
        next += 17;
      }
      const inFlight = send(exporter, next, 300);
      await new Promise((resolve) => setTimeout(resolve, round * 3));
      disk.fail('lost');
      if ((await inFlight).kind === 'delivered') {
        delivered.push(...Array.from({ length: 300 }, (_, index) => next + index));
      }
      next += 300;
      await exporter.shutdown();
      disk.repair();
    }
    await exporterIn(logs, options).shutdown();
    const files = [
      ...(archive === undefined ? [] : readLog(archive, 'orders.jsonl')),
      ...readLog(logs, 'orders.jsonl'),
    ];
    const found = files.flatMap(({ numbers }) => numbers);
    expect(found).toStrictEqual([...new Set(found)].toSorted((a, b) => a - b));
    const kept = new Set(found);
    expect(delivered.filter((number) => !kept.has(number))).toStrictEqual([]);
    // A power cut leaves one half-written line each at most.
    expect(files.reduce((sum, { fragments }) => sum + fragments, 0)).toBeLessThanOrEqual(4);
  });
});
