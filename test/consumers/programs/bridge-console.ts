// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bridgeConsole } from '@logferry/bridge-console';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';

import { logs } from './line.ts';

void test('the global console reaches the global provider of this line until it is restored', async () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  logs.setGlobalLoggerProvider(provider);
  const bridge = bridgeConsole({ output: 'replace', name: 'shop' });
  console.log('order %s', 'accepted', { order: { id: 42 } });
  console.error('payment failed', new RangeError('declined', { cause: new Error('limit reached') }));
  bridge.restore();
  console.log('not this');
  await provider.forceFlush();
  const [accepted, failed, ...more] = exporter.getFinishedLogRecords();
  assert.equal(accepted?.instrumentationScope.name, 'shop');
  const attributes = { order: { id: 42 }, 'console.arguments': ['accepted'] };
  assert.deepEqual([accepted.body, { ...accepted.attributes }], ['order accepted', attributes]);
  assert.deepEqual([failed?.body, failed?.severityNumber], ['payment failed', 17]);
  assert.equal(failed?.attributes['exception.type'], 'RangeError');
  assert.match(
    String(failed.attributes['exception.stacktrace']),
    /^RangeError: declined\n[^]*\nCaused by: Error: limit reached\n/,
  );
  assert.deepEqual(more, []);
  assert.deepEqual(bridge.stats(), { emitted: 2, disabled: 0, withoutProvider: 0, looped: 0, failed: 0 });
  await provider.shutdown();
});
