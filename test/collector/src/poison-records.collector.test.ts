// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, test } from 'vitest';
import type { OtlpJsonValue } from './collected-records.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { describeCollector } from './describe-collector.ts';
import { ourGrpcProcessor } from './our-grpc-processor.ts';
import { sdkLines } from './sdk-line.ts';

interface Poison {
  readonly name: string;
  readonly body: unknown;
  readonly written: OtlpJsonValue;
}

function circular(): object {
  const order: Record<string, unknown> = { id: 1 };
  order['self'] = order;
  return order;
}

const throwing = {
  id: 1,
  get total(): number {
    throw new Error('not loaded');
  },
};

function written(key: string, marker: string): OtlpJsonValue {
  return {
    kvlistValue: {
      values: [
        { key: 'id', value: { intValue: '1' } },
        { key, value: { stringValue: marker } },
      ],
    },
  };
}

const poisons: readonly Poison[] = [
  { name: 'a body that contains itself', body: circular(), written: written('self', '[Circular]') },
  { name: 'a body with a getter that throws', body: throwing, written: written('total', '[Throws]') },
  {
    name: 'a proxy that throws',
    body: new Proxy(
      { id: 1 },
      {
        ownKeys() {
          throw new Error('revoked');
        },
      },
    ),
    written: { stringValue: '[Throws]' },
  },
];

describeCollector('a record that can not be encoded whole', (binary) => {
  let collector: RunningCollector<'ours' | 'official'> | undefined;

  afterEach(async () => {
    await collector?.dispose();
    collector = undefined;
  });

  describe.each(sdkLines)('on the $name line of the SDK', (line) => {
    test.each(poisons)('$name arrives with a marker; the official exporter loses its batch', async (poison) => {
      const running = await startCollector(binary, { ours: { kind: 'otlp-grpc' }, official: { kind: 'otlp-grpc' } });
      collector = running;
      const pipeline = line.openPipeline({
        resource: { attributes: {} },
        processors: [
          ourGrpcProcessor({ endpoint: `http://${running.endpoint('ours')}` }),
          line.officialProcessor(line.officialExporter(running.endpoint('official'))),
        ],
      });
      for (const body of ['before', poison.body, 'after']) pipeline.emit({ name: 'poison' }, { body });
      await pipeline.shutdown();
      await running.stop();
      expect((await running.records('ours')).map(({ record }) => record.body)).toEqual([
        { stringValue: 'before' },
        poison.written,
        { stringValue: 'after' },
      ]);
      expect(await running.records('official')).toEqual([]);
    });
  });
});
