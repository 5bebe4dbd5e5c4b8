// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';

import type { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';
import { numberedLines } from './test-support/encoded-lines.ts';
import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

interface Scene {
  readonly logs: LogDirectory;
  readonly clock: ManualClock;
  readonly exporter: RotatingFileLogRecordExporter;
}

/** An exporter that has written `{"n":1}` into app/orders.jsonl. */
async function scene(maxFileBytes: number = Infinity): Promise<Scene> {
  const logs = new LogDirectory();
  const clock = new ManualClock();
  const exporter = fileExporter({ path: logs.at('app', 'orders.jsonl'), clock, maxFileBytes });
  await sendLines(exporter, numberedLines(1, 1));
  return { logs, clock, exporter };
}

describe('another program changes the current file', () => {
  it('finds a rename within a second and makes the file again', async () => {
    const { logs, clock, exporter } = await scene();
    renameSync(logs.at('app/orders.jsonl'), logs.at('app/orders.jsonl.1'));
    await sendLines(exporter, numberedLines(2, 2));
    await clock.advance(1000);
    await sendLines(exporter, numberedLines(3, 3));
    expect(logs.read('app/orders.jsonl.1')).toBe('{"n":1}\n{"n":2}\n');
    expect(logs.read('app/orders.jsonl')).toBe('{"n":3}\n');
    expect(exporter.stats()).toMatchObject({ externalChanges: 1, failures: {} });
  });

  it('finds a deletion', async () => {
    const { logs, clock, exporter } = await scene();
    rmSync(logs.at('app/orders.jsonl'));
    await clock.advance(1000);
    await sendLines(exporter, numberedLines(2, 2));
    expect(logs.read('app/orders.jsonl')).toBe('{"n":2}\n');
  });

  it('makes a deleted directory again', async () => {
    const { logs, clock, exporter } = await scene();
    rmSync(logs.at('app'), { recursive: true });
    await clock.advance(1000);
    expect(await sendLines(exporter, numberedLines(2, 2))).toStrictEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(logs.read('app/orders.jsonl')).toBe('{"n":2}\n');
  });

  it('leaves no hole after copytruncate', async () => {
    const { logs, exporter } = await scene();
    copyFileSync(logs.at('app/orders.jsonl'), logs.at('app/orders.jsonl.1'));
    truncateSync(logs.at('app/orders.jsonl'));
    await sendLines(exporter, numberedLines(2, 2));
    expect(logs.read('app/orders.jsonl')).toBe('{"n":2}\n');
  });

  it('counts the size anew after a truncation', async () => {
    const { logs, clock, exporter } = await scene(24);
    await sendLines(exporter, numberedLines(2, 3));
    truncateSync(logs.at('app/orders.jsonl'));
    await clock.advance(1000);
    await sendLines(exporter, numberedLines(4, 6));
    expect(logs.read('app/orders.jsonl')).toBe('{"n":4}\n{"n":5}\n{"n":6}\n');
    expect(exporter.stats()).toMatchObject({ rotations: 0, externalChanges: 1, currentFileBytes: 24 });
  });

  it('ends a line that another program left unfinished', async () => {
    const { logs, clock, exporter } = await scene();
    appendFileSync(logs.at('app/orders.jsonl'), '{"half');
    await clock.advance(1000);
    await sendLines(exporter, numberedLines(2, 2));
    expect(logs.read('app/orders.jsonl')).toBe('{"n":1}\n{"half\n{"n":2}\n');
    expect(exporter.stats()).toMatchObject({ repairedLines: 1 });
  });

  it('never renames a file that took the place of its own', async () => {
    const { logs, exporter } = await scene(16);
    renameSync(logs.at('app/orders.jsonl'), logs.at('app/moved.jsonl'));
    writeFileSync(logs.at('app/orders.jsonl'), 'other\n');
    await sendLines(exporter, numberedLines(2, 3));
    // The second line does not fit: the look before the rotation finds the other file and goes on in it.
    expect(logs.read('app/moved.jsonl')).toBe('{"n":1}\n{"n":2}\n');
    expect(logs.read('app/orders.jsonl')).toBe('other\n{"n":3}\n');
    expect(exporter.stats()).toMatchObject({ rotations: 0, externalChanges: 1 });
  });

  it('goes on in a directory that was replaced, and keeps a second exporter off that as well', async () => {
    const { logs, clock, exporter } = await scene();
    renameSync(logs.at('app'), logs.at('old'));
    mkdirSync(logs.at('app'));
    await clock.advance(1000);
    await sendLines(exporter, numberedLines(2, 2));
    expect(logs.read('app/orders.jsonl')).toBe('{"n":2}\n');
    expect(() => fileExporter({ path: logs.at('app/orders.jsonl') })).toThrow(/is in use/);
    const second = fileExporter({ path: logs.at('old/orders.jsonl') });
    await sendLines(second, numberedLines(3, 3));
    expect(logs.read('old/orders.jsonl')).toBe('{"n":1}\n{"n":3}\n');
  });

  it('looks at the path at most once a second', async () => {
    const { logs, clock, exporter } = await scene();
    await clock.advance(999);
    rmSync(logs.at('app/orders.jsonl'));
    await sendLines(exporter, numberedLines(2, 2));
    expect(exporter.stats()).toMatchObject({ externalChanges: 0 });
    await clock.advance(1);
    await sendLines(exporter, numberedLines(3, 3));
    expect(exporter.stats()).toMatchObject({ externalChanges: 1 });
    expect(logs.read('app/orders.jsonl')).toBe('{"n":3}\n');
  });
});

describe('a half-written last line', () => {
  it.each([
    ['a fragment', '{"n":1}\n{"n":', '{"n":1}\n{"n":\n{"n":2}\n'],
    ['a whole line without its newline', '{"n":1}', '{"n":1}\n{"n":2}\n'],
    ['zeros after a power cut', '{"n":1}\n\0\0\0', '{"n":1}\n\0\0\0\n{"n":2}\n'],
  ])('is ended, never glued to the next record: %s', async (_name, before, after) => {
    const logs = new LogDirectory();
    writeFileSync(logs.at('orders.jsonl'), before);
    const exporter = fileExporter({ path: logs.at('orders.jsonl') });
    await sendLines(exporter, ['{"n":2}']);
    expect(logs.read('orders.jsonl')).toBe(after);
    expect(exporter.stats()).toMatchObject({ repairedLines: 1, writtenRecords: 1, writtenBytes: 8 });
  });

  it('is ended wherever the write was torn', async () => {
    const logs = new LogDirectory();
    const whole = '{"n":1}\n{"text":"zwölf €"}\n';
    const bytes = Buffer.from(whole);
    const path = logs.at('orders.jsonl');
    for (let cut = 8; cut <= bytes.byteLength; cut += 1) {
      const torn = bytes.subarray(0, cut);
      writeFileSync(path, torn);
      const exporter = fileExporter({ path });
      await sendLines(exporter, ['{"n":2}']);
      await exporter.shutdown();
      const isWhole = torn.at(-1) === 0x0a;
      const expected = Buffer.concat([torn, Buffer.from(isWhole ? '{"n":2}\n' : '\n{"n":2}\n')]);
      expect(readFileSync(path)).toStrictEqual(expected);
    }
  });

  it('is ended before the file is rotated', async () => {
    const logs = new LogDirectory();
    writeFileSync(logs.at('orders.jsonl'), '{"n":1}\n{"n":');
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 16 });
    await sendLines(exporter, ['{"n":2}']);
    expect(logs.inOrder('orders.jsonl')).toStrictEqual(['{"n":1}\n{"n":\n', '{"n":2}\n']);
  });
});
