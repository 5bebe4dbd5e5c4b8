// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { runProgram } from './test-doubles/child-program.ts';

const SIGNAL_EXIT: string = import.meta.resolve('signal-exit');

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

const LISTENING = `flushOn: ['SIGTERM', 'SIGINT'], scheduledDelayMillis: 60_000`;

describe.each(SIGNALS)('%s, which the application does not listen for', (signal) => {
  it('ends an idle process as it would without us', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(), { ${LISTENING} });
      idle();
      `,
      { signal },
    );
    expect(end).toMatchObject({ code: null, signal, lines: [], errors: '' });
  });

  it('lets what is queued and in flight be delivered before the process dies of it', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(200), { ${LISTENING}, maxExportBatchSize: 2 });
      for (const body of ['a', 'b', 'c', 'd', 'e']) emit(processor, body);
      process.on('exit', () => print('a signal brings about no exit event'));
      setTimeout(idle, 50);
      `,
      { signal },
    );
    expect(end).toMatchObject({
      code: null,
      signal,
      lines: ['delivered a,b', 'delivered c,d', 'delivered e'],
      errors: '',
    });
  });

  it('ends the process within the deadline when the destination is down, and what is lost is told', async () => {
    const end = await runProgram(
      `
      printDiagnostics();
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(0, down), {
        ${LISTENING}, flushOnTimeoutMillis: 300, onDrop: ({ reason, count }) => print(count + ' ' + reason),
      });
      emit(processor, 'lost');
      idle();
      `,
      { signal },
    );
    expect(end).toMatchObject({
      code: null,
      signal,
      lines: [
        '@logferry/processor-batch: 1 log record could not be delivered and stay queued: down',
        '@logferry/processor-batch: 1 log record could not be delivered in time after ' + signal,
        '@logferry/processor-batch: dropped 1 log record (shutdown): they were not delivered before the end',
        '1 shutdown',
      ],
    });
    expect(end.millis).toBeLessThan(5000);
  });
});

describe('a signal that the application listens for', () => {
  it('is left to a listener that exits with a code of its own', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(), { ${LISTENING} });
      process.on('SIGTERM', async () => {
        await processor.shutdown();
        process.exit(5);
      });
      emit(processor, 'a');
      idle();
      `,
      { signal: 'SIGTERM' },
    );
    expect(end).toMatchObject({ code: 5, signal: null, lines: ['delivered a'], errors: '' });
  });

  it.each([
    ['before the processor, once', 'once', ''],
    ['before the processor', 'on', ''],
    ['after the processor', '', 'on'],
    ['after the processor, once', '', 'once'],
    ['after the processor, once and first', '', 'prependOnceListener'],
  ])('is left to a listener that lives on: %s', async (_, before, after) => {
    const add = (method: string): string =>
      method === ''
        ? ''
        : `process.${method}('SIGINT', () => { print('heard'); setTimeout(() => process.exit(0), 1000); });`;
    const end = await runProgram(
      `
      ${add(before)}
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(), { ${LISTENING} });
      ${add(after)}
      emit(processor, 'a');
      idle();
      `,
      { signal: 'SIGINT' },
    );
    expect(end).toMatchObject({ code: 0, signal: null, lines: ['heard', 'delivered a'], errors: '' });
  });

  it('is flushed on each time, and the process ends when the application wants it to', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(), { ${LISTENING} });
      let heard = 0;
      const timer = setInterval(() => {}, 1000);
      process.on('SIGTERM', () => {
        heard += 1;
        print('ignored ' + heard);
        if (heard === 2) clearInterval(timer);
        else emit(processor, 'b');
      });
      emit(processor, 'a');
      print('ready');
      `,
      { signal: 'SIGTERM' },
      { signal: 'SIGTERM', afterMillis: 200 },
    );
    expect(end).toMatchObject({
      code: 0,
      signal: null,
      lines: ['ignored 1', 'delivered a', 'ignored 2', 'delivered b'],
      errors: '',
    });
  });

  it('ends the process when the listener takes itself away and sends it again', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(), { ${LISTENING} });
      const close = () => setTimeout(() => {
        process.off('SIGTERM', close);
        emit(processor, 'closed');
        process.kill(process.pid, 'SIGTERM');
      }, 50);
      process.on('SIGTERM', close);
      idle();
      `,
      { signal: 'SIGTERM' },
    );
    expect(end).toMatchObject({ code: null, signal: 'SIGTERM', lines: ['delivered closed'] });
  });

  it('reaches a listener that was added while the flush ran, once, and the processor goes on', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new SyncExporter(100), { ${LISTENING} });
      emit(processor, 'a');
      const timer = setInterval(() => {
        if (processor.stats().inFlight === 0 || process.listenerCount('SIGTERM') > 1) return;
        process.on('SIGTERM', () => {
          print('heard');
          clearInterval(timer);
          emit(processor, 'b');
          setTimeout(async () => {
            print('listeners ' + process.listenerCount('SIGTERM'));
            await processor.shutdown();
          }, 20);
        });
      }, 1);
      print('ready');
      `,
      { signal: 'SIGTERM' },
    );
    expect(end).toMatchObject({
      code: 0,
      signal: null,
      lines: ['delivered a', 'heard', 'listeners 2', 'delivered b'],
      errors: '',
    });
  });
});

describe('a signal that comes twice', () => {
  it('is one signal when both come at once, as under npm', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(300), { ${LISTENING} });
      emit(processor, 'a');
      idle();
      `,
      { signal: 'SIGINT' },
      { signal: 'SIGINT', afterMillis: 100 },
    );
    expect(end).toMatchObject({ code: null, signal: 'SIGINT', lines: ['delivered a'] });
  });

  it('ends the process at once when somebody asks again later, by the first signal', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(0, down), { ${LISTENING}, flushOnTimeoutMillis: 15_000 });
      emit(processor, 'a');
      idle();
      `,
      { signal: 'SIGTERM' },
      { signal: 'SIGINT', afterMillis: 1200 },
    );
    expect(end).toMatchObject({ code: null, signal: 'SIGTERM', lines: [] });
    expect(end.millis).toBeLessThan(10_000);
  });
});

describe('several processors', () => {
  const TWO = `
      emit(fast, 'fast');
      emit(slow, 'slow');
      print('listeners ' + process.listenerCount('SIGTERM'));
      idle();
  `;

  it('are all flushed before the process dies, through one listener', async () => {
    const end = await runProgram(
      `
      const fast = new BatchingLogRecordProcessor(new PrintingExporter(), { ${LISTENING} });
      const slow = new BatchingLogRecordProcessor(new PrintingExporter(300), { ${LISTENING} });
      ${TWO}
      `,
      { signal: 'SIGTERM' },
    );
    expect(end).toMatchObject({
      code: null,
      signal: 'SIGTERM',
      lines: ['listeners 1', 'delivered fast', 'delivered slow'],
    });
  });

  it('of two copies of this package are as well', async () => {
    const end = await runProgram(
      `
      import { registerHooks } from 'node:module';
      registerHooks({
        resolve(specifier, context, next) {
          const resolved = next(specifier, context);
          const isCopied = specifier.startsWith('.') && context.parentURL?.endsWith('?copy');
          return isCopied ? { ...resolved, url: resolved.url + '?copy' } : resolved;
        },
      });
      const copy = await import('./src/index.ts?copy');
      if (copy.BatchingLogRecordProcessor === BatchingLogRecordProcessor) throw new Error('no copy');
      const fast = new BatchingLogRecordProcessor(new PrintingExporter(), { ${LISTENING} });
      const slow = new copy.BatchingLogRecordProcessor(new PrintingExporter(300), { ${LISTENING} });
      ${TWO}
      `,
      { signal: 'SIGTERM' },
    );
    expect(end).toMatchObject({
      code: null,
      signal: 'SIGTERM',
      lines: ['listeners 1', 'delivered fast', 'delivered slow'],
    });
  });
});

describe('on a signal', () => {
  it('the package signal-exit is not taken for the application, before or after us', async () => {
    for (const isFirst of [true, false]) {
      const hook = `(await import('${SIGNAL_EXIT}')).onExit((code, signal) => print('signal-exit ' + signal));`;
      const end = await runProgram(
        `
        ${isFirst ? hook : ''}
        const processor = new BatchingLogRecordProcessor(new PrintingExporter(50), { ${LISTENING} });
        ${isFirst ? '' : hook}
        emit(processor, 'a');
        idle();
        `,
        { signal: 'SIGTERM' },
      );
      expect(end).toMatchObject({
        code: null,
        signal: 'SIGTERM',
        lines: ['delivered a', 'signal-exit SIGTERM'],
      });
    }
  });

  it('what is logged while the flush runs is delivered last, where the exporter delivers synchronously', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new SyncExporter(100), { ${LISTENING} });
      emit(processor, 'a');
      setInterval(() => {
        if (processor.stats().inFlight > 0 && processor.stats().emitted === 1) emit(processor, 'b');
      }, 1);
      idle();
      `,
      { signal: 'SIGTERM' },
    );
    expect(end).toMatchObject({
      code: null,
      signal: 'SIGTERM',
      lines: ['delivered a', 'delivered at once b'],
    });
  });

  it('that the process sends itself as its last act it dies of it all the same', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(), { ${LISTENING} });
      process.kill(process.pid, 'SIGTERM');
    `);
    expect(end).toMatchObject({ code: null, signal: 'SIGTERM', lines: [] });
  });

  it('a process that gets none ends by itself, after one turn more', async () => {
    const end = await runProgram(`
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(), { ${LISTENING} });
      process.on('beforeExit', () => print('beforeExit'));
    `);
    expect(end).toMatchObject({ code: 0, signal: null, lines: ['beforeExit', 'beforeExit'] });
  });

  it('a shutdown that runs is waited for, within the deadline', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(200), { ${LISTENING} });
      emit(processor, 'a');
      void processor.shutdown();
      idle();
      `,
      { signal: 'SIGTERM' },
    );
    expect(end).toMatchObject({ code: null, signal: 'SIGTERM', lines: ['delivered a'] });
  });

  it('nothing is left of us after shutdown', async () => {
    const end = await runProgram(
      `
      const processor = new BatchingLogRecordProcessor(new PrintingExporter(), {
        flushOn: ['beforeExit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor', 'exit'],
      });
      const count = () => print(['beforeExit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor', 'exit', 'removeListener']
        .map((event) => process.listenerCount(event)).join(' '));
      count();
      await processor.shutdown();
      count();
      idle();
      `,
      { signal: 'SIGTERM' },
    );
    expect(end.signal).toBe('SIGTERM');
    const [during, after] = end.lines.map((line) => line.split(' ').map(Number));
    expect(during?.map((count, index) => count - (after?.[index] ?? NaN))).toEqual([2, 1, 1, 1, 1, 1]);
  });

  it('a worker thread, which gets no signals, says so and works on', async () => {
    const end = await runProgram(`
      import { isMainThread, Worker } from 'node:worker_threads';
      const worker = new Worker(\`
        (async () => {
          const { diag } = await import('@opentelemetry/api');
          const { writeSync } = await import('node:fs');
          diag.setLogger({ error() {}, warn: (line) => writeSync(1, line + '\\\\n'), info() {}, debug() {}, verbose() {} });
          const { BatchingLogRecordProcessor } = await import('./src/index.ts');
          const { RecordExporter, succeed } = await import('./src/test-doubles/record-exporter.ts');
          const processor = new BatchingLogRecordProcessor(new RecordExporter(succeed), { flushOn: ['SIGTERM', 'exit'] });
          const { testRecord } = await import('@logferry/core/testing');
          processor.onEmit(testRecord({ body: 'a' }));
          process.on('exit', () => writeSync(1, 'delivered ' + processor.stats().delivered + '\\\\n'));
        })();
      \`, { eval: true });
    `);
    expect(end).toMatchObject({
      code: 0,
      signal: null,
      lines: ['@logferry/processor-batch: a worker thread gets no signals: flushOn is ignored for them', 'delivered 1'],
      errors: '',
    });
  });
});
