// SPDX-License-Identifier: Apache-2.0
import type { BatchingProcessorStats } from '@logferry/processor-batch';

/** What the generator is started with, as JSON in its first argument. */
export interface GeneratorOptions {
  readonly endpoint: string;
  readonly recordsPerSecond: number;
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  readonly seed: number;
}

/** What the generator is told over the IPC channel. */
export type GeneratorCommand =
  /** Answer with a sample. @param collectGarbage before memory is measured. */
  | { readonly kind: 'sample'; readonly collectGarbage: boolean }
  /** Emit no more, flush, shut down, answer with the last sample and end. */
  | { readonly kind: 'finish' };

/** A moment of the generator. */
export interface GeneratorSample {
  /** Records that the application handed to the SDK, by its own count. */
  readonly emitted: number;
  readonly stats: BatchingProcessorStats;
  /** How often the accounts were checked inside the process, at random moments, and what was wrong. */
  readonly checks: number;
  readonly violations: readonly string[];
  readonly rssBytes: number;
  /** Heap and buffers; after a garbage collection, what is alive. */
  readonly usedBytes: number;
  /** The longest time that the event loop was held since the last sample. */
  readonly longestStallMillis: number;
}

/** What the generator says. */
export type GeneratorMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'sample'; readonly sample: GeneratorSample };
