// SPDX-License-Identifier: Apache-2.0
import { logBodies, type OtlpReceiver, type Reply, startOtlpReceiver } from '@logferry-test/support';
import type { ExportResult, LogRecordExporter, ReadableLogRecord } from '@logferry/core';
import { testRecord, testResource } from '@logferry/core/testing';

import { type Contender, defect } from './contenders.ts';
import { emit } from './exporters.ts';

const UNAVAILABLE = 14;
const RESOURCE_EXHAUSTED = 8;

/** Runs a scenario against a receiver that answers as it is told. */
async function against<T>(
  contender: Contender,
  respond: (index: number) => Reply,
  scenario: (exporter: LogRecordExporter, receiver: OtlpReceiver) => Promise<T>,
): Promise<T> {
  const receiver = await startOtlpReceiver({ respond: (_, index) => respond(index) });
  const exporter = contender.grpcExporter(receiver.endpoint);
  try {
    return await scenario(exporter, receiver);
  } finally {
    await exporter.shutdown();
    await receiver.close();
  }
}

const OK: Reply = { kind: 'ok' };

async function exported(exporter: LogRecordExporter, batch: readonly ReadableLogRecord[]): Promise<ExportResult> {
  return await new Promise((resolve) => {
    exporter.export([...batch], resolve);
  });
}

function records(count: number, body: unknown = 'a'): readonly ReadableLogRecord[] {
  return Array.from({ length: count }, () => testRecord({ body }));
}

defect(
  '10: a batch is lost when the server is unavailable once, and forceFlush resolves',
  async (contender) =>
    await against(
      contender,
      (index) => (index === 0 ? { kind: 'status', code: UNAVAILABLE } : OK),
      async (exporter, receiver) => {
        const batching = contender.processor(exporter);
        emit(batching, 10);
        const flushed = await batching.forceFlush().then(() => 'flushed');
        return { flushed, accepted: receiver.stats().acceptedRecords };
      },
    ),
  { official: { flushed: 'flushed', accepted: 0 }, ours: { flushed: 'flushed', accepted: 10 } },
);

defect(
  '10: RetryInfo of a server is ignored',
  async (contender) =>
    await against(
      contender,
      (index) =>
        index === 0 ? { kind: 'status', code: RESOURCE_EXHAUSTED, retryInfo: { seconds: 0, nanos: 50_000_000 } } : OK,
      async (exporter, receiver) => {
        const { code } = await exported(exporter, records(10));
        return { code, accepted: receiver.stats().acceptedRecords };
      },
    ),
  { official: { code: 1, accepted: 0 }, ours: { code: 0, accepted: 10 } },
);

defect(
  '10: records that the server rejected count as delivered',
  async (contender) =>
    await against(
      contender,
      () => ({ kind: 'ok', rejected: 4, message: 'too old' }),
      async (exporter) => {
        const { code, error } = await exported(exporter, records(10));
        return { code, message: error?.message };
      },
    ),
  {
    official: { code: 0, message: undefined },
    ours: { code: 1, message: 'the destination rejected 4 of 10 records: too old' },
  },
);

defect(
  '10: a batch that is larger than the server takes is lost as a whole',
  async (contender) =>
    await against(
      contender,
      () => OK,
      async (exporter, receiver) => {
        const { code } = await exported(exporter, records(500, 'x'.repeat(10_000)));
        return { code, accepted: receiver.stats().acceptedRecords };
      },
    ),
  { official: { code: 1, accepted: 0 }, ours: { code: 0, accepted: 500 } },
);

defect(
  '10: more than 30 exports at a time fail at once',
  async (contender) =>
    await against(
      contender,
      () => ({ ...OK, delayMillis: 50 }),
      async (exporter, receiver) => {
        const results = await Promise.all(Array.from({ length: 40 }, async () => await exported(exporter, records(1))));
        return {
          failed: results.filter(({ error }) => error !== undefined).length,
          accepted: receiver.stats().acceptedRecords,
        };
      },
    ),
  { official: { failed: 10, accepted: 30 }, ours: { failed: 0, accepted: 40 } },
);

defect(
  '15: resource attributes are read anew for each batch',
  async (contender) =>
    await against(
      contender,
      () => OK,
      async (exporter, receiver) => {
        const attributes = { 'service.name': 'orders' };
        let reads = 0;
        const resource = Object.defineProperty(testResource(), 'attributes', {
          get: () => {
            reads += 1;
            return attributes;
          },
        });
        const batching = contender.processor(exporter);
        const readsForBatch = async (body: string): Promise<number> => {
          const before = reads;
          batching.onEmit(testRecord({ body, resource }) as Parameters<typeof batching.onEmit>[0]);
          await batching.forceFlush();
          return reads - before;
        };
        await readsForBatch('first');
        const isReadAgain = (await readsForBatch('second')) > 0;
        return { isReadAgain, bodies: receiver.requests.flatMap(({ bytes }) => logBodies(bytes)) };
      },
    ),
  {
    official: { isReadAgain: true, bodies: ['first', 'second'] },
    ours: { isReadAgain: false, bodies: ['first', 'second'] },
  },
);

/** What constructing an exporter with variables brings about. */
async function constructing(contender: Contender, environment: Readonly<Record<string, string>>): Promise<string> {
  try {
    await contender.grpcExporter('https://localhost:4317', environment).shutdown();
    return 'constructed';
  } catch (error) {
    return (error as Error).message;
  }
}

defect(
  '11: an exporter whose CA file is missing is constructed, and would trust the roots of the system instead',
  async (contender) => await constructing(contender, { OTEL_EXPORTER_OTLP_CERTIFICATE: '/nonexistent/ca.crt' }),
  {
    official: 'constructed',
    ours: 'OTEL_EXPORTER_OTLP_CERTIFICATE (/nonexistent/ca.crt) can not be read: ENOENT',
  },
);

defect(
  '11: an exporter with half a client certificate is constructed, and would present none',
  async (contender) => await constructing(contender, { OTEL_EXPORTER_OTLP_CLIENT_KEY: '/nonexistent/client.key' }),
  {
    official: 'constructed',
    ours: 'OTEL_EXPORTER_OTLP_CLIENT_KEY needs a client certificate beside it: mutual TLS takes both',
  },
);
