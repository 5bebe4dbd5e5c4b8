// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AnonymizingLogRecordProcessor } from '@logferry/processor-anonymize';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';

import { logs, SeverityNumber } from './line.ts';

void test('an official exporter behind it gets redacted records, and one beside it the raw ones', async () => {
  const redacted = new InMemoryLogRecordExporter();
  const raw = new InMemoryLogRecordExporter();
  const processor = new AnonymizingLogRecordProcessor(new SimpleLogRecordProcessor({ exporter: redacted }), {
    policy: 'default',
  });
  const provider = new LoggerProvider({ processors: [processor, new SimpleLogRecordProcessor({ exporter: raw })] });
  logs.setGlobalLoggerProvider(provider);
  const body = { note: 'to jane@example.com', list: ['4111 1111 1111 1111'] };
  logs
    .getLogger('shop')
    .emit({ severityNumber: SeverityNumber.INFO, body, attributes: { password: 'hunter2', order: 7 } });
  await provider.forceFlush();
  const [first] = redacted.getFinishedLogRecords();
  assert.deepEqual(first?.body, { note: 'to [EMAIL]', list: ['[PAYMENT_CARD]'] });
  assert.deepEqual({ ...first?.attributes }, { password: '[SECRET]', order: 7 });
  const [second] = raw.getFinishedLogRecords();
  assert.equal(second?.body, body);
  assert.deepEqual({ ...second?.attributes }, { password: 'hunter2', order: 7 });
  assert.deepEqual(processor.stats().byEntity, { email: 1, payment_card: 1, secret: 1 });
  await provider.shutdown();
});
