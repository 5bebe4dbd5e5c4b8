// SPDX-License-Identifier: Apache-2.0

/** Emits numbered records into a rotating file and ends as it is told. Prints what it accepted and what was written. */
import { testRecord } from '@logferry/core/testing';
import { RotatingFileLogRecordExporter, type RotatingFileOptions } from '@logferry/exporter-file';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { WriteRecordsTask } from '../run-program.ts';

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

function say(word: string, count: number): void {
  writeSync(1, `${word} ${count}\n`);
}

let accepted = 0;
process.on('exit', () => say('accepted', accepted));
for (let n = task.first; n < task.first + task.count; n += 1) {
  processor.onEmit(testRecord({ body: 'x'.repeat((n * 7919) % 200), attributes: { n } }));
  accepted += 1;
  if (accepted % RECORDS_PER_TURN !== 0) continue;
  await nextTurn();
  if (task.end === 'killed') say('written', exporter.stats().writtenRecords);
}
switch (task.end) {
  case 'SIGTERM':
    say('accepted', accepted);
    process.kill(process.pid, 'SIGTERM');
    // The process dies of the signal, not of having nothing to do.
    setInterval(() => {}, 1000);
    break;
  case 'process.exit':
    process.exit(3);
    break;
  case 'uncaught exception':
    setImmediate(() => {
      throw new Error('uncaught');
    });
    break;
  case 'shutdown':
  case 'killed':
    await processor.shutdown();
    break;
}
