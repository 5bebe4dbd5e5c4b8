// SPDX-License-Identifier: Apache-2.0
import { logBodies } from '@logferry-test/support';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';

import { beyondReach, type Contender, defect } from './contenders.ts';
import { SUCCESS, ToldExporter } from './exporters.ts';

/** An exporter that serializes as the official OTLP exporters do: a record that can't be serialized costs the batch. */
function serializingExporter(requests: Uint8Array[]): ToldExporter {
  return new ToldExporter(({ records, done }) => {
    try {
      const bytes = ProtobufLogsSerializer.serializeRequest([...records]);
      if (bytes !== undefined) requests.push(bytes);
      done(SUCCESS);
    } catch (error) {
      done({ code: 1, error: error as Error });
    }
  });
}

/** Emits bodies through the SDK, and gives back how many records arrived. */
async function delivered(contender: Contender, bodies: readonly unknown[]): Promise<number> {
  const requests: Uint8Array[] = [];
  const pipeline = contender.pipeline([contender.processor(serializingExporter(requests))]);
  for (const body of bodies) pipeline.emit({ body });
  await pipeline.forceFlush();
  await pipeline.shutdown();
  return requests.reduce((sum, bytes) => sum + logBodies(bytes).length, 0);
}

const hundred = Array.from({ length: 100 }, (_, index) => `record ${index}`);

const throws = (): never => {
  throw new Error('boom');
};

const circular: Record<string, unknown> = {};
circular['self'] = circular;

const POISON: readonly [name: string, body: unknown][] = [
  ['a body that contains itself', circular],
  ['a getter that throws', Object.defineProperty({}, 'bad', { get: throws, enumerable: true })],
  ['a Proxy that throws', new Proxy({}, { ownKeys: throws, get: throws })],
];

for (const [name, body] of POISON) {
  defect(
    `4: ${name} takes its whole batch with it`,
    async (contender) => await delivered(contender, [...hundred.slice(0, 50), body, ...hundred.slice(50)]),
    { official: 0, ours: 101 },
  );
}

defect(
  '12: a body that is changed after emit is exported as it is by then',
  async (contender) => {
    const exporter = new ToldExporter(({ done }) => done(SUCCESS));
    const pipeline = contender.pipeline([contender.processor(exporter)]);
    const body = { order: 'accepted' };
    pipeline.emit({ body });
    body.order = 'overwritten';
    await pipeline.forceFlush();
    await pipeline.shutdown();
    return exporter.bodies;
  },
  { official: [{ order: 'overwritten' }], ours: [{ order: 'accepted' }] },
);

beyondReach(
  '12: attributes of the SDK that are no plain values are gone before any processor, uncounted',
  async (contender) => {
    const seen: unknown[] = [];
    const exporter = new ToldExporter(({ records, done }) => {
      seen.push(...records.map(({ attributes, droppedAttributesCount }) => ({ attributes, droppedAttributesCount })));
      done(SUCCESS);
    });
    const pipeline = contender.pipeline([contender.processor(exporter)]);
    pipeline.emit({ body: 'a', attributes: { plain: 1, big: 1n, map: new Map(), date: new Date(0), circular } });
    await pipeline.forceFlush();
    await pipeline.shutdown();
    return seen;
  },
  [{ attributes: { plain: 1 }, droppedAttributesCount: 0 }],
);

beyondReach(
  '13: attributeValueLengthLimit of the SDK cuts a character in half, before any processor',
  async (contender) => {
    const exporter = new ToldExporter(({ done }) => done(SUCCESS));
    const pipeline = contender.pipeline([contender.processor(exporter)], { attributeValueLengthLimit: 3 });
    pipeline.emit({ body: 'a', attributes: { face: 'ab\u{1F600}' } });
    await pipeline.forceFlush();
    await pipeline.shutdown();
    return exporter.calls[0]?.records[0]?.attributes['face'];
  },
  'ab\ud83d',
);

beyondReach(
  '14: emit of the SDK throws for an attribute with a getter that throws, before any processor',
  async (contender) => {
    const pipeline = contender.pipeline([contender.processor(new ToldExporter(({ done }) => done(SUCCESS)))]);
    try {
      pipeline.emit({
        body: 'a',
        attributes: { nested: Object.defineProperty({}, 'bad', { get: throws, enumerable: true }) },
      });
      return 'nothing thrown';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await pipeline.shutdown();
    }
  },
  'boom',
);

beyondReach(
  '7: a processor that throws throws into emit, and later processors do not get the record',
  async (contender) => {
    const exporter = new ToldExporter(({ done }) => done(SUCCESS));
    const throwing = { onEmit: throws, forceFlush: async () => {}, shutdown: async () => {} };
    const pipeline = contender.pipeline([throwing, contender.processor(exporter)]);
    let thrown: unknown;
    try {
      pipeline.emit({ body: 'a' });
    } catch (error) {
      thrown = (error as Error).message;
    }
    await pipeline.forceFlush();
    await pipeline.shutdown();
    return { thrown, exported: exporter.bodies };
  },
  { thrown: 'boom', exported: [] },
);
