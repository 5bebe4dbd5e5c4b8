// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FanOutLogRecordProcessor } from '@logferry/processor-fanout';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';

import { logs, SeverityNumber } from './line.ts';

void test('each destination gets what it wants, beside one that changes records and one that throws', async () => {
  const all = new InMemoryLogRecordExporter();
  const errors = new InMemoryLogRecordExporter();
  const ends = { forceFlush: async () => {}, shutdown: async () => {} };
  const changes: LogRecordProcessor = { ...ends, onEmit: (record) => void record.setBody('changed') };
  const throws: LogRecordProcessor = {
    ...ends,
    onEmit() {
      throw new Error('no');
    },
  };
  const processor = new FanOutLogRecordProcessor({
    destinations: {
      changes: { processor: changes },
      throws: { processor: throws },
      all: { processor: new SimpleLogRecordProcessor({ exporter: all }), loggers: { exclude: ['noisy.*'] } },
      errors: { processor: new SimpleLogRecordProcessor({ exporter: errors }), minimumSeverity: 'error' },
    },
  });
  const provider = new LoggerProvider({ processors: [processor] });
  logs.setGlobalLoggerProvider(provider);
  logs.getLogger('shop').emit({ severityNumber: SeverityNumber.INFO, body: 'info' });
  logs.getLogger('shop').emit({ severityNumber: SeverityNumber.ERROR, body: { code: 7 }, attributes: { order: 7 } });
  logs.getLogger('noisy.cache').emit({ severityNumber: SeverityNumber.INFO, body: 'noise' });
  await provider.forceFlush();
  assert.deepEqual(
    all.getFinishedLogRecords().map(({ body }) => body),
    ['info', { code: 7 }],
  );
  const [error] = errors.getFinishedLogRecords();
  assert.deepEqual([error?.body, { ...error?.attributes }], [{ code: 7 }, { order: 7 }]);
  const { destinations } = processor.stats();
  assert.equal(destinations['errors']?.filtered.severity, 2);
  assert.equal(destinations['throws']?.failed.processor_threw, 3);
  await provider.shutdown();
});
