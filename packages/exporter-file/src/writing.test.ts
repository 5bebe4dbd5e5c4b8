// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { linesBatch, numberedLines } from './test-support/encoded-lines.ts';
import { fileExporter, noAbort, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

const DELIVERED = { kind: 'delivered', rejectedCount: 0 };

describe('writing', () => {
  it('appends each batch to the current file', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') });
    expect(await sendLines(exporter, ['{"n":1}', '{"n":2}'])).toStrictEqual(DELIVERED);
    expect(await sendLines(exporter, ['{"n":3}'])).toStrictEqual(DELIVERED);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":1}\n{"n":2}\n{"n":3}\n' });
    expect(exporter.stats()).toStrictEqual({
      currentFile: logs.at('orders.jsonl'),
      currentFileBytes: 24,
      writtenRecords: 3,
      writtenBytes: 24,
      rotations: 0,
      deletedFiles: 0,
      repairedLines: 0,
      externalChanges: 0,
      pendingBytes: 0,
      archivedFiles: 0,
      failures: {},
      drops: {},
    });
  });

  it('makes no file before there is something to write', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('deep', 'er', 'orders.jsonl') });
    expect(existsSync(logs.at('deep', 'er'))).toBe(true);
    await exporter.forceFlush();
    await exporter.shutdown();
    expect(readdirSync(logs.at('deep', 'er'))).toStrictEqual([]);
  });

  it('keeps the order of sends that were not waited for', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 100, maxFiles: Infinity });
    const sends = Array.from({ length: 50 }, (_, index) =>
      sendLines(exporter, numberedLines(index * 3, index * 3 + 2)),
    );
    await Promise.all(sends);
    expect(logs.inOrder('orders.jsonl').join('')).toBe(`${numberedLines(0, 149).join('\n')}\n`);
  });

  it('refuses a batch that does not say where its lines end', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') });
    const { lines: _lines, ...batch } = linesBatch(['{}']);
    expect(await exporter.send(batch, noAbort())).toStrictEqual({
      kind: 'failed',
      reason: 'the batch is not one of lines',
    });
    expect(logs.names()).toStrictEqual([]);
  });

  it('writes nothing of a send that was aborted before', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') });
    const cancelled = { kind: 'retryable', reason: 'the send was cancelled' };
    expect(await exporter.send(linesBatch(['{}']), AbortSignal.abort())).toStrictEqual(cancelled);
    const abort = new AbortController();
    const first = sendLines(exporter, ['{"n":1}']);
    const waiting = exporter.send(linesBatch(['{"n":2}']), abort.signal);
    const last = sendLines(exporter, ['{"n":3}']);
    abort.abort();
    expect(await waiting).toStrictEqual(cancelled);
    expect([await first, await last]).toStrictEqual([DELIVERED, DELIVERED]);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":1}\n{"n":3}\n' });
  });
});

describe('rotation', () => {
  it('cuts a batch between lines, so that no file exceeds its limit', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 20 });
    await sendLines(exporter, numberedLines(1, 5));
    expect(logs.contents()).toStrictEqual({
      'orders.000001.jsonl': '{"n":1}\n{"n":2}\n',
      'orders.000002.jsonl': '{"n":3}\n{"n":4}\n',
      'orders.jsonl': '{"n":5}\n',
    });
    expect(exporter.stats()).toMatchObject({ rotations: 2, writtenRecords: 5, writtenBytes: 40, currentFileBytes: 8 });
  });

  it('gives a line above the limit a file of its own', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 20 });
    await sendLines(exporter, ['{"n":1}', '{"long":"aaaaaaaaaaaaaaaa"}', '{"n":2}']);
    expect(logs.contents()).toStrictEqual({
      'orders.000001.jsonl': '{"n":1}\n',
      'orders.000002.jsonl': '{"long":"aaaaaaaaaaaaaaaa"}\n',
      'orders.jsonl': '{"n":2}\n',
    });
  });

  it('fills a file to its limit exactly', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 16 });
    await sendLines(exporter, numberedLines(1, 2));
    await sendLines(exporter, numberedLines(3, 3));
    expect(logs.contents()).toStrictEqual({
      'orders.000001.jsonl': '{"n":1}\n{"n":2}\n',
      'orders.jsonl': '{"n":3}\n',
    });
  });

  it('goes on in the current file and with the sequence after a restart', async () => {
    const logs = new LogDirectory();
    const options = { path: logs.at('orders.jsonl'), maxFileBytes: 20 };
    const before = fileExporter(options);
    await sendLines(before, numberedLines(1, 5));
    await before.shutdown();
    const after = fileExporter(options);
    await sendLines(after, numberedLines(6, 7));
    expect(logs.contents()).toStrictEqual({
      'orders.000001.jsonl': '{"n":1}\n{"n":2}\n',
      'orders.000002.jsonl': '{"n":3}\n{"n":4}\n',
      'orders.000003.jsonl': '{"n":5}\n{"n":6}\n',
      'orders.jsonl': '{"n":7}\n',
    });
  });

  it('finishes the rotation of a process that died between the rename and the next file', async () => {
    const logs = new LogDirectory();
    writeFileSync(logs.at('orders.000004.jsonl'), '{"n":1}\n');
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 8 });
    await sendLines(exporter, numberedLines(2, 3));
    expect(logs.contents()).toStrictEqual({
      'orders.000004.jsonl': '{"n":1}\n',
      'orders.000005.jsonl': '{"n":2}\n',
      'orders.jsonl': '{"n":3}\n',
    });
  });

  it('passes a rotated name that something else has taken', async () => {
    const logs = new LogDirectory();
    mkdirSync(logs.at('orders.000003.jsonl'));
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 8 });
    await sendLines(exporter, numberedLines(1, 2));
    expect(logs.names()).toStrictEqual(['orders.000003.jsonl', 'orders.000004.jsonl', 'orders.jsonl']);
  });
});

describe('retention', () => {
  it('keeps the newest files, the current one among them', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 8, maxFiles: 3 });
    await sendLines(exporter, numberedLines(1, 6));
    expect(logs.contents()).toStrictEqual({
      'orders.000004.jsonl': '{"n":4}\n',
      'orders.000005.jsonl': '{"n":5}\n',
      'orders.jsonl': '{"n":6}\n',
    });
    expect(exporter.stats()).toMatchObject({ rotations: 5, deletedFiles: 3, failures: {} });
  });

  it('keeps only the current file when that is the limit', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 8, maxFiles: 1 });
    await sendLines(exporter, numberedLines(1, 3));
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":3}\n' });
  });

  it('deletes at the first write what a lower limit than before leaves over', async () => {
    const logs = new LogDirectory();
    for (const sequence of ['000008', '000009', '000010', '1000000']) {
      writeFileSync(logs.at(`orders.${sequence}.jsonl`), 'old\n');
    }
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFiles: 3 });
    await sendLines(exporter, ['{}']);
    expect(logs.names()).toStrictEqual(['orders.000010.jsonl', 'orders.1000000.jsonl', 'orders.jsonl']);
  });

  it('deletes nothing but regular files that its own pattern names', async () => {
    const logs = new LogDirectory();
    const strangers = [
      'audit.000001.jsonl',
      'orders.000001.jsonl.bak',
      'orders.1.jsonl',
      'orders.jsonl.000001',
      'orders.old.000001.jsonl',
      'orders.0000001.jsonl',
    ];
    for (const name of strangers) writeFileSync(logs.at(name), 'keep\n');
    mkdirSync(logs.at('orders.000001.jsonl'));
    symlinkSync(logs.at('audit.000001.jsonl'), logs.at('orders.000002.jsonl'));
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 8, maxFiles: 1 });
    await sendLines(exporter, numberedLines(1, 4));
    expect(logs.names()).toStrictEqual(
      [...strangers, 'orders.000001.jsonl', 'orders.000002.jsonl', 'orders.jsonl'].toSorted(),
    );
    expect(exporter.stats()).toMatchObject({ deletedFiles: 3, failures: {} });
  });
});
