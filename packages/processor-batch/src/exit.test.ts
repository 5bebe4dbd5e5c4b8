// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { runProgram } from './test-doubles/child-program.ts';

describe('process.exit with flushOn exit', () => {
  it('delivers what is in flight, queued and open, keeps the code, and later listeners see exact counts', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new SyncExporter(60_000), { flushOn: ['exit'], maxExportBatchSize: 2 });
      for (const body of ['a', 'b', 'c', 'd', 'e']) emit(processor, body);
      process.on('exit', (code) => {
        print('exit ' + code);
        printStats(processor);
      });
      setTimeout(() => {
        print('in flight ' + processor.stats().inFlight);
        process.exit(3);
      }, 20);
    `);
    expect(end).toMatchObject({
      code: 3,
      signal: null,
      lines: [
        'in flight 2',
        'delivered at once a,b',
        'delivered at once c,d',
        'delivered at once e',
        'exit 3',
        '5 emitted, 5 delivered, 0 queued',
      ],
      errors: '',
    });
  });

  it('hands over the batches that are in flight, the same objects, before the others', async () => {
    const end = await runProgram(`
      class Exporter extends ScriptedExporter {
        sendSync(batches, timeoutMillis) {
          print(batches.map((batch, index) => batch.bodies + ' ' + (batch === this.sends[index]?.batch)).join(', '));
          print('within ' + (timeoutMillis > 4000 && timeoutMillis <= 5000));
          return batches.map(() => ({ kind: 'delivered', rejectedCount: 0 }));
        }
      }
      const exporter = new Exporter({ maxConcurrentSends: 2 });
      const processor = new BatchingLogRecordProcessor(exporter, { flushOn: ['exit'], maxExportBatchSize: 1 });
      for (const body of ['a', 'b', 'c']) emit(processor, body);
      setImmediate(() => process.exit());
    `);
    expect(end).toMatchObject({ code: 0, lines: ['a true, b true, c false', 'within true'], errors: '' });
  });

  it('books each outcome, also of an exporter that breaks its contract', async () => {
    const end = await runProgram(`
      class Exporter extends ScriptedExporter {
        sendSync(batches) {
          return [
            { kind: 'delivered', rejectedCount: 1 },
            { kind: 'retryable', reason: 'down' },
            { kind: 'retryable', reason: 'half', remaining: batches[2].split()[1], rejectedCount: 0 },
            { kind: 'failed', reason: 'no' },
          ];
        }
      }
      const processor = new BatchingLogRecordProcessor(new Exporter(), {
        flushOn: ['exit'],
        maxExportBatchSize: 2,
        onDrop: ({ reason, count }) => print('onDrop ' + count + ' ' + reason),
        onError: ({ message }) => print('onError ' + message),
      });
      for (const body of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']) emit(processor, body);
      process.on('exit', () => printStats(processor));
      process.exit(4);
    `);
    expect(end).toMatchObject({
      code: 4,
      lines: [
        'onError the export of 2 log records failed: no',
        'onError the export of 2 log records failed: the exporter gave no outcome',
        'onDrop 1 rejected',
        'onDrop 3 shutdown',
        'onDrop 4 failed',
        '10 emitted, 2 delivered, 0 queued, 1 rejected, 4 failed, 3 shutdown',
      ],
      errors: '',
    });
  });

  it('drops what an exporter that throws was handed', async () => {
    const end = await runProgram(`
      class Exporter extends ScriptedExporter {
        sendSync() {
          throw new Error('secret');
        }
      }
      const processor = new BatchingLogRecordProcessor(new Exporter(), { flushOn: ['exit'] });
      emit(processor, 'a');
      process.on('exit', () => printStats(processor));
      process.exit(4);
    `);
    expect(end).toMatchObject({ code: 4, lines: ['1 emitted, 0 delivered, 0 queued, 1 failed'], errors: '' });
  });

  it('drops and tells what an exporter without synchronous delivery can’t take', async () => {
    const end = await runProgram(`
      printDiagnostics();
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(60_000), { flushOn: ['exit'], maxExportBatchSize: 1 });
      emit(processor, 'in flight');
      emit(processor, 'queued');
      process.on('exit', () => printStats(processor));
      setImmediate(() => process.exit(4));
    `);
    expect(end).toMatchObject({
      code: 4,
      lines: [
        '@logferry/processor-batch: dropped 2 log records (shutdown): they were not delivered before the end',
        '2 emitted, 0 delivered, 0 queued, 2 shutdown',
      ],
      errors: '',
    });
  });

  it('delivers what later listeners of exit log, record by record, and what hooks log', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new SyncExporter(), {
        flushOn: ['exit'],
        maxQueueSize: 1,
        onDrop: ({ reason }) => emit(processor, 'dropped ' + reason),
      });
      emit(processor, 'a');
      emit(processor, 'no room');
      process.on('exit', (code) => {
        emit(processor, 'exit ' + code);
        emit(processor, 'bye');
        printStats(processor);
      });
      process.exit(2);
    `);
    expect(end).toMatchObject({
      code: 2,
      lines: [
        'delivered at once a',
        'delivered at once dropped queue_full',
        'delivered at once exit 2',
        'delivered at once bye',
        '5 emitted, 4 delivered, 0 queued, 1 queue_full',
      ],
      errors: '',
    });
  });

  it('ends a shutdown that runs', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new SyncExporter(60_000), { flushOn: ['exit'] });
      emit(processor, 'a');
      void processor.shutdown();
      process.on('exit', () => {
        emit(processor, 'late');
        printStats(processor);
      });
      setTimeout(() => process.exit(6), 20);
    `);
    expect(end).toMatchObject({
      code: 6,
      lines: ['delivered at once a', '2 emitted, 1 delivered, 0 queued, 1 already_shutdown'],
      errors: '',
    });
  });

  it('drops a batch in the middle of whose encoding the process exits', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new SyncExporter(), { flushOn: ['exit'] });
      emit(processor, 'a');
      process.on('exit', () => {
        emit(processor, 'late');
        printStats(processor);
        print(processor.stats().queuedBytes + ' bytes');
      });
      emit(processor, { toString: () => process.exit(6) });
    `);
    expect(end).toMatchObject({
      code: 6,
      lines: ['delivered at once late', '2 emitted, 1 delivered, 0 queued, 1 shutdown', '0 bytes'],
      errors: '',
    });
  });

  it('does not wait for a resource', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new SyncExporter(), { flushOn: ['exit'] });
      const resource = { attributes: {}, asyncAttributesPending: true, waitForAsyncAttributes: () => new Promise(() => {}) };
      processor.onEmit(testRecord({ body: 'a', resource }));
      process.exit(6);
    `);
    expect(end).toMatchObject({ code: 6, lines: ['delivered at once a'], errors: '' });
  });

  it('shares one deadline between processors, and leaves a little to each', async () => {
    const end = await runProgram(`
      class Exporter extends ScriptedExporter {
        sendSync(batches, timeoutMillis) {
          print(batches[0].bodies + ' ' + (timeoutMillis > 250 ? 'all of it' : timeoutMillis));
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, timeoutMillis);
          return batches.map(() => down);
        }
      }
      for (const body of ['a', 'b', 'c']) {
        // Their own clock stands still: what a slow machine takes between two of its looks is no part of what they leave.
        const options = { flushOn: ['exit'], flushOnTimeoutMillis: 300, clock: new ManualClock() };
        emit(new BatchingLogRecordProcessor(new Exporter(), options), body);
      }
      process.exit(6);
    `);
    expect(end).toMatchObject({ code: 6, lines: ['a all of it', 'b 100', 'c 100'], errors: '' });
  });
});

describe('an exporter that takes records, when the process exits', () => {
  it('gets them, and what it acknowledges at once is delivered', async () => {
    const end = await runProgram(`
      const exporter = new RecordExporter((call) => {
        print('exported ' + call.records.map((record) => record.body));
        if (!call.records.some((record) => record.body === 'd')) call.done({ code: 0 });
      });
      const processor = new BatchingLogRecordProcessor(exporter, { flushOn: ['exit'], maxExportBatchSize: 2 });
      for (const body of ['a', 'b', 'c', 'd', 'e']) emit(processor, body);
      process.on('exit', () => printStats(processor));
      process.exit(6);
    `);
    expect(end).toMatchObject({
      code: 6,
      lines: ['exported a,b', 'exported c,d', '5 emitted, 2 delivered, 0 queued, 3 shutdown'],
      errors: '',
    });
  });

  it('is not called while an export runs', async () => {
    const end = await runProgram(`
      const exporter = new RecordExporter();
      const processor = new BatchingLogRecordProcessor(exporter, { flushOn: ['exit'], maxExportBatchSize: 1 });
      for (const body of ['a', 'b']) emit(processor, body);
      process.on('exit', () => {
        print('exports ' + exporter.calls.length);
        printStats(processor);
      });
      setImmediate(() => process.exit(6));
    `);
    expect(end).toMatchObject({
      code: 6,
      lines: ['exports 1', '2 emitted, 0 delivered, 0 queued, 2 shutdown'],
      errors: '',
    });
  });
});

describe('an uncaught exception', () => {
  const FLUSHED = `{ flushOn: ['uncaughtExceptionMonitor'], scheduledDelayMillis: 60_000 }`;

  it('ends the process as it would without us, after a synchronous delivery', async () => {
    const program = `
      emit(processor, 'a');
      setTimeout(() => { throw new RangeError('the application’s'); }, 10);
    `;
    const [end, without] = await Promise.all([
      runProgram(`const processor = new BatchingLogRecordProcessor(new SyncExporter(60_000), ${FLUSHED}); ${program}`),
      runProgram(`const processor = new BatchingLogRecordProcessor(new SyncExporter(60_000), {}); ${program}`),
    ]);
    expect(end).toMatchObject({ code: 1, signal: null, lines: ['delivered at once a'] });
    expect(end.errors).toContain('RangeError: the application’s');
    expect(without).toMatchObject({ code: 1, signal: null, lines: [] });
  });

  it('that nobody caught of a promise does as well', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new SyncExporter(), ${FLUSHED});
      emit(processor, 'a');
      Promise.reject(new RangeError('the application’s'));
    `);
    expect(end).toMatchObject({ code: 1, signal: null, lines: ['delivered at once a'] });
    expect(end.errors).toContain('RangeError: the application’s');
  });

  it('that the application survives brings about a flush, and a later exit none', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new SyncExporter(20), ${FLUSHED});
      process.on('uncaughtException', () => {
        print('survived');
        setTimeout(() => {
          emit(processor, 'b');
          process.exit(9);
        }, 200);
      });
      emit(processor, 'a');
      setTimeout(() => { throw new Error('boom'); }, 10);
    `);
    expect(end).toMatchObject({ code: 9, signal: null, lines: ['survived', 'delivered a'], errors: '' });
  });

  it('that the application exits on is delivered synchronously, and its code stays', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new SyncExporter(20), ${FLUSHED});
      process.on('uncaughtException', () => process.exit(9));
      emit(processor, 'a');
      setTimeout(() => { throw new Error('boom'); }, 10);
    `);
    expect(end).toMatchObject({ code: 9, signal: null, lines: ['delivered at once a'], errors: '' });
  });
});

describe('all events together', () => {
  const ALL = `flushOn: ['beforeExit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor', 'exit']`;

  it('deliver at the natural end, once, and keep the exit code', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new SyncExporter(20), { ${ALL} });
      emit(processor, 'a');
      process.exitCode = 7;
      process.on('exit', () => {
        emit(processor, 'b');
        printStats(processor);
      });
    `);
    expect(end).toMatchObject({
      code: 7,
      signal: null,
      lines: ['delivered a', 'delivered at once b', '2 emitted, 2 delivered, 0 queued'],
      errors: '',
    });
  });

  it('let a listener for SIGTERM exit at once, with its code', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new SyncExporter(60_000), { ${ALL} });
      process.on('SIGTERM', () => process.exit(0));
      emit(processor, 'a');
      idle();
      `,
      { signal: 'SIGTERM' },
    );
    expect(end).toMatchObject({ code: 0, signal: null, lines: ['delivered at once a'], errors: '' });
  });
});
