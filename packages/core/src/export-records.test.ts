// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { type BatchEncoder, type EncodedBatch, exportRecords, isEncodingExporter, type SendOutcome } from './index.ts';
import { testRecord } from './testing/index.ts';

const signal = new AbortController().signal;

function exporter(outcome: SendOutcome | Error, log: string[] = [], resource: Promise<void> = Promise.resolve()) {
  return {
    createEncoder(): BatchEncoder {
      let recordCount = 0;
      return {
        append: (record) => {
          recordCount += 1;
          log.push(`append ${String(record.body)}`);
        },
        get recordCount() {
          return recordCount;
        },
        byteLength: 0,
        get pending() {
          return resource.then(() => void log.push('resource settled'));
        },
        take: () => {
          log.push('take');
          if (recordCount === 0) return undefined;
          const batch: EncodedBatch = {
            bytes: new Uint8Array(recordCount),
            recordCount,
            split: () => [batch],
            release: () => void log.push('release'),
          };
          return batch;
        },
      };
    },
    async send(batch: EncodedBatch): Promise<SendOutcome> {
      log.push(`send ${batch.recordCount}`);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  };
}

test('records are encoded, the resource is waited for, and the batch is released after the send', async () => {
  const log: string[] = [];
  const records = [testRecord({ body: 'a' }), testRecord({ body: 'b' })];
  expect(await exportRecords(exporter({ kind: 'delivered', rejectedCount: 0 }, log), records, signal)).toEqual({
    code: 0,
  });
  expect(log).toEqual(['append a', 'append b', 'resource settled', 'take', 'send 2', 'release']);
});

test('a resource that never settles ends the export when its signal is aborted, without a send', async () => {
  const log: string[] = [];
  const timeout = new AbortController();
  const never = new Promise<void>(() => {});
  const result = exportRecords(
    exporter({ kind: 'delivered', rejectedCount: 0 }, log, never),
    [testRecord()],
    timeout.signal,
  );
  timeout.abort();
  expect(await result).toMatchObject({
    code: 1,
    error: { code: 'EXPORT_FAILED', message: "the resource's asynchronous attributes were not known in time" },
  });
  expect(log).toEqual(['append order accepted']);
});

test('no record is no send, and success', async () => {
  const log: string[] = [];
  expect(await exportRecords(exporter({ kind: 'failed', reason: 'x' }, log), [], signal)).toEqual({ code: 0 });
  expect(log).not.toContain('send 0');
});

test.each<[SendOutcome | Error, string]>([
  [{ kind: 'delivered', rejectedCount: 1, message: 'too old' }, 'the destination rejected 1 of 1 records: too old'],
  [{ kind: 'delivered', rejectedCount: 1 }, 'the destination rejected 1 of 1 records'],
  [{ kind: 'failed', reason: 'PERMISSION_DENIED' }, 'PERMISSION_DENIED'],
  [{ kind: 'retryable', reason: 'UNAVAILABLE' }, 'UNAVAILABLE'],
  [new Error('broken'), 'export failed'],
])('an outcome that is not full delivery is a failure with its reason (%o)', async (outcome, message) => {
  const result = await exportRecords(exporter(outcome), [testRecord()], signal);
  expect(result).toMatchObject({ code: 1, error: { code: 'EXPORT_FAILED', message } });
});

test('an exporter that takes bytes is recognised by its methods', () => {
  const official = { export: () => {}, shutdown: async () => {}, forceFlush: async () => {} };
  expect(isEncodingExporter(official)).toBe(false);
  expect(isEncodingExporter({ ...official, ...exporter({ kind: 'delivered', rejectedCount: 0 }) })).toBe(true);
});
