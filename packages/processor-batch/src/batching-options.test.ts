// SPDX-License-Identifier: Apache-2.0
import { ManualClock, testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { BatchingLogRecordProcessor, type BatchingProcessorOptions } from './index.ts';
import { emit, settled } from './test-doubles/records.ts';
import { ScriptedExporter } from './test-doubles/scripted-exporter.ts';
import { collectDiagnostics, setUp } from './test-doubles/set-up.ts';

describe('an option', () => {
  const bad: readonly (readonly [BatchingProcessorOptions, string])[] = [
    [{ maxQueueSize: 0 }, 'maxQueueSize must be a whole number at least 1; it is 0'],
    [{ maxQueueBytes: 1.5 }, 'maxQueueBytes must be a whole number at least 1; it is 1.5'],
    [{ maxExportBatchSize: -1 }, 'maxExportBatchSize must be a whole number at least 1; it is -1'],
    [{ maxExportBatchBytes: 0 }, 'maxExportBatchBytes must be a whole number at least 1; it is 0'],
    [{ scheduledDelayMillis: -1 }, 'scheduledDelayMillis must be a whole number at least 0; it is -1'],
    [{ exportTimeoutMillis: Number.NaN }, 'exportTimeoutMillis must be a whole number at least 0; it is NaN'],
    [{ shutdownTimeoutMillis: 0 }, 'shutdownTimeoutMillis must be a whole number at least 1; it is 0'],
    [{ maxQueueSize: 10, maxExportBatchSize: 11 }, 'maxExportBatchSize must be at most maxQueueSize (10); it is 11'],
    [{ maxExportBatchSize: 131_073 }, 'maxExportBatchSize must be at most maxQueueSize (131072); it is 131073'],
    [
      { maxQueueBytes: 10, maxExportBatchBytes: 11 },
      'maxExportBatchBytes must be at most maxQueueBytes (10); it is 11',
    ],
    [
      { overflowPolicy: 'newest' as 'drop-newest' },
      "overflowPolicy must be one of 'drop-newest', 'drop-oldest'; it is \"newest\"",
    ],
    [{ severityReserve: 0.91 }, 'severityReserve must be a number from 0 to 0.9; it is 0.91'],
    [{ severityReserve: -0.1 }, 'severityReserve must be a number from 0 to 0.9; it is -0.1'],
    [{ severityReserve: Number.NaN }, 'severityReserve must be a number from 0 to 0.9; it is NaN'],
    [{ severityReserve: false as unknown as number }, 'severityReserve must be a number from 0 to 0.9; it is false'],
    [
      { reservedSeverity: 'WARN' as 'warn' },
      "reservedSeverity must be one of 'trace', 'debug', 'info', 'warn', 'error', 'fatal'; it is \"WARN\"",
    ],
    [
      { flushOn: ['SIGKILL' as 'SIGTERM'] },
      "flushOn must be an array of 'beforeExit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor', 'exit'; it is \"SIGKILL\"",
    ],
    [{ flushOnTimeoutMillis: 0 }, 'flushOnTimeoutMillis must be a whole number at least 1; it is 0'],
    [{ dropNotices: 1 as unknown as boolean }, 'dropNotices must be true or false; it is 1'],
    [{ onDrop: 1 as unknown as () => void }, 'onDrop must be a function; it is 1'],
  ];
  it.each(bad)('that is bad is refused, with its name, value and bound: %o', (options, message) => {
    expect(() => new BatchingLogRecordProcessor(new ScriptedExporter(), { environment: {}, ...options })).toThrow(
      expect.objectContaining({ name: 'LogferryError', code: 'INVALID_OPTION', message }),
    );
  });

  it('that is no exporter is refused', () => {
    expect(() => new BatchingLogRecordProcessor({} as ScriptedExporter)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: 'exporter must be a LogRecordExporter; it is a value of type object',
      }),
    );
  });

  it('for the queue cuts the default of the batch in silence', async () => {
    const lines = collectDiagnostics();
    const { exporter, processor } = setUp({}, { maxQueueSize: 2 });
    emit(processor, 2);
    await settled();
    expect(exporter.sentBodies).toEqual([['r0', 'r1']]);
    expect(lines).toEqual([]);
  });

  it('of nothing at all gives the defaults that the README states', async () => {
    const { clock, exporter, processor } = setUp({ maxConcurrentSends: 1 });
    emit(processor, 117_966);
    await settled();
    expect(exporter.sends[0]?.batch.recordCount).toBe(8192);
    expect(processor.stats()).toMatchObject({ accepted: 117_965, dropped: { queue_full: 1 } });
    for (let n = 0; n < 13_107; n += 1) processor.onEmit(testRecord({ severityNumber: 13 }));
    expect(processor.stats()).toMatchObject({ accepted: 131_072, dropped: { queue_full: 1, displaced: 0 } });
    await clock.advance(29_999);
    expect(exporter.sends[0]?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(exporter.sends[0]?.signal.aborted).toBe(true);
  });
});

describe('the environment', () => {
  it('sets what no option sets', async () => {
    const { clock, exporter, processor } = setUp(
      {},
      {
        environment: {
          OTEL_BLRP_SCHEDULE_DELAY: '50',
          OTEL_BLRP_EXPORT_TIMEOUT: '70',
          OTEL_BLRP_MAX_QUEUE_SIZE: '3',
          OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '2',
        },
      },
    );
    emit(processor, 4);
    await clock.advance(50);
    expect(exporter.sentBodies).toEqual([['r0', 'r1']]);
    expect(processor.stats()).toMatchObject({ accepted: 3, batches: 2, dropped: { queue_full: 1 } });
    await clock.advance(20);
    expect(exporter.sends[0]?.signal.aborted).toBe(true);
  });

  it('gives way to options', async () => {
    const { clock, exporter, processor } = setUp(
      {},
      { scheduledDelayMillis: 10, environment: { OTEL_BLRP_SCHEDULE_DELAY: '50' } },
    );
    emit(processor, 1);
    await clock.advance(10);
    expect(exporter.sends).toHaveLength(1);
  });

  it('is ignored where it is bad, with a warning', async () => {
    const lines = collectDiagnostics();
    const { exporter, processor } = setUp({}, { environment: { OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '0' } });
    emit(processor, 1);
    await settled();
    expect(exporter.sends).toHaveLength(0);
    expect(lines).toEqual([
      'warn @logferry/processor-batch: the environment variable OTEL_BLRP_MAX_EXPORT_BATCH_SIZE is ignored: it must be a whole number of at least 1',
    ]);
  });

  it.each([
    ['two variables', {}, { OTEL_BLRP_MAX_QUEUE_SIZE: '2', OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '5' }],
    ['an option and a variable', { maxExportBatchSize: 5 }, { OTEL_BLRP_MAX_QUEUE_SIZE: '2' }],
    ['a variable and an option', { maxQueueSize: 2 }, { OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '5' }],
  ])('that contradicts itself cuts the batch, with a warning: %s', async (_, options, environment) => {
    const lines = collectDiagnostics();
    const { exporter, processor } = setUp({}, { ...options, environment });
    emit(processor, 2);
    await settled();
    expect(exporter.sends[0]?.batch.recordCount).toBe(2);
    expect(lines).toEqual([
      'warn @logferry/processor-batch: maxExportBatchSize (5) is more than maxQueueSize (2); batches hold 2 records',
    ]);
  });

  it('of the process is read where none is given', async () => {
    process.env['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE'] = '2';
    try {
      const exporter = new ScriptedExporter();
      const processor = new BatchingLogRecordProcessor(exporter, { clock: new ManualClock() });
      emit(processor, 2);
      await settled();
      expect(exporter.sends).toHaveLength(1);
    } finally {
      delete process.env['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE'];
    }
  });
});
