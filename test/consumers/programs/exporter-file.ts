// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { RotatingFileLogRecordExporter } from '@logferry/exporter-file';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

import { SeverityNumber } from './line.ts';

void test('records of the official batch processor lie in rotated files, complete and in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'logferry-consumer-'));
  try {
    const exporter = new RotatingFileLogRecordExporter({
      path: join(folder, 'shop.jsonl'),
      maxFileBytes: 16_384,
      maxFiles: 100,
    });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const logger = provider.getLogger('shop');
    for (let order = 0; order < 1000; order += 1) {
      logger.emit({ severityNumber: SeverityNumber.INFO, body: `order ${order}` });
    }
    await provider.shutdown();
    // Rotated files carry a number that sorts; the current file is the last.
    const rotated = readdirSync(folder).filter((name) => /^shop\.\d+\.jsonl$/.test(name));
    const inOrder = [...rotated.toSorted(), 'shop.jsonl'];
    assert.ok(inOrder.length > 2, `only ${inOrder.join(', ')}`);
    const bodies = inOrder.flatMap((name) => bodiesIn(readFileSync(join(folder, name), 'utf8')));
    assert.deepEqual(
      bodies,
      Array.from({ length: 1000 }, (_, order) => `order ${order}`),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

interface LogsData {
  readonly resourceLogs: {
    readonly scopeLogs: { readonly logRecords: { readonly body: { readonly stringValue: string } }[] }[];
  }[];
}

function bodiesIn(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line) => (JSON.parse(line) as LogsData).resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords)
    .map(({ body }) => body.stringValue);
}
