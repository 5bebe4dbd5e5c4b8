// SPDX-License-Identifier: Apache-2.0

/** An exporter that prints, while the console makes records, without a context manager. */
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';

import { collectingProcessor } from '@logferry-test/support';
import { bridgeConsole } from '@logferry/bridge-console';
import type { LogRecordExporter, LogRecordProcessor } from '@logferry/core';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { expect, test } from 'vitest';

import { SDK_LINES } from './sdk-lines.ts';

function both(one: LogRecordProcessor, other: LogRecordProcessor): LogRecordProcessor {
  return {
    onEmit(...args) {
      one.onEmit(...args);
      other.onEmit(...args);
    },
    forceFlush: async () => void (await Promise.all([one.forceFlush(), other.forceFlush()])),
    shutdown: async () => void (await Promise.all([one.shutdown(), other.shutdown()])),
  };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}

test.each(SDK_LINES)(
  'what it prints, at once and later, is printed and makes no record in any destination ($name)',
  async (line) => {
    const output = new PassThrough();
    const target = new Console(output);
    const exported: unknown[] = [];
    const exporter: LogRecordExporter = {
      export(batch, done) {
        exported.push(...batch.map(({ body }) => body));
        target.log('exporting');
        void (async () => {
          await turn();
          target.error('exported');
          done({ code: 0 });
        })();
      },
      forceFlush: async () => target.log('flushing'),
      shutdown: async () => target.log('shutting down'),
    };
    const queue = new BatchingLogRecordProcessor(exporter, { environment: {}, maxExportBatchSize: 2 });
    const { records, processor } = collectingProcessor();
    const provider = line.openProvider(both(queue, processor), {});
    const bridge = bridgeConsole({ console: target, loggerProvider: provider });
    for (const body of ['one', 'two', 'three']) target.log(body);
    await turn();
    target.log('four');
    await provider.forceFlush();
    await provider.shutdown();
    bridge.restore();

    const logged = ['one', 'two', 'three', 'four'];
    expect(exported).toEqual(logged);
    expect(records.map(({ body }) => body)).toEqual(logged);
    expect(queue.stats()).toMatchObject({ emitted: 4, delivered: 4, dropped: { re_entrant: 0 } });
    const printed = String(output.read()).trimEnd().split('\n');
    const own = printed.filter((text) => !logged.includes(text));
    expect(new Set(own)).toEqual(new Set(['exporting', 'exported', 'flushing', 'shutting down']));
    expect(bridge.stats()).toMatchObject({ emitted: 4, looped: own.length });
  },
);
