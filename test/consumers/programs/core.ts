// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  type BatchEncoder,
  type EncodedBatch,
  type EncodingLogRecordExporter,
  exportRecords,
  integerOption,
  isEncodingExporter,
  isLogferryError,
  type ReadableLogRecord,
  type SendOutcome,
} from '@logferry/core';
import { ManualClock, testRecord } from '@logferry/core/testing';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

import { SeverityNumber } from './line.ts';

class BodiesEncoder implements BatchEncoder {
  readonly byteLength = 0;
  readonly pending = undefined;
  #bodies: string[] = [];

  get recordCount(): number {
    return this.#bodies.length;
  }

  append(record: ReadableLogRecord): void {
    this.#bodies.push(String(record.body));
  }

  take(): ReturnType<BatchEncoder['take']> {
    const recordCount = this.recordCount;
    if (recordCount === 0) return undefined;
    const bytes = new TextEncoder().encode(this.#bodies.join('\n'));
    this.#bodies = [];
    const batch: EncodedBatch = { bytes, recordCount, split: () => [batch], release: () => {} };
    return batch;
  }
}

class BodiesExporter implements EncodingLogRecordExporter {
  readonly maxConcurrentSends = 1;
  readonly received: string[] = [];

  createEncoder(): BatchEncoder {
    return new BodiesEncoder();
  }

  async send(batch: EncodedBatch): Promise<SendOutcome> {
    this.received.push(...new TextDecoder().decode(batch.bytes).split('\n'));
    return { kind: 'delivered', rejectedCount: 0 };
  }

  export(records: ReadableLogRecord[], done: Parameters<EncodingLogRecordExporter['export']>[1]): void {
    void this.#export(records, done);
  }

  async #export(records: ReadableLogRecord[], done: Parameters<EncodingLogRecordExporter['export']>[1]): Promise<void> {
    done(await exportRecords(this, records, new AbortController().signal));
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

void test('an exporter written against the contract works behind the official batch processor', async () => {
  const exporter = new BodiesExporter();
  assert.equal(isEncodingExporter(exporter), true);
  const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('core');
  for (const body of ['a', 'b', 'c']) logger.emit({ severityNumber: SeverityNumber.INFO, body });
  await provider.shutdown();
  assert.deepEqual(exporter.received, ['a', 'b', 'c']);
});

void test('a bad option is an error with a code', () => {
  assert.throws(
    () => integerOption('maxFiles', 0, 10, { min: 1 }),
    (error) => isLogferryError(error) && error.code === 'INVALID_OPTION',
  );
});

void test('the testing entry point has a clock and records', async () => {
  const clock = new ManualClock();
  let isDue = false;
  clock.setTimer(() => {
    isDue = true;
  }, 1000);
  await clock.advance(1000);
  assert.equal(isDue, true);
  assert.equal(testRecord({ body: 'x' }).body, 'x');
});
