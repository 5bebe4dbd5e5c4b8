// SPDX-License-Identifier: Apache-2.0
import { InMemoryLogRecordExporter, LoggerProvider } from '@opentelemetry/sdk-logs';
import { describe, expect, it } from 'vitest';

import { BatchingLogRecordProcessor } from './index.ts';
import { bodies } from './test-doubles/records.ts';

describe("the SDK's own InMemoryLogRecordExporter behind our processor", () => {
  it('gets 100,000 records from a LoggerProvider complete, in order and exactly once', async () => {
    const memory = new InMemoryLogRecordExporter();
    const processor = new BatchingLogRecordProcessor(memory, { environment: {} });
    const provider = new LoggerProvider({ processors: [processor] });
    const logger = provider.getLogger('orders', '1.0.0');
    for (const body of bodies(100_000)) logger.emit({ body, severityNumber: 9, attributes: { 'order.id': body } });
    await provider.forceFlush();
    const records = memory.getFinishedLogRecords();
    expect(records.map((record) => record.body)).toEqual(bodies(100_000));
    expect(records[99_999]).toMatchObject({
      severityNumber: 9,
      attributes: { 'order.id': 'r99999' },
      instrumentationScope: { name: 'orders', version: '1.0.0' },
    });
    expect(new Set(records.map((record) => record.instrumentationScope)).size).toBe(1);
    await provider.shutdown();
    expect(processor.stats()).toMatchObject({ delivered: 100_000, queued: 0 });
  });
});
