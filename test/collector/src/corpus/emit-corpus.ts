// SPDX-License-Identifier: Apache-2.0
import type { LogRecordProcessor } from '@logferry/core';
import type { SdkLine } from '../sdk-line.ts';
import type { CorpusEntry, CorpusPipeline } from './corpus.ts';
import { recordPipelines } from './records.ts';
import { valuePipeline } from './values.ts';

const pipelines: readonly CorpusPipeline[] = [valuePipeline, ...recordPipelines];

/** Every entry of the corpus, in the order in which they are emitted. */
export const corpusEntries: readonly CorpusEntry[] = pipelines.flatMap(({ entries }) => entries);

/**
 * Emits the corpus through one provider for each of its resources. Every provider gets processors of its own, which have
 * sent everything when the promise resolves.
 */
export async function emitCorpus(line: SdkLine, processors: () => readonly LogRecordProcessor[]): Promise<void> {
  for (const { resource, limits, entries } of pipelines) {
    const pipeline = line.openPipeline({ resource: resource(), ...(limits && { limits }), processors: processors() });
    for (const { scope, record, span } of entries) pipeline.emit(scope, record, span);
    await pipeline.forceFlush();
    await pipeline.shutdown();
  }
}
