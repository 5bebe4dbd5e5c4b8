// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import type { ArchivedFile } from './finish-file.ts';
import type { RotatingFileOptions } from './options.ts';
import type { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';
import { fileExporter, noAbort } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

async function sendBodies(exporter: RotatingFileLogRecordExporter, bodies: readonly unknown[]): Promise<void> {
  const encoder = exporter.createEncoder();
  for (const body of bodies) encoder.append(testRecord({ body }));
  const batch = encoder.take();
  if (batch === undefined) throw new Error('nothing was encoded');
  expect(await exporter.send(batch, noAbort())).toStrictEqual({ kind: 'delivered', rejectedCount: 0 });
  batch.release();
}

describe('other formats', () => {
  it('json: rotates between records, which the hook counts', async () => {
    const logs = new LogDirectory();
    const told: ArchivedFile[] = [];
    const exporter = fileExporter({
      path: logs.at('orders.log'),
      format: 'json',
      maxFileBytes: 400,
      maxFiles: Infinity,
      onArchived: (file) => void told.push(file),
    });
    await sendBodies(exporter, [1, 2, 3, 4, 5, 6, 7]);
    await exporter.shutdown();
    const messages = logs.inOrder('orders.log').map((text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { message: number }).message),
    );
    expect(messages.flat()).toStrictEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(told.map(({ recordCount, firstTimeMillis }) => [recordCount, firstTimeMillis])).toStrictEqual(
      messages.slice(0, -1).map((found) => [found.length, 1_767_225_600_123]),
    );
  });

  it('a formatter: with a header and a footer in each file, within the limit', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({
      path: logs.at('orders.csv'),
      format: ({ body, severityText }) => `${String(body)},${String(severityText)}`,
      header: () => 'body,severity',
      footer: () => 'end\n',
      maxFileBytes: 1024 + 30,
    });
    await sendBodies(exporter, [1, 2, 3]);
    expect(logs.contents()).toStrictEqual({
      'orders.000001.csv': 'body,severity\n1,INFO\n2,INFO\nend\n',
      'orders.csv': 'body,severity\n3,INFO\n',
    });
    expect(exporter.stats()).toMatchObject({ writtenRecords: 3, writtenBytes: 21 });
  });

  it('a header and a footer may be texts', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({
      path: logs.at('orders.csv'),
      format: ({ body }) => String(body),
      header: 'body',
      footer: 'end',
    });
    await sendBodies(exporter, [1]);
    await exporter.rotate();
    expect(logs.contents()).toStrictEqual({ 'orders.000001.csv': 'body\n1\nend\n' });
  });

  it('a header that is larger than the limit leaves room for a record', async () => {
    const logs = new LogDirectory();
    const options: RotatingFileOptions = {
      path: logs.at('orders.csv'),
      format: ({ body }) => String(body),
      header: () => 'long header',
    };
    const exporter = fileExporter({ ...options, maxFileBytes: 8 });
    await sendBodies(exporter, [1, 2]);
    expect(logs.contents()).toStrictEqual({
      'orders.000001.csv': 'long header\n1\n',
      'orders.csv': 'long header\n2\n',
    });
  });

  it('a header or footer hook that throws costs the text alone, and is counted', async () => {
    const logs = new LogDirectory();
    const errors: string[] = [];
    const fail = (): string => {
      throw new Error('secret');
    };
    const exporter = fileExporter({
      path: logs.at('orders.csv'),
      format: ({ body }) => String(body),
      header: fail,
      footer: () => 'x'.repeat(2000),
      onError: ({ message }) => errors.push(message),
    });
    await sendBodies(exporter, [1]);
    await exporter.rotate();
    expect(logs.contents()).toStrictEqual({ 'orders.000001.csv': '1\n' });
    expect(exporter.stats().failures).toStrictEqual({ UNKNOWN: 2 });
    expect(errors.join()).not.toContain('secret');
  });

  it.each([
    [{ header: () => '' }, "header must be undefined when format is 'otlp-json'; it is a value of type function"],
    [{ format: 'json', header: 7 as never }, 'header must be a text or a function; it is 7'],
    [{ format: 'json', footer: '€'.repeat(342) }, 'footer must be less than 1024 bytes; it is "1026 bytes"'],
    [{ format: 'text' as 'json' }, "format must be 'otlp-json', 'json' or a function; it is \"text\""],
    [{ json: {} }, "json must be undefined unless format is 'json'; it is a value of type object"],
    [
      { format: 'json', maxLineBytes: 2048 },
      "maxLineBytes must be undefined unless format is 'otlp-json': each line holds one record; it is 2048",
    ],
  ] satisfies [Partial<RotatingFileOptions>, string][])('a bad option is refused: %o', (options, message) => {
    expect(() => fileExporter({ path: '/tmp/never-made/orders.log', ...options })).toThrow(message);
  });
});
