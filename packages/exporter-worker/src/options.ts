// SPDX-License-Identifier: Apache-2.0
import { type BackoffPolicy, type Clock, integerOption, invalidOption, systemClock } from '@logferry/core';
import type { ResourceLimits } from 'node:worker_threads';

/** Options of the worker mode itself; those of the exporter are given apart. */
export interface WorkerOptions {
  /**
   * Bytes of batches that are handed over and not settled, at most; a batch beyond is turned away as `retryable`. One
   * batch is always taken. Default: 67108864 (64 MiB). A batching processor has its own bound and keeps far below.
   */
  readonly maxQueueBytes?: number;

  /** Crashes of the worker while a batch was being sent after which that batch is given up, as `failed`. Default: 3. */
  readonly maxCrashesPerBatch?: number;

  /** Delay before the worker is started again after a crash; it doubles with each further one. Default: 100. */
  readonly initialRestartDelayMillis?: number;

  /** Upper bound of that delay, before jitter of 20 %. Default: 30000. */
  readonly maxRestartDelayMillis?: number;

  /** How long the worker may leave the abort of a send unanswered before it counts as hung and is ended. Default: 10000. */
  readonly hangTimeoutMillis?: number;

  /** How long `shutdown` waits for the exporter in the worker before it ends the thread. Default: 10000. */
  readonly shutdownTimeoutMillis?: number;

  /** Memory limits of the worker thread; one that exceeds them ends and is started again. Default: Node's. */
  readonly resourceLimits?: ResourceLimits;

  /**
   * Options of Node for the thread, such as `['--require', './.pnp.cjs']` where modules can't be found without it.
   * Default: none, and none of the application's.
   */
  readonly execArgv?: readonly string[];

  /** The source of time. Default: the machine's. */
  readonly clock?: Clock;
}

export interface ResolvedWorkerOptions {
  readonly maxQueueBytes: number;
  readonly maxCrashesPerBatch: number;
  readonly restart: BackoffPolicy;
  readonly hangTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly execArgv: readonly string[];
  readonly clock: Clock;
}

/** setTimeout takes no longer delay. */
const LONGEST_MILLIS = 2 ** 31 - 1;

/** @throws LogferryError `INVALID_OPTION` */
export function resolveWorkerOptions(options: WorkerOptions): ResolvedWorkerOptions {
  const initialMillis = integerOption('initialRestartDelayMillis', options.initialRestartDelayMillis, 100, {
    min: 0,
    max: LONGEST_MILLIS,
  });
  const { resourceLimits, execArgv = [] } = options;
  if (resourceLimits !== undefined && (typeof resourceLimits !== 'object' || resourceLimits === null)) {
    throw invalidOption('resourceLimits', resourceLimits, 'an object');
  }
  if (!Array.isArray(execArgv) || execArgv.some((argument) => typeof argument !== 'string')) {
    throw invalidOption('execArgv', execArgv, 'a list of strings');
  }
  return {
    maxQueueBytes: integerOption('maxQueueBytes', options.maxQueueBytes, 64 * 1024 * 1024, { min: 1 }),
    maxCrashesPerBatch: integerOption('maxCrashesPerBatch', options.maxCrashesPerBatch, 3, { min: 1 }),
    restart: {
      initialMillis,
      maxMillis: integerOption(
        'maxRestartDelayMillis',
        options.maxRestartDelayMillis,
        Math.max(30_000, initialMillis),
        { min: initialMillis, max: LONGEST_MILLIS },
      ),
      multiplier: 2,
      jitter: 0.2,
    },
    hangTimeoutMillis: integerOption('hangTimeoutMillis', options.hangTimeoutMillis, 10_000, {
      min: 1,
      max: LONGEST_MILLIS,
    }),
    shutdownTimeoutMillis: integerOption('shutdownTimeoutMillis', options.shutdownTimeoutMillis, 10_000, {
      min: 1,
      max: LONGEST_MILLIS,
    }),
    resourceLimits,
    execArgv,
    clock: options.clock ?? systemClock,
  };
}
