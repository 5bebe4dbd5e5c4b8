// SPDX-License-Identifier: Apache-2.0
import {
  captureDiagnostics,
  logBatch,
  logBodies,
  type OtlpReceiverOptions,
  startOtlpReceiver,
  startTcpProxy,
  type OtlpReceiver,
} from '@logferry-test/support';
import { describe, expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

const NAME = '@logferry/exporter-otlp-grpc';

async function receiverOf(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

function exporterTo(endpoint: string, options: OtlpGrpcLogRecordExporterOptions = {}): OtlpGrpcLogRecordExporter {
  const exporter = new OtlpGrpcLogRecordExporter({ endpoint, environment: {}, ...options });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

function bodies(count: number, length: number = 0): string[] {
  return Array.from({ length: count }, (_, index) => `record ${index}`.padEnd(length, '.'));
}

test('a batch arrives whole and the counters say so', async () => {
  const receiver = await receiverOf();
  const exporter = exporterTo(receiver.endpoint);
  const batch = logBatch(['first', 'second', 'third']);
  const bytes = batch.bytes.length;
  expect(await exporter.send(batch, soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(receiver.requests.map((request) => logBodies(request.bytes))).toEqual([['first', 'second', 'third']]);
  expect(exporter.stats()).toEqual({
    sends: 1,
    attempts: 1,
    retries: 0,
    splits: 0,
    deliveredRecords: 3,
    rejectedRecords: 0,
    failedRecords: 0,
    bytesSent: bytes,
    attemptsByStatus: { OK: 1 },
  });
});

test('the caller keeps the batch and may reuse its memory as soon as the send has settled', async () => {
  const receiver = await receiverOf();
  for (const compression of ['none', 'gzip'] as const) {
    const exporter = exporterTo(receiver.endpoint, { compression });
    const batch = logBatch(['kept']);
    await exporter.send(batch, soon());
    expect(batch.releases).toBe(0);
    batch.release();
  }
  expect(receiver.requests.map((request) => logBodies(request.bytes))).toEqual([['kept'], ['kept']]);
});

test('a send that is cancelled while it begins reads nothing from the batch afterwards', async () => {
  const receiver = await receiverOf();
  for (const compression of ['none', 'gzip'] as const) {
    const exporter = exporterTo(receiver.endpoint, { compression });
    // On a connection that is ready the message is taken up at once.
    await exporter.send(logBatch(['sent']), soon());
    for (let depth = 0; depth < 60; depth += 1) {
      const controller = new AbortController();
      const batch = logBatch(['sent']);
      const sent = exporter.send(batch, controller.signal);
      for (let microtask = 0; microtask < depth; microtask += 1) await Promise.resolve();
      controller.abort();
      await sent;
      batch.release();
    }
    await exporter.send(logBatch(['sent']), soon());
  }
  expect(new Set(receiver.requests.flatMap((request) => logBodies(request.bytes)))).toEqual(new Set(['sent']));
  expect(receiver.stats().records).toBe(receiver.stats().requests);
  expect(receiver.stats().unreadable).toBe(0);
});

test('headers and the user agent go with every request, under lower-case names', async () => {
  const receiver = await receiverOf();
  const exporter = exporterTo(receiver.endpoint, {
    headers: { 'X-Api-Key': 'secret-one' },
    userAgentPrefix: 'shop/1.2 (eu)',
  });
  await exporter.send(logBatch(['a']), soon());
  const [request] = receiver.requests;
  expect(request?.headers['x-api-key']).toEqual(['secret-one']);
  expect(request?.headers['user-agent']?.[0]).toMatch(
    /^shop\/1\.2 \(eu\) OTel-OTLP-Exporter-JavaScript\/\d+\.\d+\.\d+ grpc-node-js\/1\.14\.\d+$/,
  );
});

test('a headers function is asked before each attempt', async () => {
  const receiver = await receiverOf({
    respond: (_request, index) => (index === 0 ? { kind: 'status', code: 14 } : { kind: 'ok' }),
  });
  let calls = 0;
  const exporter = exporterTo(receiver.endpoint, {
    retry: { initialBackoffMillis: 1 },
    headers: async () => {
      calls += 1;
      return { authorization: `Bearer token-${calls}` };
    },
  });
  await exporter.send(logBatch(['a']), soon());
  expect(receiver.requests.map(({ headers }) => headers['authorization'])).toEqual([
    ['Bearer token-1'],
    ['Bearer token-2'],
  ]);
});

test('a headers function that fails or returns what is no header keeps the data, and its words are not repeated', async () => {
  const diagnostics = captureDiagnostics();
  onTestFinished(() => diagnostics.stop());
  const receiver = await receiverOf();
  let calls = 0;
  const exporter = exporterTo(receiver.endpoint, {
    retry: { initialBackoffMillis: 1 },
    headers: () => {
      calls += 1;
      if (calls === 1) throw new Error('the token secret-one is bad');
      return calls === 2 ? { authorization: 'line\r\nbreak' } : { authorization: 'Bearer good' };
    },
  });
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(receiver.requests.map(({ headers }) => headers['authorization'])).toEqual([['Bearer good']]);
  expect(diagnostics.messages).toEqual([
    `warn: ${NAME}: a request to 127.0.0.1:${receiver.port} failed and is tried again: UNAVAILABLE: the headers function failed`,
  ]);
});

test('gzip makes the request smaller on the wire and arrives the same', async () => {
  const receiver = await receiverOf();
  const proxy = await startTcpProxy(receiver.port);
  onTestFinished(() => proxy.close());
  const exporter = exporterTo(`http://127.0.0.1:${proxy.port}`, { compression: 'gzip' });
  const batch = logBatch(bodies(1000, 100));
  expect(await exporter.send(batch, soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(logBodies(receiver.requests[0]?.bytes ?? new Uint8Array())).toEqual(bodies(1000, 100));
  expect(batch.bytes.length).toBeGreaterThan(100_000);
  expect(proxy.bytesUp).toBeLessThan(20_000);
});

describe('partial success', () => {
  test('counts what the server refused and passes its words on, cut and escaped', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await receiverOf({
      respond: () => ({ kind: 'ok', rejected: 2, message: `too old\n${'x'.repeat(300)}` }),
    });
    const exporter = exporterTo(receiver.endpoint);
    const message = `too old\\u{a}${'x'.repeat(248)}…`;
    expect(await exporter.send(logBatch(bodies(5)), soon())).toEqual({ kind: 'delivered', rejectedCount: 2, message });
    expect(exporter.stats()).toMatchObject({ attempts: 1, deliveredRecords: 3, rejectedRecords: 2, failedRecords: 0 });
    expect(diagnostics.messages).toEqual([
      `error: ${NAME}: 127.0.0.1:${receiver.port} refused 2 of 5 records: ${message}`,
    ]);
  });

  test('with no refused record is a warning', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await receiverOf({ respond: () => ({ kind: 'ok', rejected: 0, message: 'slow down' }) });
    const exporter = exporterTo(receiver.endpoint);
    expect(await exporter.send(logBatch(bodies(5)), soon())).toEqual({
      kind: 'delivered',
      rejectedCount: 0,
      message: 'slow down',
    });
    expect(diagnostics.messages).toEqual([
      `warn: ${NAME}: 127.0.0.1:${receiver.port} took all records and warns: slow down`,
    ]);
  });

  test('never counts more refused records than were sent', async () => {
    const receiver = await receiverOf({ respond: () => ({ kind: 'ok', rejected: 1_000_000 }) });
    const exporter = exporterTo(receiver.endpoint);
    expect(await exporter.send(logBatch(bodies(5)), soon())).toEqual({ kind: 'delivered', rejectedCount: 5 });
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 0, rejectedRecords: 5 });
  });
});

describe('size', () => {
  test('a batch over maxRequestBytes is split before it is sent, in order', async () => {
    const receiver = await receiverOf();
    const exporter = exporterTo(receiver.endpoint, { maxRequestBytes: 20_000 });
    expect(await exporter.send(logBatch(bodies(1000, 100)), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(receiver.requests.flatMap((request) => logBodies(request.bytes))).toEqual(bodies(1000, 100));
    expect(Math.max(...receiver.requests.map((request) => request.bytes.length))).toBeLessThanOrEqual(20_000);
    expect(exporter.stats()).toMatchObject({ splits: 7, attempts: 8, deliveredRecords: 1000 });
  });

  test('a lone record over maxRequestBytes is not sent, and the other records are', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await receiverOf();
    const exporter = exporterTo(receiver.endpoint, { maxRequestBytes: 2000 });
    const huge = 'x'.repeat(5000);
    const reason = 'a request of 5015 bytes is over the limit of 2000 bytes';
    expect(await exporter.send(logBatch(['before', huge, 'after']), soon())).toEqual({
      kind: 'delivered',
      rejectedCount: 1,
      message: reason,
    });
    expect(receiver.requests.flatMap((request) => logBodies(request.bytes))).toEqual(['before', 'after']);
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 2, failedRecords: 1 });
    expect(diagnostics.messages).toContainEqual(
      `error: ${NAME}: 1 record is lost on the way to 127.0.0.1:${receiver.port}: ${reason}`,
    );
  });

  test('a batch that the server refuses as too large is split and sent again, in order, and nothing is lost', async () => {
    const receiver = await receiverOf({ maxMessageBytes: 200_000 });
    const exporter = exporterTo(receiver.endpoint);
    expect(await exporter.send(logBatch(bodies(5000, 100)), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(receiver.requests.flatMap((request) => logBodies(request.bytes))).toEqual(bodies(5000, 100));
    expect(exporter.stats()).toMatchObject({
      splits: 3,
      deliveredRecords: 5000,
      failedRecords: 0,
      attemptsByStatus: { OK: 4, RESOURCE_EXHAUSTED: 3 },
    });
  });

  test('a lone record that the server refuses as too large is lost and counted, and its neighbours arrive', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await receiverOf({ maxMessageBytes: 200_000 });
    const exporter = exporterTo(receiver.endpoint);
    const batch = logBatch(['before', 'x'.repeat(300_000), 'after']);
    expect(await exporter.send(batch, soon())).toEqual({
      kind: 'delivered',
      rejectedCount: 1,
      message: expect.stringMatching(/^RESOURCE_EXHAUSTED: Received message larger than max/) as string,
    });
    expect(receiver.requests.flatMap((request) => logBodies(request.bytes))).toEqual(['before', 'after']);
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 2, rejectedRecords: 0, failedRecords: 1 });
    expect(diagnostics.messages.filter((message) => message.startsWith('error'))).toEqual([
      expect.stringMatching(
        /^error: @logferry\/exporter-otlp-grpc: 1 record is lost on the way to 127\.0\.0\.1:\d+: RESOURCE_EXHAUSTED: Received message larger than max \(\d+ vs 200000\)$/,
      ) as string,
    ]);
  });

  test('a server that refuses every size costs a bounded number of requests', async () => {
    const receiver = await receiverOf({ respond: () => ({ kind: 'status', code: 8, message: 'out of quota' }) });
    const exporter = exporterTo(receiver.endpoint);
    expect(await exporter.send(logBatch(bodies(10_000, 100)), soon())).toEqual({
      kind: 'failed',
      reason: 'RESOURCE_EXHAUSTED: out of quota',
    });
    expect(receiver.stats().requests).toBeLessThan(64);
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 0, failedRecords: 10_000 });
  });

  test('a send that ends between parts keeps the rest, which arrives when it is sent again', async () => {
    const controller = new AbortController();
    const receiver = await receiverOf({
      respond: (_request, index) => {
        if (index !== 2) return { kind: 'ok' };
        controller.abort();
        return { kind: 'silence' };
      },
    });
    const exporter = exporterTo(receiver.endpoint, { maxRequestBytes: 20_000 });
    const batch = logBatch(bodies(1000, 100));
    const outcome = await exporter.send(batch, controller.signal);
    batch.release();
    if (outcome.kind !== 'retryable' || outcome.remaining === undefined) throw new Error('there is no rest');
    expect(outcome.remaining.recordCount).toBe(750);
    expect(await exporter.send(outcome.remaining, soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    const unanswered = receiver.requests[2];
    const answered = receiver.requests.filter((request) => request !== unanswered);
    expect(answered.flatMap((request) => logBodies(request.bytes))).toEqual(bodies(1000, 100));
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 1000, failedRecords: 0 });
  });
});
