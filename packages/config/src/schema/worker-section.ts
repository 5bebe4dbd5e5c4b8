// SPDX-License-Identifier: Apache-2.0
import type { WorkerOptions } from '@logferry/exporter-worker';
import type { ResourceLimits } from 'node:worker_threads';

import type { KeysOf, SectionShape } from './shape.ts';
import { integer, key, list, number, text, timer } from './simple-shapes.ts';

const ABOVE_ZERO = { ...number(0), isAboveMin: true };

const limitKeys: KeysOf<ResourceLimits> = {
  maxYoungGenerationSizeMb: key(ABOVE_ZERO, 'Mebibytes of the heap for young objects.', { default: 'that of Node.js' }),
  maxOldGenerationSizeMb: key(ABOVE_ZERO, 'Mebibytes of the main heap.', { default: 'that of Node.js' }),
  codeRangeSizeMb: key(ABOVE_ZERO, 'Mebibytes for generated code.', { default: 'that of Node.js' }),
  stackSizeMb: key(ABOVE_ZERO, 'Mebibytes of the stack.', { default: 4 }),
};

const CODE_ONLY = ['clock'] as const;

const workerKeys: KeysOf<WorkerOptions, (typeof CODE_ONLY)[number]> = {
  maxQueueBytes: key(integer(1), 'Bytes of batches that are handed over and not settled, at most.', {
    default: 67_108_864,
  }),
  maxCrashesPerBatch: key(integer(1), 'Crashes while a batch was being sent after which it is given up.', {
    default: 3,
  }),
  initialRestartDelayMillis: key(timer(0), 'Delay before the worker is started again.', { default: 100 }),
  maxRestartDelayMillis: key(timer(0), 'Upper bound of that delay.', { default: 30_000 }),
  hangTimeoutMillis: key(timer(1), 'How long an abort may stay unanswered.', { default: 10_000 }),
  shutdownTimeoutMillis: key(timer(1), 'How long a shutdown waits for the exporter.', { default: 10_000 }),
  resourceLimits: key(
    { kind: 'section', title: 'LogferryWorkerLimits', about: 'Memory limits of the thread.', keys: limitKeys },
    'Memory limits of the thread.',
    { default: 'those of Node.js' },
  ),
  execArgv: key(list(text), 'Options of Node.js for the thread.', { default: 'none' }),
};

/** Options of the worker thread that an exporter runs in. */
export const WORKER: SectionShape = {
  kind: 'section',
  title: 'LogferryWorker',
  about: 'Options of the worker thread that an exporter runs in.',
  keys: workerKeys,
  codeOnly: CODE_ONLY,
};
