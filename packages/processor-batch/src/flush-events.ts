// SPDX-License-Identifier: Apache-2.0

/** A signal that a processor can flush on. */
export type FlushSignal = 'SIGTERM' | 'SIGINT';

/** What makes a processor flush by itself; see `BatchingProcessorOptions.flushOn`. */
export type FlushEvent = 'beforeExit' | FlushSignal | 'uncaughtExceptionMonitor' | 'exit';

export const FLUSH_SIGNALS: readonly FlushSignal[] = ['SIGTERM', 'SIGINT'];

export const FLUSH_EVENTS: readonly FlushEvent[] = ['beforeExit', ...FLUSH_SIGNALS, 'uncaughtExceptionMonitor', 'exit'];

/** A pipeline as the end of the process sees it. Nothing here throws or rejects. */
export interface EndingPipeline {
  /** How long one event may take, all in all. */
  readonly timeoutMillis: number;
  /** Whether nothing is left to do. */
  readonly isIdle: boolean;
  /** Delivers what is queued while the event loop turns. False: not all of it could be delivered in time. */
  flush(event: FlushEvent): Promise<boolean>;
  /**
   * Delivers what is queued without the event loop, as far as the exporter can, and drops the rest. The pipeline is at its
   * end then, but for what later listeners of `exit` log.
   */
  finish(timeoutMillis: number): void;
}

/**
 * Pipelines are finished one after the other, but what they wait for (a worker that sends) has gone on meanwhile: so one
 * deadline holds for all, and each has at least this long.
 */
const LEAST_FINISH_MILLIS = 100;

/** Finishes pipelines within the time that is left of each deadline. */
export function finishAll(pipelines: Iterable<EndingPipeline>, startMillis: number): void {
  for (const pipeline of pipelines) {
    const leftMillis = pipeline.timeoutMillis - (performance.now() - startMillis);
    pipeline.finish(Math.max(leftMillis, Math.min(LEAST_FINISH_MILLIS, pipeline.timeoutMillis)));
  }
}
