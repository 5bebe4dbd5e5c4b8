// SPDX-License-Identifier: Apache-2.0
import { componentAttributes, type Diagnostics } from '@logferry/core';
import type { Attributes, BatchObservableResult, Meter, MeterProvider } from '@opentelemetry/api';

import type { BatchingProcessorStats, Ledger } from './accounting.ts';
import type { QueueBounds } from './admission.ts';

const RECORDS = '{log_record}';
const BYTES = 'By';

export interface ProcessorMetricsParts {
  readonly meterProvider: MeterProvider;
  readonly ledger: Ledger;
  readonly stats: () => BatchingProcessorStats;
  readonly bounds: QueueBounds;
  readonly diagnostics: Diagnostics;
}

/**
 * Metrics about a processor: those of the semantic conventions ("SDK metrics", log processors), and a few with names of
 * our own. All are read from the books when they are collected, at one moment, so a record costs nothing more. A meter
 * provider that throws is told of and left alone.
 */
export function reportMetrics(parts: ProcessorMetricsParts): void {
  const { meterProvider, diagnostics } = parts;
  guarded(diagnostics, () => {
    const meter = meterProvider.getMeter('@logferry/processor-batch');
    const instruments = createInstruments(meter);
    const component: Attributes = { ...componentAttributes('batching_log_processor') };
    meter.addBatchObservableCallback(
      (result) => guarded(diagnostics, () => observe(result, instruments, component, parts)),
      Object.values(instruments),
    );
  });
}

type Instruments = ReturnType<typeof createInstruments>;

function createInstruments(meter: Meter) {
  return {
    queueSize: meter.createObservableUpDownCounter('otel.sdk.processor.log.queue.size', {
      unit: RECORDS,
      description: 'Log records in the queue: in the open batch, sealed, and in flight',
    }),
    queueCapacity: meter.createObservableUpDownCounter('otel.sdk.processor.log.queue.capacity', {
      unit: RECORDS,
      description: 'Log records that the queue holds at most',
    }),
    processed: meter.createObservableCounter('otel.sdk.processor.log.processed', {
      unit: RECORDS,
      description: 'Log records handed to the exporter, or dropped before; then error.type is the reason',
    }),
    delivered: meter.createObservableCounter('logferry.processor.log.delivered', {
      unit: RECORDS,
      description: 'Log records that the destination acknowledged',
    }),
    dropped: meter.createObservableCounter('logferry.processor.log.dropped', {
      unit: RECORDS,
      description: 'Log records that did not reach the destination, by reason and severity',
    }),
    retries: meter.createObservableCounter('logferry.processor.log.retries', {
      unit: '{batch}',
      description: 'Batches, or parts of them, that were sent again',
    }),
    queueBytes: meter.createObservableUpDownCounter('logferry.processor.log.queue.bytes', {
      unit: BYTES,
      description: 'Bytes of the log records in the queue',
    }),
    queueMaxBytes: meter.createObservableUpDownCounter('logferry.processor.log.queue.max_bytes', {
      unit: BYTES,
      description: 'Bytes that the queue holds at most',
    }),
  };
}

function observe(
  result: BatchObservableResult,
  instruments: Instruments,
  component: Attributes,
  { ledger, stats, bounds }: ProcessorMetricsParts,
): void {
  const { queued, queuedBytes, delivered, retries } = stats();
  result.observe(instruments.queueSize, queued, component);
  result.observe(instruments.queueCapacity, bounds.maxQueueSize, component);
  result.observe(instruments.processed, ledger.submitted, component);
  for (const [reason, count] of Object.entries(ledger.drops.unsentByReason())) {
    if (count > 0) result.observe(instruments.processed, count, { ...component, 'error.type': reason });
  }
  result.observe(instruments.delivered, delivered, component);
  for (const [reason, severities] of Object.entries(ledger.drops.byReasonAndSeverity())) {
    for (const [severity, count] of Object.entries(severities)) {
      if (count === 0) continue;
      const attributes = { ...component, 'logferry.drop.reason': reason, 'logferry.severity': severity };
      result.observe(instruments.dropped, count, attributes);
    }
  }
  result.observe(instruments.retries, retries, component);
  result.observe(instruments.queueBytes, queuedBytes, component);
  result.observe(instruments.queueMaxBytes, bounds.maxQueueBytes, component);
}

function guarded(diagnostics: Diagnostics, work: () => void): void {
  try {
    work();
  } catch {
    // What it threw may hold anything.
    diagnostics.error('metrics', 'the meter provider threw; metrics about the processor are missing or incomplete');
  }
}
