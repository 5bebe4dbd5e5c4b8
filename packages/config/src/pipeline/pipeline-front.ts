// SPDX-License-Identifier: Apache-2.0
import type { EmitContext, LogRecordProcessor, ReadWriteLogRecord } from '@logferry/core';

type EnabledQuery = Parameters<NonNullable<LogRecordProcessor['enabled']>>[0];
type Ends = Pick<LogRecordProcessor, 'forceFlush' | 'shutdown'>;

/** What the provider is given once, whatever stands behind it later. */
export class PipelineFront implements LogRecordProcessor {
  readonly #pipeline: Ends;
  /** Undefined: nothing is logged. */
  next: LogRecordProcessor | undefined;

  constructor(pipeline: Ends) {
    this.#pipeline = pipeline;
  }

  onEmit(record: ReadWriteLogRecord, context?: EmitContext): void {
    this.next?.onEmit(record, context);
  }

  enabled(query: EnabledQuery): boolean {
    const { next } = this;
    return next !== undefined && (next.enabled?.(query) ?? true);
  }

  forceFlush(...options: Parameters<LogRecordProcessor['forceFlush']>): Promise<void> {
    return this.#pipeline.forceFlush(...options);
  }

  shutdown(): Promise<void> {
    return this.#pipeline.shutdown();
  }
}
