// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Diagnostics, type EncodedBatch, Environment } from '@logferry/core';
import { OtlpExporter, resolveSharedOptions, type Transport } from '@logferry/otlp-exporter-base';

void test('an exporter over a transport of its own retries what is refused for now, and counts', async () => {
  let attempts = 0;
  const transport: Transport = {
    send: async () => {
      attempts += 1;
      return attempts === 1
        ? { kind: 'refused', status: 'BUSY', decision: 'retry', details: 'later', retryDelayMillis: undefined }
        : { kind: 'accepted', status: 'OK', rejectedCount: 1, message: 'one is too old' };
    },
    close: () => undefined,
  };
  const diagnostics = new Diagnostics('test');
  const exporter = new OtlpExporter({
    options: resolveSharedOptions({ retry: { initialBackoffMillis: 1 } }, new Environment({}, diagnostics)),
    diagnostics,
    target: 'nowhere',
    transport,
    createEncoder: () => assert.fail('bytes are given'),
    identity: {
      packageName: 'test',
      componentType: 'test_exporter',
      serverAddress: 'nowhere',
      serverPort: undefined,
      statusCodeAttribute: 'http.response.status_code',
    },
  });
  const batch: EncodedBatch = {
    bytes: new Uint8Array(3),
    recordCount: 2,
    split: () => [batch],
    release: () => undefined,
  };
  // The wait for the next attempt holds no process.
  const alive = setTimeout(() => undefined, 60_000);
  const outcome = await exporter.send(batch, new AbortController().signal);
  clearTimeout(alive);
  assert.deepEqual(outcome, { kind: 'delivered', rejectedCount: 1, message: 'one is too old' });
  assert.deepEqual(exporter.stats().attemptsByStatus, { BUSY: 1, OK: 1 });
  await exporter.shutdown();
});
