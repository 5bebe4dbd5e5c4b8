// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import type { BatchEncoder, EncodingLogRecordExporter, WorkerReadyExporter } from '@logferry/core';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

import { SeverityNumber } from './line.ts';

interface Options {
  readonly path: string;
}

/** An exporter of somebody else: it appends batches of text to a file, from the thread that it lives in. */
const MODULE = `
  import { appendFileSync } from 'node:fs';
  import { threadId } from 'node:worker_threads';
  export class Appender {
    static workerSupport = { restoreBatch: (parts) => parts };
    maxConcurrentSends = 1;
    constructor({ path }) { this.path = path; }
    async send({ bytes }) {
      appendFileSync(this.path, bytes);
      return { kind: 'delivered', rejectedCount: 0 };
    }
    async forceFlush() {}
    async shutdown() { appendFileSync(this.path, threadId === 0 ? 'main\\n' : 'worker\\n'); }
  }`;

function textEncoder(): BatchEncoder {
  let texts: string[] = [];
  return {
    append: (record) => void texts.push(String(record.body)),
    get recordCount() {
      return texts.length;
    },
    get byteLength() {
      return texts.join('\n').length;
    },
    pending: undefined,
    take() {
      const [bytes, recordCount] = [new TextEncoder().encode(`${texts.join('\n')}\n`), texts.length];
      texts = [];
      const batch = { bytes, recordCount, split: () => [batch], release: () => {} };
      return recordCount === 0 ? undefined : batch;
    },
  };
}

const workerSupport: WorkerReadyExporter<Options>['workerSupport'] = {
  moduleUrl: `data:text/javascript,${encodeURIComponent(MODULE)}`,
  exportName: 'Appender',
  prepare: (options) => ({ options, callbacks: [], maxConcurrentSends: 1, createEncoder: textEncoder }),
  restoreBatch({ bytes, recordCount }) {
    const batch = { bytes, recordCount, split: () => [batch], release: () => {} };
    return batch;
  },
};

function worker(path: string): EncodingLogRecordExporter {
  return new WorkerLogRecordExporter({ workerSupport } as WorkerReadyExporter<Options>, { path });
}

if (process.argv[2] === 'exiting') {
  const exporter = worker(process.argv[3] ?? '');
  const encoder = exporter.createEncoder();
  encoder.append({ body: 'last words' } as Parameters<BatchEncoder['append']>[0]);
  const batch = encoder.take();
  process.on('exit', () => {
    const outcomes = exporter.sendSync?.(batch === undefined ? [] : [batch], 10_000);
    process.exitCode = outcomes?.[0]?.kind === 'delivered' ? 7 : 8;
  });
} else {
  const folder = mkdtempSync(join(tmpdir(), 'logferry-consumer-'));
  void test('records of the official batch processor are delivered by another thread, complete and in order', async () => {
    const path = join(folder, 'shop.txt');
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter: worker(path) })] });
    const logger = provider.getLogger('shop');
    for (let order = 0; order < 1000; order += 1) {
      logger.emit({ severityNumber: SeverityNumber.INFO, body: `order ${order}` });
    }
    await provider.shutdown();
    const expected = Array.from({ length: 1000 }, (_, order) => `order ${order}`);
    assert.deepEqual(readFileSync(path, 'utf8').trimEnd().split('\n'), [...expected, 'worker']);
  });

  void test('a process delivers from its exit event', () => {
    const path = join(folder, 'exit.txt');
    const child = spawnSync(process.execPath, [process.argv[1] ?? '', 'exiting', path], { encoding: 'utf8' });
    assert.equal(child.status, 7, child.stderr);
    assert.equal(readFileSync(path, 'utf8'), 'last words\n');
    rmSync(folder, { recursive: true, force: true });
  });
}
