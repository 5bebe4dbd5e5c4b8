// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';

import type { BatchingLogRecordProcessor } from '../batching-log-record-processor.ts';
import type { BatchingProcessorStats } from '../accounting.ts';

/** Records whose bodies are `r<first>` to `r<first + count - 1>`. */
function records(count: number, first = 0): readonly ReadableLogRecord[] {
  return bodies(count, first).map((body) => testRecord({ body }));
}

export function bodies(count: number, first = 0): readonly string[] {
  return Array.from({ length: count }, (_, index) => `r${first + index}`);
}

export function emit(processor: BatchingLogRecordProcessor, count: number, first = 0): void {
  for (const record of records(count, first)) processor.onEmit(record);
}

/** What is wrong with the books; empty when both equations hold. */
export function imbalance(stats: BatchingProcessorStats): readonly string[] {
  const dropped = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
  const bySeverity = Object.values(stats.droppedBySeverity).reduce((sum, count) => sum + count, 0);
  const wrong: string[] = [];
  if (stats.emitted !== stats.accepted + stats.refused) wrong.push('emitted = accepted + refused');
  if (stats.accepted !== stats.delivered + stats.queued + dropped - stats.refused) {
    wrong.push('accepted = delivered + queued + dropped - refused');
  }
  if (bySeverity !== dropped) wrong.push('dropped by severity = dropped by reason');
  if (stats.inFlight > stats.queued) wrong.push('in flight <= queued');
  return wrong;
}

/** Runs the promise reactions that are ready. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
