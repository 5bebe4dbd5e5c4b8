// SPDX-License-Identifier: Apache-2.0
/** Exporters that log while they export, with real sockets and timers. */
import diagnosticsChannel from 'node:diagnostics_channel';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { LogRecordExporter, SendOutcome } from '@logferry/core';
import { ManualClock, testRecord } from '@logferry/core/testing';

import { BatchingLogRecordProcessor, type BatchingProcessorOptions } from './index.ts';
import { imbalance, settled } from './test-doubles/records.ts';
import { ScriptedExporter } from './test-doubles/scripted-exporter.ts';

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

async function receiver(): Promise<{ readonly url: string; readonly requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => {
      requests.push(body);
      // In two pieces, so that the client's callbacks run in turns of their own.
      response.write('partial');
      setTimeout(() => response.end('success'), 5);
    });
  });
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs`, requests };
}

const OPTIONS: BatchingProcessorOptions = { environment: {}, scheduledDelayMillis: 10 };

/** An exporter whose `send` is the given function. */
function exporterOf(send: (text: string) => Promise<void>): ScriptedExporter {
  const exporter = new ScriptedExporter();
  exporter.send = async (batch): Promise<SendOutcome> => {
    await send(new TextDecoder().decode(batch.bytes));
    return { kind: 'delivered', rejectedCount: 0 };
  };
  return exporter;
}

/** Sends with node:http, and tells at every step of the request. */
async function post(url: string, text: string, tell: (step: string) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent: false }, (response) => {
      tell('response');
      response.on('data', () => tell('data'));
      response.on('end', () => {
        tell('end');
        resolve();
      });
      response.on('close', () => setTimeout(() => tell('after close'), 20));
    });
    outgoing.on('socket', (socket) => {
      tell('socket');
      socket.on('connect', () => tell('connect'));
      socket.on('close', () => tell('socket closed'));
    });
    outgoing.on('finish', () => tell('finish'));
    outgoing.on('error', reject);
    outgoing.end(text);
    setTimeout(() => tell('timer'), 1);
    setImmediate(() => tell('immediate'));
    process.nextTick(() => tell('tick'));
    void Promise.resolve().then(() => tell('promise'));
  });
}

/** What must not come has had time to come. */
const SETTLE_MILLIS = 100;

async function sleep(millis: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, millis));
}

describe('a record that an exporter emits', () => {
  it('in any callback of its request is dropped, counted and never exported', async () => {
    const { url, requests } = await receiver();
    const steps: string[] = [];
    const processor: BatchingLogRecordProcessor = new BatchingLogRecordProcessor(
      exporterOf((text) =>
        post(url, text, (step) => {
          steps.push(step);
          processor.onEmit(testRecord({ body: step }));
        }),
      ),
      OPTIONS,
    );
    processor.onEmit(testRecord({ body: 'from the application' }));
    const callbacks = ['socket', 'connect', 'finish', 'response', 'data', 'end', 'after close', 'socket closed'];
    const all = [...callbacks, 'timer', 'immediate', 'tick', 'promise'].toSorted();
    await expect.poll(() => [...new Set(steps)].toSorted()).toEqual(all);
    await sleep(SETTLE_MILLIS);
    expect(requests).toEqual(['from the application\n']);
    expect(processor.stats()).toMatchObject({
      emitted: 1 + steps.length,
      delivered: 1,
      queued: 0,
      dropped: { re_entrant: steps.length },
    });
    await processor.shutdown();
  });

  it('through a subscriber that hears of its requests on pooled connections is dropped', async () => {
    const { url, requests } = await receiver();
    const processor: BatchingLogRecordProcessor = new BatchingLogRecordProcessor(
      exporterOf(async (text) => void (await (await fetch(url, { method: 'POST', body: text })).text())),
      OPTIONS,
    );
    let heard = 0;
    const listener = (): void => {
      heard += 1;
      processor.onEmit(testRecord({ body: 'request' }));
    };
    diagnosticsChannel.subscribe('undici:request:trailers', listener);
    try {
      for (const body of ['one', 'two', 'three']) {
        processor.onEmit(testRecord({ body }));
        await processor.forceFlush();
      }
      await expect.poll(() => heard).toBe(3);
    } finally {
      diagnosticsChannel.unsubscribe('undici:request:trailers', listener);
    }
    expect(requests).toEqual(['one\n', 'two\n', 'three\n']);
    expect(processor.stats()).toMatchObject({ delivered: 3, dropped: { re_entrant: heard } });
    await processor.shutdown();
  });

  it('is dropped as well where the exporter takes records', async () => {
    const { url, requests } = await receiver();
    const exporter: LogRecordExporter = {
      export: (records, done) => {
        const log = (body: string): void => processor.onEmit(testRecord({ body }));
        const sent = post(url, records.map((record) => String(record.body)).join(), log);
        void (async () => {
          await sent;
          done({ code: 0 });
        })();
      },
      forceFlush: async () => processor.onEmit(testRecord({ body: 'flush' })),
      shutdown: async () => {
        await sleep(1);
        processor.onEmit(testRecord({ body: 'shutdown' }));
      },
    };
    const processor = new BatchingLogRecordProcessor(exporter, OPTIONS);
    processor.onEmit(testRecord({ body: 'from the application' }));
    await expect.poll(() => processor.stats().delivered).toBe(1);
    await sleep(SETTLE_MILLIS);
    await processor.forceFlush();
    expect(requests).toEqual(['from the application']);
    expect(processor.stats()).toMatchObject({ accepted: 1, delivered: 1, queued: 0 });
    expect(imbalance(processor.stats())).toEqual([]);
    await processor.shutdown();
  });

  it('reaches another pipeline once, and two exporters that log do not keep each other busy', async () => {
    const { url, requests } = await receiver();
    const processors: BatchingLogRecordProcessor[] = [];
    const emitToAll = (body: string): void => {
      for (const processor of processors) processor.onEmit(testRecord({ body }));
    };
    for (const name of ['a', 'b', 'c']) {
      const exporter = exporterOf((text) =>
        post(url, `${name}: ${text.trimEnd().split('\n').join()}`, (step) => {
          if (step === 'end') emitToAll(`${name} has sent`);
        }),
      );
      processors.push(new BatchingLogRecordProcessor(exporter, OPTIONS));
    }
    processors[0]?.onEmit(testRecord({ body: 'from the application' }));
    await expect.poll(() => requests.length).toBeGreaterThanOrEqual(5);
    await sleep(SETTLE_MILLIS);
    // b and c hear of a; c hears of b and b of c once more; then each record would come back to where it came from.
    expect(requests.toSorted()).toEqual([
      'a: from the application',
      'b: a has sent',
      'b: c has sent',
      'c: a has sent',
      'c: b has sent',
    ]);
    for (const processor of processors) await processor.shutdown();
  });
});

describe('a record of the application', () => {
  it('is taken while an export runs, whatever started in whichever order', async () => {
    const { url, requests } = await receiver();
    const processor = new BatchingLogRecordProcessor(
      exporterOf((text) => post(url, text, () => {})),
      { ...OPTIONS, maxExportBatchSize: 5 },
    );
    let emitted = 0;
    const interval = setInterval(() => {
      for (let n = 0; n < 10; n += 1) processor.onEmit(testRecord({ body: `r${(emitted += 1)}` }));
    }, 1);
    await sleep(100);
    clearInterval(interval);
    await processor.forceFlush();
    // What waits for a flush goes on in its own context, not in that of the exporter.
    processor.onEmit(testRecord({ body: 'after the flush' }));
    await processor.shutdown();
    expect(requests.join('').trimEnd().split('\n')).toEqual([
      ...Array.from({ length: emitted }, (_, index) => `r${index + 1}`),
      'after the flush',
    ]);
    expect(processor.stats()).toMatchObject({ delivered: emitted + 1, dropped: { re_entrant: 0 } });
  });

  it('is taken from the hooks, also when an export was reported', async () => {
    const processor: BatchingLogRecordProcessor = new BatchingLogRecordProcessor(
      exporterOf(async (text) => {
        await sleep(1);
        processor.onEmit(testRecord({ body: 'own' }));
        if (text.startsWith('bad')) throw new Error('boom');
      }),
      {
        ...OPTIONS,
        onDrop: ({ reason }) => processor.onEmit(testRecord({ body: `dropped: ${reason}` })),
        onError: () => processor.onEmit(testRecord({ body: 'error' })),
      },
    );
    processor.onEmit(testRecord({ body: 'bad' }));
    await expect.poll(() => processor.stats()).toMatchObject({ accepted: 4, queued: 0 });
    await sleep(SETTLE_MILLIS);
    await processor.forceFlush();
    const { accepted, dropped } = processor.stats();
    // 'bad', what onError says, and what onDrop says of both reasons.
    expect(accepted).toBe(4);
    expect(dropped.failed).toBe(1);
    await processor.shutdown();
  });

  it('is taken in a context that an export has left behind, and does not export itself again and again', async () => {
    const clock = new ManualClock();
    let tick = (): void => {};
    const exporter = new ScriptedExporter({
      answer: (send) => {
        // As a client that refreshes its token for ever after the first request.
        const interval = setInterval(() => tick(), 1);
        cleanUps.push(() => clearInterval(interval));
        send.deliver();
      },
    });
    const processor = new BatchingLogRecordProcessor(exporter, { ...OPTIONS, clock });
    const refresh = (body: string): Promise<void> =>
      new Promise((resolve) => {
        tick = () => {
          tick = () => {};
          processor.onEmit(testRecord({ body }));
          resolve();
        };
      });
    processor.onEmit(testRecord({ body: 'first' }));
    await clock.advance(10);
    await refresh('too soon');
    await clock.advance(10_000);
    expect(processor.stats()).toMatchObject({ delivered: 1, dropped: { re_entrant: 1 } });
    await refresh('refreshed');
    await clock.advance(59_999);
    expect(processor.stats()).toMatchObject({ accepted: 2, delivered: 1, queued: 1 });
    await clock.advance(1);
    expect(exporter.sentBodies).toEqual([['first'], ['refreshed']]);
    await clock.advance(20_000);
    await refresh('refreshed again');
    processor.onEmit(testRecord({ body: 'from the application' }));
    await clock.advance(10);
    await settled();
    expect(exporter.sentBodies[2]).toEqual(['refreshed again', 'from the application']);
    expect(clock.pendingTimers).toBe(0);
  });
});
