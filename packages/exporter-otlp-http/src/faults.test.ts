// SPDX-License-Identifier: Apache-2.0
import {
  captureDiagnostics,
  logBatch,
  logBodies,
  RAW_OK,
  type RawHttpBehaviour,
  startOtlpHttpReceiver,
  startRawHttpPeer,
  startSilentPeer,
  startTcpProxy,
} from '@logferry-test/support';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';

import { OtlpHttpLogRecordExporter, type OtlpHttpLogRecordExporterOptions } from './index.ts';

const NAME = '@logferry/exporter-otlp-http';
const OK_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\n';

function exporterTo(endpoint: string, options: OtlpHttpLogRecordExporterOptions = {}): OtlpHttpLogRecordExporter {
  const exporter = new OtlpHttpLogRecordExporter({
    endpoint,
    environment: {},
    retry: { initialBackoffMillis: 1 },
    ...options,
  });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

async function peerUrl(behaviour: RawHttpBehaviour): Promise<string> {
  const peer = await startRawHttpPeer(behaviour);
  onTestFinished(() => peer.close());
  return `http://127.0.0.1:${peer.port}/v1/logs`;
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

describe('a fault that passes is retried, and the batch arrives', () => {
  test.each<[string, RawHttpBehaviour, Record<string, number>]>([
    ['a reset before any answer', (socket) => socket.resetAndDestroy(), { CONNECTION_LOST: 1 }],
    ['the end of the connection before any answer', (socket) => socket.end(), { CONNECTION_LOST: 1 }],
    [
      'a reset in the middle of the headers',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-', () => socket.resetAndDestroy()),
      { CONNECTION_LOST: 1 },
    ],
    [
      'a reset in the middle of the answer',
      (socket) => socket.write(`${OK_HEAD}content-length: 100\r\n\r\nabc`, () => socket.resetAndDestroy()),
      { CONNECTION_LOST: 1 },
    ],
    [
      'half an answer and the end of the connection',
      (socket) => socket.end(`${OK_HEAD}content-length: 100\r\n\r\nabc`),
      { CONNECTION_LOST: 1 },
    ],
    [
      'chunked garbage',
      (socket) => socket.end(`${OK_HEAD}transfer-encoding: chunked\r\n\r\nnothing\r\n`),
      { BAD_RESPONSE: 1 },
    ],
    [
      'chunks without an end',
      (socket) => socket.end(`${OK_HEAD}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`),
      { CONNECTION_LOST: 1 },
    ],
    ['what is no HTTP', (socket) => socket.end('220 mail.example ESMTP\r\n'), { BAD_RESPONSE: 1 }],
    ['an answer of HTTP/2', (socket) => socket.end(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])), { BAD_RESPONSE: 1 }],
    ['huge headers', (socket) => socket.end(`${OK_HEAD}x-huge: ${'a'.repeat(100_000)}\r\n\r\n`), { BAD_RESPONSE: 1 }],
    [
      'an upgrade that nobody asked for',
      (socket) => socket.end('HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      { BAD_RESPONSE: 1 },
    ],
    [
      'a 100 that nobody asked for',
      (socket) => socket.end(`HTTP/1.1 100 Continue\r\n\r\n${RAW_OK}`),
      { BAD_RESPONSE: 1 },
    ],
    [
      'a status of a gateway',
      (socket) => socket.end('HTTP/1.1 502 Bad\r\ncontent-length: 0\r\n\r\n'),
      { 'HTTP 502': 1 },
    ],
    [
      'half a status of a gateway',
      (socket) => socket.write('HTTP/1.1 503 Busy\r\ncontent-length: 9\r\n\r\nab', () => socket.resetAndDestroy()),
      { 'HTTP 503': 1 },
    ],
  ])('%s', async (_what, fault, counted) => {
    const endpoint = await peerUrl((socket, index) => {
      if (index === 0) fault(socket, index);
      else socket.write(RAW_OK);
    });
    const exporter = exporterTo(endpoint);
    expect(await exporter.send(logBatch(['a', 'b']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(exporter.stats()).toMatchObject({
      attempts: 2,
      deliveredRecords: 2,
      failedRecords: 0,
      attemptsByStatus: { ...counted, 'HTTP 200': 1 },
    });
  });

  test('silence until the deadline', async () => {
    const endpoint = await peerUrl((socket, index) => void (index > 0 && socket.write(RAW_OK)));
    const exporter = exporterTo(endpoint, { timeoutMillis: 300 });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(exporter.stats().attemptsByStatus).toEqual({ DEADLINE_EXCEEDED: 1, 'HTTP 200': 1 });
  });

  test('an answer that never ends', async () => {
    const endpoint = await peerUrl((socket, index) => {
      socket.write(index === 0 ? `${OK_HEAD}content-length: 100\r\n\r\nabc` : RAW_OK);
    });
    const exporter = exporterTo(endpoint, { timeoutMillis: 300 });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(exporter.stats().attemptsByStatus).toEqual({ DEADLINE_EXCEEDED: 1, 'HTTP 200': 1 });
  });

  test('a receiver that is down and comes up', async () => {
    const gone = await startOtlpHttpReceiver();
    await gone.close();
    const exporter = exporterTo(gone.endpoint, { retry: { initialBackoffMillis: 20, multiplier: 1 } });
    const sent = exporter.send(logBatch(['a']), soon());
    await expect.poll(() => exporter.stats().retries, { interval: 2 }).toBeGreaterThan(1);
    const receiver = await startOtlpHttpReceiver({ port: gone.port });
    onTestFinished(() => receiver.close());
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(receiver.requests.map(({ bytes }) => logBodies(bytes))).toEqual([['a']]);
  });

  test('a connection that the network cuts under load', async () => {
    const receiver = await startOtlpHttpReceiver();
    onTestFinished(() => receiver.close());
    const proxy = await startTcpProxy(receiver.port);
    onTestFinished(() => proxy.close());
    const exporter = exporterTo(`http://127.0.0.1:${proxy.port}/v1/logs`);
    for (let round = 0; round < 20; round += 1) {
      if (round % 3 === 0) proxy.resetAfterBytesDown(10);
      expect(await exporter.send(logBatch([`${round}`]), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    }
    const arrived = new Set(receiver.requests.flatMap(({ bytes }) => logBodies(bytes)));
    expect(arrived.size).toBe(20);
  });
});

test.each([
  ['with a reset', (socket: Parameters<RawHttpBehaviour>[0]) => socket.resetAndDestroy()],
  ['in order', (socket: Parameters<RawHttpBehaviour>[0]) => socket.end()],
])('a kept-alive connection that the server closes between requests %s costs no record', async (_how, close) => {
  const endpoint = await peerUrl((socket) => {
    socket.write(RAW_OK, () => setImmediate(() => close(socket)));
  });
  const exporter = exporterTo(endpoint);
  for (let round = 0; round < 20; round += 1) {
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    if (round % 2 === 0) {
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
    }
  }
  expect(exporter.stats()).toMatchObject({ deliveredRecords: 20, failedRecords: 0 });
});

test('a server that closes at once what it does not need is met with a new connection each time', async () => {
  const endpoint = await peerUrl((socket) => {
    socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  const exporter = exporterTo(endpoint);
  for (let round = 0; round < 5; round += 1) await exporter.send(logBatch(['a']), soon());
  expect(exporter.stats()).toMatchObject({ attempts: 5, deliveredRecords: 5 });
});

test('interim answers are passed over', async () => {
  const endpoint = await peerUrl((socket) => {
    socket.write('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
    socket.write(RAW_OK);
  });
  const exporter = exporterTo(endpoint);
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
});

test('an answer that comes before the request is written ends the attempt, and the batch is not read any more', async () => {
  const body = 'x'.repeat(16_000_000);
  let readOn = (): void => undefined;
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first) => {
      received.push(first);
      socket.pause();
      socket.write('HTTP/1.1 400 Bad\r\ncontent-type: text/plain\r\ncontent-length: 3\r\n\r\nbad');
      readOn = () => void socket.on('data', (chunk: Buffer) => received.push(chunk)).resume();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address() as { port: number };
  const exporter = exporterTo(`http://127.0.0.1:${address.port}`, { maxRequestBytes: 32 * 1024 * 1024 });
  const batch = logBatch([body]);
  expect(await exporter.send(batch, soon())).toEqual({ kind: 'failed', reason: 'HTTP 400: bad' });
  // Its memory holds something else from now on.
  batch.release();
  readOn();
  const size = (): number => received.reduce((sum, { length }) => sum + length, 0);
  await expect.poll(size, { timeout: 10_000 }).toBeGreaterThan(body.length);
  expect(Buffer.concat(received).includes(0xff)).toBe(false);
});

describe('an answer that can not be read is no reason to send again what was taken', () => {
  test.each<[string, string | Buffer, string]>([
    [
      'over 4 MiB',
      Buffer.concat([Buffer.from(`${OK_HEAD}content-length: 5000000\r\n\r\n`), Buffer.alloc(5_000_000)]),
      'the answer can not be read: it is over 4194304 bytes',
    ],
    [
      'a gzip bomb',
      (() => {
        const bomb = gzipSync(Buffer.alloc(100_000_000));
        return Buffer.concat([
          Buffer.from(`${OK_HEAD}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`),
          bomb,
        ]);
      })(),
      'the answer can not be read: it is over 4194304 bytes',
    ],
    [
      'damaged gzip',
      `${OK_HEAD}content-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc`,
      'the answer can not be read: its content encoding is none that was asked for, or damaged',
    ],
    [
      'an encoding that nobody asked for',
      `${OK_HEAD}content-encoding: br\r\ncontent-length: 3\r\n\r\nabc`,
      'the answer can not be read: its content encoding is none that was asked for, or damaged',
    ],
    [
      'a page of another server',
      'HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: 6\r\n\r\n<html>',
      'the answer is not one of an OTLP receiver (text/html): is the endpoint right?',
    ],
    [
      'an answer without a type',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
      'the answer is not one of an OTLP receiver (of no type): is the endpoint right?',
    ],
  ])('%s', async (_what, answer, message) => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const endpoint = await peerUrl((socket) => void socket.write(answer));
    const exporter = exporterTo(endpoint);
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0, message });
    expect(exporter.stats()).toMatchObject({ attempts: 1, deliveredRecords: 1 });
    expect(diagnostics.messages).toEqual([`warn: ${NAME}: ${endpoint} took all records and warns: ${message}`]);
  });

  test('gzip is understood', async () => {
    const body = gzipSync(Buffer.from([10, 2, 8, 1]));
    const endpoint = await peerUrl((socket) => {
      socket.write(`${OK_HEAD}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    const outcome = await exporterTo(endpoint).send(logBatch(['a', 'b']), soon());
    expect(outcome).toEqual({ kind: 'delivered', rejectedCount: 1 });
  });

  test.each(['202 Accepted', '204 No Content'])('%s is a success', async (status) => {
    const endpoint = await peerUrl((socket) => {
      socket.write(`HTTP/1.1 ${status}\r\n${status.startsWith('204') ? '' : 'content-length: 0\r\n'}\r\n`);
    });
    expect(await exporterTo(endpoint).send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  });
});

describe('what is said about a connection that does not come about', () => {
  async function said(endpoint: string, options: OtlpHttpLogRecordExporterOptions = {}): Promise<readonly string[]> {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const exporter = exporterTo(endpoint, options);
    const controller = new AbortController();
    const sent = exporter.send(logBatch(['kept']), controller.signal);
    await expect.poll(() => exporter.stats().retries, { interval: 5, timeout: 10_000 }).toBeGreaterThan(1);
    controller.abort();
    expect(await sent).toMatchObject({ kind: 'retryable' });
    expect(exporter.stats().failedRecords).toBe(0);
    return diagnostics.messages;
  }

  test('nobody listens', async () => {
    const gone = await startOtlpHttpReceiver();
    await gone.close();
    expect(await said(gone.endpoint)).toEqual([
      `warn: ${NAME}: a request to ${gone.endpoint} failed and is tried again: NO_CONNECTION: connect ECONNREFUSED 127.0.0.1:${gone.port}`,
    ]);
  });

  test('no address of a name answers', async () => {
    const gone = await startOtlpHttpReceiver();
    await gone.close();
    const endpoint = `http://localhost:${gone.port}`;
    const [message] = await said(endpoint);
    expect(message).toMatch(
      /^warn: .* a request to http:\/\/localhost:\d+\/ failed and is tried again: NO_CONNECTION: connect ECONNREFUSED /,
    );
  });

  test('a peer that takes the connection and says nothing', async () => {
    const peer = await startSilentPeer();
    onTestFinished(() => peer.close());
    const endpoint = `http://127.0.0.1:${peer.port}/`;
    expect(await said(endpoint, { timeoutMillis: 100 })).toEqual([
      `warn: ${NAME}: a request to ${endpoint} failed and is tried again: DEADLINE_EXCEEDED: no answer in time`,
    ]);
  });
});
