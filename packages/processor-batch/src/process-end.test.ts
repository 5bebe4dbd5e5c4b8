// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { runProgram } from './test-doubles/child-program.ts';

describe('the natural end of a process', () => {
  it('flushes the queue with flushOn beforeExit, and keeps the exit code', async () => {
    const { code, lines } = await runProgram(`
      const exporter = new ScriptedExporter({ answer: (send) => setTimeout(() => {
        print('delivered ' + send.batch.bodies);
        send.deliver();
      }, 20) });
      const processor = new BatchingLogRecordProcessor(exporter, { flushOn: ['beforeExit'], scheduledDelayMillis: 60_000 });
      emit(processor, 'last words');
      process.exitCode = 7;
      process.on('exit', () => print('queued ' + processor.stats().queued));
    `);
    expect({ code, lines }).toEqual({ code: 7, lines: ['delivered last words', 'queued 0'] });
  });

  it('comes although the destination is down, after one flush of flushOnTimeoutMillis', async () => {
    const { code, lines } = await runProgram(`
      diag.setLogger({ error: print, warn() {}, info() {}, debug() {}, verbose() {} });
      const exporter = new ScriptedExporter({ answer: (send) => send.settle({ kind: 'retryable', reason: 'down' }) });
      const processor = new BatchingLogRecordProcessor(exporter, { flushOn: ['beforeExit'], flushOnTimeoutMillis: 300 });
      emit(processor, 'last words');
    `);
    expect({ code, lines }).toEqual({
      code: 0,
      lines: ['@logferry/processor-batch: 1 log record could not be delivered in time after beforeExit'],
    });
  });

  it('is told of no loss when only the flush of the exporter failed', async () => {
    const { code, lines } = await runProgram(`
      diag.setLogger({ error: print, warn: print, info() {}, debug() {}, verbose() {} });
      const exporter = new ScriptedExporter({ answer: (send) => send.deliver() });
      exporter.forceFlush = () => Promise.reject(new Error('secret'));
      const processor = new BatchingLogRecordProcessor(exporter, { flushOn: ['beforeExit'], scheduledDelayMillis: 60_000 });
      emit(processor, 'last words');
    `);
    expect({ code, lines }).toEqual({
      code: 0,
      lines: ["@logferry/processor-batch: the exporter's forceFlush failed (Error)"],
    });
  });

  it('is left alone after shutdown, and many processors share one listener', async () => {
    const { lines } = await runProgram(`
      const processors = Array.from({ length: 20 }, () =>
        new BatchingLogRecordProcessor(new ScriptedExporter(), { flushOn: ['beforeExit'] }));
      print(process.listenerCount('beforeExit'));
      await Promise.all(processors.map((processor) => processor.shutdown()));
      print(process.listenerCount('beforeExit'));
    `);
    expect(lines).toEqual(['1', '0']);
  });

  it('is left alone where nobody asked', async () => {
    const { lines } = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new ScriptedExporter());
      print(process.listenerCount('beforeExit'));
    `);
    expect(lines).toEqual(['0']);
  });
});

describe('no timer of the processor holds the process', () => {
  it('with an open batch, an export that hangs, or a retry to come', async () => {
    const { code, millis } = await runProgram(`
      const hanging = new BatchingLogRecordProcessor(new RecordExporter(), { maxExportBatchSize: 1 });
      emit(hanging, 'hangs');
      emit(hanging, 'waits');
      const retrying = new BatchingLogRecordProcessor(
        new ScriptedExporter({ answer: (send) => send.settle({ kind: 'retryable', reason: 'down', retryAfterMillis: 60_000 }) }),
        { maxExportBatchSize: 1 },
      );
      emit(retrying, 'retries');
      const open = new BatchingLogRecordProcessor(new RecordExporter(), { scheduledDelayMillis: 60_000 });
      emit(open, 'open');
    `);
    expect(code).toBe(0);
    expect(millis).toBeLessThan(15_000);
  });

  it('but one that awaits shutdown lives until it has ended, although only a retry is left to do', async () => {
    const { code, lines } = await runProgram(`
      let tries = 0;
      const exporter = new ScriptedExporter({ answer: (send) => {
        tries += 1;
        if (tries < 3) send.settle({ kind: 'retryable', reason: 'down' });
        else send.deliver();
      } });
      const processor = new BatchingLogRecordProcessor(exporter);
      emit(processor, 'last words');
      await processor.shutdown();
      print('delivered ' + processor.stats().delivered);
    `);
    expect({ code, lines }).toEqual({ code: 0, lines: ['delivered 1'] });
  });
});
