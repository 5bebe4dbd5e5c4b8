// SPDX-License-Identifier: Apache-2.0

/** Emits numbered records into a rotating file and ends as it is told. Prints what it accepted and what was written. */
import { testRecord } from '@logferry/core/testing';
import { RotatingFileLogRecordExporter, type RotatingFileOptions } from '@logferry/exporter-file';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { End, WriteRecordsTask } from '../run-program.ts';

/** Records between two turns of the event loop. */
const RECORDS_PER_TURN = 200;

const task = JSON.parse(process.argv[2] ?? '{}') as WriteRecordsTask;
const options = task.options as unknown as RotatingFileOptions;
const exporter = new RotatingFileLogRecordExporter(options);
const processor = new BatchingLogRecordProcessor(exporter, {
  maxQueueSize: 2_000_000,
  maxQueueBytes: 2 ** 31,
  maxExportBatchBytes: 65_536,
  scheduledDelayMillis: 20,
  flushOn: ['SIGTERM', 'uncaughtExceptionMonitor', 'exit'],
});

/** Says it at once, also while a reader that is busy lets the pipe be full. */
function say(word: string, count: number): void {
  for (;;) {
    try {
      writeSync(1, `${word} ${count}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Ends the process, or begins to. Nothing here waits for what is not written. */
const ENDS: Readonly<Record<Exclude<End, 'shutdown' | 'killed'>, () => void>> = {
  SIGTERM: () => process.kill(process.pid, 'SIGTERM'),
  'process.exit': () => process.exit(3),
  'uncaught exception': () =>
    void setImmediate(() => {
      throw new Error('uncaught');
    }),
};

let accepted = 0;
let isEnding = false;
process.on('exit', () => say('accepted', accepted));
const { end } = task;
for (let n = task.first; n < task.first + task.count; n += 1) {
  processor.onEmit(testRecord({ body: 'x'.repeat((n * 7919) % 200), attributes: { n } }));
  accepted += 1;
  // In the middle: the queue is not empty, and records go on coming while the process ends.
  if (accepted === task.endAfter && end !== 'shutdown' && end !== 'killed') {
    isEnding = true;
    ENDS[end]();
  }
  if (accepted % RECORDS_PER_TURN !== 0) continue;
  // A process that dies of a signal has no `exit` event.
  if (isEnding) say('accepted', accepted);
  await nextTurn();
  if (end === 'killed') say('written', exporter.stats().writtenRecords);
}
if (end === 'shutdown' || end === 'killed') await processor.shutdown();
// The process dies of the signal, not of having nothing to do.
else setInterval(() => {}, 1000);
