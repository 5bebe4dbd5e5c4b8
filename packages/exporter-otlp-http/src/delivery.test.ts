// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import {
  captureDiagnostics,
  type HttpReply,
  jsonLogBodies,
  logBatch,
  logBodies,
  type OtlpHttpReceiver,
  type OtlpHttpReceiverOptions,
  startOtlpHttpReceiver,
} from '@logferry-test/support';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

import { OtlpHttpLogRecordExporter, type OtlpHttpLogRecordExporterOptions } from './index.ts';

const NAME = '@logferry/exporter-otlp-http';

async function receiverOf(options: OtlpHttpReceiverOptions = {}): Promise<OtlpHttpReceiver> {
  const receiver = await startOtlpHttpReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

function exporterTo(endpoint: string, options: OtlpHttpLogRecordExporterOptions = {}): OtlpHttpLogRecordExporter {
  const exporter = new OtlpHttpLogRecordExporter({ endpoint, environment: {}, ...options });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

function bodies(count: number, length: number = 0): string[] {
  return Array.from({ length: count }, (_, index) => `record ${index}`.padEnd(length, '.'));
}

/** A batch as the exporter's own encoder makes it. */
function encoded(exporter: OtlpHttpLogRecordExporter, texts: readonly string[]): EncodedBatch {
  const encoder = exporter.createEncoder();
  for (const body of texts) encoder.append(testRecord({ body }));
  const batch = encoder.take();
  if (batch === undefined) throw new Error('there is no batch');
  return batch;
}

function receivedBodies(receiver: OtlpHttpReceiver): string[][] {
  return receiver.requests.map(({ bytes, headers }) =>
    headers['content-type'] === 'application/json' ? jsonLogBodies(bytes) : logBodies(bytes),
  );
}

describe.each(['http/protobuf', 'http/json'] as const)('%s', (protocol) => {
  test('a batch arrives whole in one request and the counters say so', async () => {
    const receiver = await receiverOf();
    const exporter = exporterTo(receiver.endpoint, { protocol });
    const batch = encoded(exporter, ['first', 'line\nbreak', 'third']);
    const bytes = batch.bytes.length;
    expect(await exporter.send(batch, soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(receivedBodies(receiver)).toEqual([['first', 'line\nbreak', 'third']]);
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/logs', bodyBytes: bytes });
    expect(request?.headers).toMatchObject({
      host: `127.0.0.1:${receiver.port}`,
      connection: 'keep-alive',
      'content-length': String(bytes),
      'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
    });
    expect(request?.headers['user-agent']).toMatch(/^OTel-OTLP-Exporter-JavaScript\/\d+\.\d+\.\d+$/);
    expect(exporter.stats()).toEqual({
      sends: 1,
      attempts: 1,
      retries: 0,
      splits: 0,
      deliveredRecords: 3,
      rejectedRecords: 0,
      failedRecords: 0,
      bytesSent: bytes,
      attemptsByStatus: { 'HTTP 200': 1 },
    });
  });

  test('gzip arrives the same, and smaller', async () => {
    const receiver = await receiverOf();
    const exporter = exporterTo(receiver.endpoint, { protocol, compression: 'gzip' });
    await exporter.send(encoded(exporter, bodies(1000, 100)), soon());
    expect(receivedBodies(receiver)).toEqual([bodies(1000, 100)]);
    const [request] = receiver.requests;
    expect(request?.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(request?.bodyBytes),
    });
    expect((request?.bodyBytes ?? Infinity) * 4).toBeLessThan(request?.bytes.length ?? 0);
  });

  test('a batch over maxRequestBytes goes in several requests, in order, and a lone record over it is lost', async () => {
    const receiver = await receiverOf();
    const exporter = exporterTo(receiver.endpoint, { protocol, maxRequestBytes: 20_000 });
    const texts = bodies(100, 1000).with(50, 'x'.repeat(30_000));
    const reason = /^a request of 3\d{4} bytes is over the limit of 20000 bytes$/;
    expect(await exporter.send(encoded(exporter, texts), soon())).toEqual({
      kind: 'delivered',
      rejectedCount: 1,
      message: expect.stringMatching(reason) as string,
    });
    expect(receivedBodies(receiver).flat()).toEqual(texts.toSpliced(50, 1));
    expect(receiver.requests.every(({ bodyBytes }) => bodyBytes <= 20_000)).toBe(true);
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 99, failedRecords: 1 });
  });

  test('413 splits the batch and resends the parts', async () => {
    const receiver = await receiverOf({
      respond: ({ bytes }) => (bytes.length > 150_000 ? { kind: 'status', status: 413 } : { kind: 'ok' }),
    });
    const exporter = exporterTo(receiver.endpoint, { protocol });
    const texts = bodies(500, 1000);
    expect(await exporter.send(encoded(exporter, texts), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(receiver.stats().acceptedRecords).toBe(500);
    const taken = receiver.requests.filter(({ bytes }) => bytes.length <= 150_000);
    const read = protocol === 'http/json' ? jsonLogBodies : logBodies;
    expect(taken.flatMap(({ bytes }) => read(bytes))).toEqual(texts);
  });

  test('a partial success counts what was refused and passes the server’s words on', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await receiverOf({ respond: () => ({ kind: 'ok', rejected: 2, message: 'too\nold' }) });
    const exporter = exporterTo(receiver.endpoint, { protocol });
    expect(await exporter.send(encoded(exporter, ['a', 'b', 'c']), soon())).toEqual({
      kind: 'delivered',
      rejectedCount: 2,
      message: 'too\\u{a}old',
    });
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 1, rejectedRecords: 2, failedRecords: 0, attempts: 1 });
    expect(diagnostics.messages).toEqual([`error: ${NAME}: ${receiver.endpoint} refused 2 of 3 records: too\\u{a}old`]);
  });

  test('what is left of a batch that was cancelled half way is sent later, each record once', async () => {
    const controller = new AbortController();
    const receiver = await receiverOf({
      respond: (_request, index): HttpReply => {
        if (index !== 1) return { kind: 'ok' };
        controller.abort();
        return { kind: 'silence' };
      },
    });
    const exporter = exporterTo(receiver.endpoint, { protocol, maxRequestBytes: 4000 });
    const texts = bodies(12, 800);
    const outcome = await exporter.send(encoded(exporter, texts), controller.signal);
    if (outcome.kind !== 'retryable' || outcome.remaining === undefined) throw new Error('there is no rest');
    const first = receiver.requests[0]?.recordCount ?? 0;
    expect(outcome.remaining.recordCount).toBe(12 - first);
    const again = exporterTo(receiver.endpoint, { protocol });
    expect(await again.send(outcome.remaining, soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    const read = receivedBodies(receiver);
    expect([...(read[0] ?? []), ...read.slice(2).flat()]).toEqual(texts);
  });

  test('a batch’s memory may be reused as soon as the send has settled, also when it was cancelled', async () => {
    const receiver = await receiverOf();
    for (const compression of ['none', 'gzip'] as const) {
      const exporter = exporterTo(receiver.endpoint, { protocol, compression });
      await exporter.send(encoded(exporter, ['sent']), soon());
      for (let turns = 0; turns < 20; turns += 1) {
        const controller = new AbortController();
        const batch = encoded(exporter, ['sent']);
        const sent = exporter.send(batch, controller.signal);
        for (let turn = 0; turn < turns % 5; turn += 1) {
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
        }
        for (let microtask = 0; microtask < turns; microtask += 1) await Promise.resolve();
        controller.abort();
        await sent;
        batch.bytes.fill(0xff);
      }
      await exporter.send(encoded(exporter, ['sent']), soon());
    }
    expect(new Set(receivedBodies(receiver).flat())).toEqual(new Set(['sent']));
    expect(receiver.stats().records).toBe(receiver.stats().requests);
    expect(receiver.stats().unreadable).toBe(0);
  });
});

test('a batch in shared memory arrives', async () => {
  const receiver = await receiverOf();
  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    const encoder = OtlpHttpLogRecordExporter.workerSupport.prepare({ protocol, environment: {} }).createEncoder();
    encoder.append(testRecord({ body: 'shared' }));
    const batch = encoder.take()!;
    expect(batch.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    const { bytes, recordCount } = batch;
    const restored = OtlpHttpLogRecordExporter.workerSupport.restoreBatch({ bytes, recordCount, lines: undefined });
    for (const compression of ['none', 'gzip'] as const) {
      const exporter = exporterTo(receiver.endpoint, { protocol, compression });
      expect(await exporter.send(restored, soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    }
  }
  expect(receivedBodies(receiver)).toEqual([['shared'], ['shared'], ['shared'], ['shared']]);
});

test('one connection serves sends that come one after the other', async () => {
  const receiver = await receiverOf();
  const exporter = exporterTo(receiver.endpoint);
  for (let round = 0; round < 5; round += 1) await exporter.send(logBatch(['a']), soon());
  expect(receiver.connections).toBe(1);
  expect(new Set(receiver.requests.map(({ peerPort }) => peerPort)).size).toBe(1);
});

test('headers go with every request, and those of the protocol can not be replaced', async () => {
  const receiver = await receiverOf();
  const exporter = exporterTo(receiver.endpoint, { headers: { 'X-Api-Key': 'one' }, userAgentPrefix: 'shop/1.2' });
  await exporter.send(logBatch(['a']), soon());
  expect(receiver.requests[0]?.headers).toMatchObject({ 'x-api-key': 'one' });
  expect(receiver.requests[0]?.headers['user-agent']).toMatch(/^shop\/1\.2 OTel-OTLP-Exporter-JavaScript\/\d/);
});

test('a headers function is asked before each attempt, and its failure keeps the data', async () => {
  const diagnostics = captureDiagnostics();
  onTestFinished(() => diagnostics.stop());
  const receiver = await receiverOf({
    respond: (_request, index) => (index === 0 ? { kind: 'status', status: 503 } : { kind: 'ok' }),
  });
  let calls = 0;
  const exporter = exporterTo(receiver.endpoint, {
    retry: { initialBackoffMillis: 1 },
    headers: async () => {
      calls += 1;
      if (calls === 2) throw new Error('the token secret-one is bad');
      return { authorization: `Bearer token-${calls}` };
    },
  });
  await exporter.send(logBatch(['a']), soon());
  expect(receiver.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-3']);
  expect(diagnostics.messages).toEqual([
    `warn: ${NAME}: a request to ${receiver.endpoint} failed and is tried again: HTTP 503: Service Unavailable`,
    `warn: ${NAME}: a request to ${receiver.endpoint} failed and is tried again: NO_HEADERS: the headers function failed`,
  ]);
});

test('a token that the server refuses is asked for again, once, and the batch arrives', async () => {
  const receiver = await receiverOf({
    respond: ({ headers }) =>
      headers.authorization === 'Bearer token-2' ? { kind: 'ok' } : { kind: 'status', status: 401 },
  });
  const asked: boolean[] = [];
  const exporter = exporterTo(receiver.endpoint, {
    headersMaxAgeMillis: 60_000,
    headers: ({ previousRefused }) => {
      asked.push(previousRefused);
      return { authorization: `Bearer token-${asked.length}` };
    },
  });
  for (let round = 0; round < 3; round += 1) {
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  }
  expect(asked).toEqual([false, true]);
  expect(exporter.stats().attemptsByStatus).toEqual({ 'HTTP 401': 1, 'HTTP 200': 3 });
});

test('a Unix socket', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'logferry-http-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const socketPath = join(directory, 'otlp.sock');
  const receiver = await receiverOf({ socketPath });
  const exporter = exporterTo(`unix:${socketPath}`);
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(receiver.requests[0]).toMatchObject({ path: '/v1/logs', headers: { host: 'localhost' } });
});
