// SPDX-License-Identifier: Apache-2.0
import type { EmitContext, LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';

import type { DestinationStats, FanOutLogRecordProcessor } from '../index.ts';

/** A processor that keeps what it gets, after it did what the test says. */
export class ScriptedProcessor implements LogRecordProcessor {
  readonly records: ReadableLogRecord[] = [];
  readonly contexts: EmitContext[] = [];
  readonly calls: string[] = [];
  readonly #script: Partial<LogRecordProcessor>;

  constructor(script: Partial<LogRecordProcessor> = {}) {
    this.#script = script;
  }

  onEmit(record: ReadWriteLogRecord, context?: EmitContext): void {
    this.#script.onEmit?.(record, context);
    this.records.push(record);
    this.contexts.push(context);
  }

  async forceFlush(...[options]: Parameters<LogRecordProcessor['forceFlush']>): Promise<void> {
    this.calls.push(`forceFlush ${options?.timeoutMillis}`);
    await this.#script.forceFlush?.(options);
  }

  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
    await this.#script.shutdown?.();
  }

  get bodies(): unknown[] {
    return this.records.map(({ body }) => body);
  }
}

export const never: () => Promise<never> = async () => await new Promise(() => {});

/** A record as processors get it. */
export function emitted(fields: Parameters<typeof testRecord>[0] = {}): ReadWriteLogRecord {
  return testRecord(fields) as ReadWriteLogRecord;
}

/** A span context with a trace ID made of a number. */
export function spanContext(trace: number, traceFlags = 1): NonNullable<ReadableLogRecord['spanContext']> {
  return { traceId: (trace + 1).toString(16).padStart(32, '0'), spanId: '00000000000000a1', traceFlags };
}

export function statsOf(processor: FanOutLogRecordProcessor, destination: string): DestinationStats {
  const stats = processor.stats().destinations[destination];
  if (stats === undefined) throw new Error(`there is no destination ${destination}`);
  return stats;
}

/** What the accounts of a destination must add up to. */
export function accounted({ passed, held, filtered, suppressed, failed }: DestinationStats): number {
  const reasons = [filtered, suppressed, failed].flatMap((counts) => Object.values(counts));
  return reasons.reduce((sum, count) => sum + count, passed + held);
}
