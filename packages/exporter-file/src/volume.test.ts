// SPDX-License-Identifier: Apache-2.0
import { testRecord, testResource } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { fileExporter, noAbort } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';
import { bodiesIn } from './test-support/read-bodies.ts';

const MIB = 1024 * 1024;
const RECORDS = 100_000;

function body(number: number): string {
  return `order ${number} accepted, ${'x'.repeat(number % 200)}`;
}

describe('100,000 records with a rotation every 1 MiB', () => {
  it('are each in exactly one file, in order, each file within its limit, each line below 1 MiB', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: MIB, maxFiles: Infinity });
    const resource = testResource({ 'service.name': 'orders', 'host.name': 'h1' });
    const encoder = exporter.createEncoder();
    const flush = async (): Promise<void> => {
      const batch = encoder.take();
      if (batch === undefined) return;
      expect(await exporter.send(batch, noAbort())).toStrictEqual({ kind: 'delivered', rejectedCount: 0 });
      batch.release();
    };
    for (let n = 0; n < RECORDS; n += 1) {
      encoder.append(testRecord({ body: body(n), attributes: { 'order.id': n }, resource }));
      if (encoder.byteLength >= 900_000) await flush();
    }
    await flush();
    await exporter.shutdown();

    const files = logs.inOrder('orders.jsonl');
    let next = 0;
    for (const text of files) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MIB);
      expect(text.endsWith('\n')).toBe(true);
      for (const found of bodiesIn(text)) {
        if (found !== body(next)) throw new Error(`record ${next} is missing; ${found} stands in its place`);
        next += 1;
      }
    }
    expect(next).toBe(RECORDS);
    const { rotations, writtenRecords, writtenBytes } = exporter.stats();
    expect(rotations).toBe(files.length - 1);
    expect(rotations).toBeGreaterThan(20);
    expect(writtenRecords).toBe(RECORDS);
    expect(writtenBytes).toBe(files.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
  });
});
