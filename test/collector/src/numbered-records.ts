// SPDX-License-Identifier: Apache-2.0
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { expect } from 'vitest';
import type { CollectedRecord } from './collected-records.ts';
import type { SdkLine } from './sdk-line.ts';

/** 0, 1, 2 and so on. */
export function numbersUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Emits records with the numbers below `count` and ends when the processor has delivered all of them. */
export async function emitNumbered(
  line: SdkLine,
  processor: BatchingLogRecordProcessor,
  count: number,
  resource: Readonly<Record<string, unknown>> = { 'service.name': 'volume' },
): Promise<void> {
  const pipeline = line.openPipeline({ resource: { attributes: resource }, processors: [processor] });
  for (let number = 0; number < count; number++) {
    pipeline.emit({ name: 'orders' }, { body: `order ${number} shipped`, attributes: { number, region: 'eu' } });
    // An application gives up the thread as well; the queue would hold all of it otherwise.
    if (number % 1000 === 999) await nextTurn();
  }
  await pipeline.shutdown();
  expect(processor.stats()).toMatchObject({ emitted: count, accepted: count, delivered: count, refused: 0, queued: 0 });
}

/** The numbers of the records, in the order in which they stand in the file. */
export function numbersOf(records: readonly CollectedRecord[]): number[] {
  return records.map(({ record }) =>
    Number(record.attributes?.find(({ key }) => key === 'number')?.value.intValue ?? Number.NaN),
  );
}

export function ascending(a: number, b: number): number {
  return a - b;
}
