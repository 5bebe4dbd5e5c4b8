// SPDX-License-Identifier: Apache-2.0
import { type BatchEncoder, Diagnostics, systemClock } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { logBatch } from '@logferry-test/support';
import { expect, test } from 'vitest';

import { OtlpExporter, type Transport } from './index.ts';

/** Counts records and makes batches of as many. */
class CountingEncoder implements BatchEncoder {
  recordCount = 0;
  readonly byteLength: number = 0;
  readonly pending: undefined = undefined;

  append(): void {
    this.recordCount += 1;
  }

  take(): ReturnType<BatchEncoder['take']> {
    const bodies = Array.from({ length: this.recordCount }, (_, index) => `${index}`);
    this.recordCount = 0;
    return bodies.length === 0 ? undefined : logBatch(bodies);
  }
}

test('exports use the encoders of earlier ones, and createEncoder always makes a new one', async () => {
  let made = 0;
  const transport: Transport = {
    send: async () => ({ kind: 'accepted', status: 'OK', rejectedCount: 0, message: undefined }),
    close: () => undefined,
  };
  const exporter = new OtlpExporter({
    options: {
      retry: {
        backoff: { initialMillis: 1, maxMillis: 1, multiplier: 1, jitter: 0 },
        maxAttempts: 1,
        maxElapsedMillis: 1000,
      },
      maxRequestBytes: 1_000_000,
      maxConcurrentSends: 1,
      meterProvider: undefined,
      clock: systemClock,
    },
    diagnostics: new Diagnostics('test'),
    target: 'nowhere',
    identity: {
      packageName: 'test',
      componentType: 'test_exporter',
      serverAddress: 'nowhere',
      serverPort: undefined,
      statusCodeAttribute: 'rpc.response.status_code',
    },
    transport,
    createEncoder: () => {
      made += 1;
      return new CountingEncoder();
    },
  });
  const results: unknown[] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    // Two that begin in the same turn.
    exporter.export([testRecord()], (result) => results.push(result));
    exporter.export([testRecord(), testRecord()], (result) => results.push(result));
    await exporter.forceFlush();
  }
  await expect.poll(() => results.length).toBe(20);
  expect(results).toEqual(Array.from({ length: 20 }, () => ({ code: 0 })));
  expect(made).toBe(1);
  expect(exporter.createEncoder()).not.toBe(exporter.createEncoder());
  expect(made).toBe(3);
});
