// SPDX-License-Identifier: Apache-2.0
import { ManualClock, testRecord } from '@logferry/core/testing';
import { type ArchivedFile, RotatingFileLogRecordExporter, type RotatingFileOptions } from '@logferry/exporter-file';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { CollectedMetrics } from '@logferry-test/support';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';

function testDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'logferry-worker-file-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes bodies through a worker, one batch each, and shuts it down. */
async function write(options: RotatingFileOptions, bodies: readonly unknown[]): Promise<void> {
  const exporter = new WorkerLogRecordExporter(RotatingFileLogRecordExporter, options);
  const processor = new BatchingLogRecordProcessor(exporter, { maxExportBatchSize: 1 });
  for (const body of bodies) processor.onEmit(testRecord({ body }));
  await processor.shutdown();
  expect(exporter.stats()).toMatchObject({ deliveredRecords: bodies.length, crashes: 0 });
}

/** All files of a directory with their content. */
function contents(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory)
      .toSorted()
      .map((name) => {
        const bytes = readFileSync(join(directory, name));
        return [name, (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()];
      }),
  );
}

const path = '/tmp/never-made/orders.log';

describe('options of the file exporter that can not go to a worker thread', () => {
  test.each<[RotatingFileOptions, string]>([
    [{ output: 'stdout' }, 'output must be \'file\' in a worker thread; it is "stdout"'],
    [
      { path, rotateOnSignal: 'SIGHUP' },
      'rotateOnSignal must be undefined in a worker thread: it receives no signal; it is "SIGHUP"',
    ],
    [
      { path, format: 'json', header: () => '' },
      'header must be a text in a worker thread: it can not wait for a function of another; it is a value of type function',
    ],
    [
      { path, format: 'json', footer: () => '' },
      'footer must be a text in a worker thread: it can not wait for a function of another; it is a value of type function',
    ],
    [
      { path: join(tmpdir(), 'orders.log'), clock: new ManualClock() },
      "clock can't be used in a worker thread: it is an instance of ManualClock; leave it out, or use the exporter without a worker",
    ],
  ])('are refused by their name: %o', (options, message) => {
    expect(() => new WorkerLogRecordExporter(RotatingFileLogRecordExporter, options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message }),
    );
    expect(() => statSync('/tmp/never-made')).toThrow(/ENOENT/);
  });
});

describe('options of the file exporter that work in a worker thread', () => {
  test('a formatter, a header and a footer, limits, names, modes, a link, and the owner', async () => {
    const directory = testDirectory();
    const umask = process.umask(0o077);
    onTestFinished(() => void process.umask(umask));
    const isRoot = process.geteuid?.() === 0;
    await write(
      {
        path: join(directory, 'logs', 'orders.csv'),
        output: 'file',
        // What it closes over stays in this thread, where it is called.
        format: ({ body }) => `${String(body)},${directory.length}`,
        header: 'body',
        footer: 'end',
        maxFileBytes: 1024 + 12,
        maxFiles: 2,
        maxTotalBytes: 10_000,
        maxAgeMillis: 60_000,
        maxRecordBytes: 20_000,
        rotatedName: '{sequence}-{reason}',
        currentLink: join(directory, 'current'),
        fileMode: 0o644,
        directoryMode: 0o755,
        ...(isRoot ? { owner: { uid: 65_534, gid: 65_534 } } : {}),
        fsync: 'interval',
        fsyncIntervalMillis: 10,
        lock: true,
        whenInUse: 'own-name',
        maxPendingBytes: 1_048_576,
      },
      [1, 2, 3],
    );
    const logs = join(directory, 'logs');
    const width = directory.length;
    expect(contents(logs)).toStrictEqual({
      'orders.000002-size.csv': `body\n2,${width}\nend\n`,
      'orders.csv': `body\n3,${width}\n`,
    });
    expect(readlinkSync(join(directory, 'current'))).toBe(join('logs', 'orders.csv'));
    const facts = [logs, join(logs, 'orders.csv')].map((name) => statSync(name));
    expect(facts.map(({ mode }) => mode & 0o777)).toStrictEqual([0o755, 0o644]);
    if (isRoot) expect(facts.map(({ uid, gid }) => [uid, gid])).toStrictEqual(facts.map(() => [65_534, 65_534]));
  });

  test('flat JSON, rotation by time and its zone, compression, the archive with its hook, and metrics', async () => {
    const directory = testDirectory();
    const told: ArchivedFile[] = [];
    const metrics = new CollectedMetrics();
    await write(
      {
        path: join(directory, 'orders.log'),
        format: 'json',
        json: { fieldNames: { time: false, severityText: 'level', severityNumber: false, scopeName: false } },
        rotateEvery: 'day',
        timeZone: 'Pacific/Chatham',
        maxFileBytes: 100,
        compression: 'gzip',
        archiveDirectory: join(directory, 'archive'),
        onArchived: (file) => void told.push(file),
        meterProvider: metrics.provider,
      },
      [1, 2, 3],
    );
    const line = (n: number): string => `{"level":"INFO","message":${n},"resource.service.name":"orders"}\n`;
    expect(contents(join(directory, 'archive'))).toStrictEqual({
      'orders.000001.log.gz': line(1),
      'orders.000002.log.gz': line(2),
    });
    expect(readFileSync(join(directory, 'orders.log'), 'utf8')).toBe(line(3));
    expect(told.map(({ path: archived, recordCount }) => [archived, recordCount])).toStrictEqual([
      [join(directory, 'archive', 'orders.000001.log.gz'), 1],
      [join(directory, 'archive', 'orders.000002.log.gz'), 1],
    ]);
    const collected = await metrics.collect();
    const valuesOf = (name: string): unknown =>
      collected[`logferry.exporter.file.${name}`]?.points.map(({ value }) => value);
    expect(valuesOf('written.records')).toStrictEqual([3]);
    expect(valuesOf('rotations')).toStrictEqual([2]);
  });

  test('OTLP JSON with the length of its lines, a relative path, and a directory that is made durable', async () => {
    const directory = testDirectory();
    const before = process.cwd();
    process.chdir(directory);
    onTestFinished(() => process.chdir(before));
    await write(
      {
        path: 'new/orders.jsonl',
        format: 'otlp-json',
        maxLineBytes: 1024,
        maxRecordsPerLine: 1,
        fsync: 'every-batch',
      },
      ['one', 'two'],
    );
    const { 'orders.jsonl': text = '' } = contents(join(directory, 'new'));
    expect([...text.matchAll(/"stringValue":"(one|two)"/g)].map((match) => match[1])).toStrictEqual(['one', 'two']);
    expect(text.split('\n')).toHaveLength(3);
  });

  test('hooks that are called here, also with what another one threw', async () => {
    const directory = testDirectory();
    const errors: string[] = [];
    await write(
      {
        path: join(directory, 'orders.log'),
        format: 'json',
        maxFileBytes: 1,
        onArchived: () => {
          throw new RangeError('secret');
        },
        onError: ({ message }) => void errors.push(message),
      },
      [1, 2],
    );
    const rotated = join(directory, 'orders.000001.log');
    await expect.poll(() => errors).toStrictEqual([`the onArchived hook for ${rotated} failed with UNKNOWN`]);
  });
});
