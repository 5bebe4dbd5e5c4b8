// SPDX-License-Identifier: Apache-2.0
import type { EmitContext, LogRecordProcessor, ReadableLogRecord } from '@logferry/core';

import { AnonymizingLogRecordProcessor, type AnonymizingProcessorOptions } from '../index.ts';

type Emitted = Parameters<LogRecordProcessor['onEmit']>[0];

/** A delegate that keeps what it gets. */
export class CollectingProcessor implements LogRecordProcessor {
  readonly records: ReadableLogRecord[] = [];
  readonly contexts: EmitContext[] = [];
  readonly calls: string[] = [];

  onEmit(record: Emitted, context?: EmitContext): void {
    this.records.push(record);
    this.contexts.push(context);
  }

  async forceFlush(): Promise<void> {
    this.calls.push('forceFlush');
  }

  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
  }
}

/** What the delegate gets for one record, and the processor. */
export function anonymized(
  record: ReadableLogRecord,
  options: AnonymizingProcessorOptions = {},
): { readonly record: ReadableLogRecord; readonly processor: AnonymizingLogRecordProcessor } {
  const delegate = new CollectingProcessor();
  const processor = new AnonymizingLogRecordProcessor(delegate, { environment: {}, ...options });
  processor.onEmit(record as Emitted);
  const [view] = delegate.records;
  if (view === undefined) throw new Error('nothing was handed on');
  return { record: view, processor };
}
