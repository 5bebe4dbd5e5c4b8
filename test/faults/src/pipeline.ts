// SPDX-License-Identifier: Apache-2.0
import type { LogRecordExporter } from '@logferry/core';
import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from '@logferry/exporter-otlp-grpc';
import { BatchingLogRecordProcessor, type BatchingProcessorOptions, type DropReason } from '@logferry/processor-batch';
import { ManualClock } from '@logferry/core/testing';
import * as older from '@logferry-test/sdk-0.2xx';
import { opentelemetry } from '@logferry-test/support';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';

import { accountViolations } from './account-violations.ts';

/** Variables of the machine that runs the tests must not change what they test. */
const environment = {};

/** Short delays: most tests are about what is retried, not about when. */
const QUICK: OtlpGrpcLogRecordExporterOptions = {
  environment,
  retry: { initialBackoffMillis: 10, maxBackoffMillis: 50 },
  channelOptions: { 'grpc.initial_reconnect_backoff_ms': 20, 'grpc.max_reconnect_backoff_ms': 100 },
};

export interface PipelineOptions extends BatchingProcessorOptions {
  /** Line of the SDK. Default: 3.x. */
  readonly sdk?: '3.x' | '0.2xx';
}

/** Where the records of a pipeline are at one moment. */
export interface Account {
  readonly accepted: number;
  readonly delivered: number;
  readonly queued: number;
  /** Reasons that dropped nothing are left out. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Different records that the receiver has. */
  readonly arrived: number;
  /** Records that the receiver has more often than once, counted for each time after the first. */
  readonly duplicates: number;
}

/** The whole way of a record: SDK, batching processor, exporter, socket. */
export interface Pipeline {
  readonly processor: BatchingLogRecordProcessor;
  readonly exporter: OtlpGrpcLogRecordExporter;
  readonly provider: { shutdown(): Promise<void> };
  /** Emits so many records, numbered from 1 on over the pipeline's life. */
  emit(count: number): void;
  /** Emits one record as it is. */
  emitRecord(record: Record<string, unknown>): void;
  /** Checks the accounts of this moment and gives them. @param requests the export requests that the receiver took. */
  account(requests: readonly Uint8Array[]): Account;
}

/**
 * Opens a pipeline through the real SDK; it is shut down when the test has ended. Batches hold 10 records, so that a
 * test has several of them.
 */
export function openPipeline(
  exporterOptions: OtlpGrpcLogRecordExporterOptions,
  processorOptions: PipelineOptions = {},
): Pipeline {
  const exporter = new OtlpGrpcLogRecordExporter({ ...QUICK, ...exporterOptions });
  return { ...openPipelineTo(exporter, processorOptions), exporter };
}

/** The same with another exporter. */
export function openPipelineTo(
  exporter: LogRecordExporter,
  { sdk = '3.x', ...processorOptions }: PipelineOptions = {},
): Omit<Pipeline, 'exporter'> {
  const processor = new BatchingLogRecordProcessor(exporter, {
    environment,
    maxExportBatchSize: 10,
    shutdownTimeoutMillis: 500,
    ...processorOptions,
  });
  const Provider = sdk === '3.x' ? LoggerProvider : (older.LoggerProvider as unknown as typeof LoggerProvider);
  const provider = new Provider({ processors: [processor] });
  onTestFinished(async () => {
    const down = provider.shutdown();
    if (processorOptions.clock instanceof ManualClock) await advanceUntil(down, processorOptions.clock);
    await down;
  });
  const logger = provider.getLogger('faults');
  let emitted = 0;

  function emitRecord(record: Record<string, unknown>): void {
    emitted += 1;
    logger.emit(record);
  }

  return {
    processor,
    provider,
    emitRecord,
    emit(count) {
      for (let index = 0; index < count; index += 1) {
        emitRecord({ severityNumber: 9, body: `record ${emitted + 1}`, attributes: { number: emitted + 1 } });
      }
    },
    account(requests) {
      const stats = processor.stats();
      expect(accountViolations(emitted, stats)).toEqual([]);
      const numbers = requests.flatMap(recordNumbers);
      expect(numbers.filter((number) => !(number >= 1 && number <= emitted))).toEqual([]);
      const { accepted, delivered, queued } = stats;
      const arrived = new Set(numbers).size;
      return {
        accepted,
        delivered,
        queued,
        dropped: Object.fromEntries(Object.entries(stats.dropped).filter(([, count]) => count > 0)),
        arrived,
        duplicates: numbers.length - arrived,
      };
    },
  };
}

/** Advances the clock, with the real network in between, until the promise has settled. */
export async function advanceUntil(promise: Promise<unknown>, clock: ManualClock): Promise<void> {
  const settled = new AbortController();
  const note = (): void => settled.abort();
  promise.then(note, note);
  while (!settled.signal.aborted) {
    await delay(2);
    await clock.advance(500);
  }
}

/** All is well: nothing dropped, nothing left, nothing twice. */
export function allDelivered(count: number): Account {
  return { accepted: count, delivered: count, queued: 0, dropped: {}, arrived: count, duplicates: 0 };
}

/** The numbers that `emit` gave to the records of a request. */
export function recordNumbers(request: Uint8Array): number[] {
  const { resourceLogs } = opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest.decode(request);
  return resourceLogs.flatMap(({ scopeLogs }) =>
    (scopeLogs ?? []).flatMap(({ logRecords }) =>
      (logRecords ?? []).map(({ attributes }) =>
        Number(attributes?.find(({ key }) => key === 'number')?.value?.intValue ?? 0),
      ),
    ),
  );
}
