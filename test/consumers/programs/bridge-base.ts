// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BridgeEmitter } from '@logferry/bridge-base';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';

import { logs } from './line.ts';

void test('an entry reaches the global provider of this line as a whole record', async () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  logs.setGlobalLoggerProvider(provider);
  const emitter = new BridgeEmitter({ packageName: 'test' });
  const error = new RangeError('too much', { cause: new TypeError('no number') });
  emitter.emit('shop', 17, () => ({
    body: 'order refused',
    severityText: 'error',
    time: '2026-01-02T03:04:05.006Z',
    error,
    fields: { total: 7n, tags: new Set(['new']) },
  }));
  await provider.forceFlush();
  const [record] = exporter.getFinishedLogRecords();
  assert.deepEqual(record?.hrTime, [1_767_323_045, 6_000_000]);
  assert.equal(record.instrumentationScope.name, 'shop');
  assert.equal(record.attributes['exception.type'], 'RangeError');
  assert.match(
    String(record.attributes['exception.stacktrace']),
    /^RangeError: too much\n[^]*\nCaused by: TypeError: no number\n/,
  );
  assert.deepEqual([record.attributes['total'], record.attributes['tags']], [7, ['new']]);
  assert.deepEqual(emitter.stats(), { emitted: 1, disabled: 0, withoutProvider: 0, looped: 0, failed: 0 });
  await provider.shutdown();
});
