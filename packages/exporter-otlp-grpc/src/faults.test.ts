// SPDX-License-Identifier: Apache-2.0
import {
  captureDiagnostics,
  correctReply,
  createCertificateAuthority,
  type FaultyPeer,
  grpcStatus,
  gzipBomb,
  httpStatus,
  hugeReply,
  logBatch,
  logBodies,
  neverAnswer,
  noGrpcStatus,
  resetConnectionMidResponse,
  resetStream,
  startHttp2Peer,
  startOtlpReceiver,
  startSilentPeer,
  startTcpProxy,
  type StreamBehaviour,
} from '@logferry-test/support';
import { constants } from 'node:http2';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

/** Short delays: the tests are about what is retried, not about when. */
const QUICK: OtlpGrpcLogRecordExporterOptions = {
  retry: { initialBackoffMillis: 10, maxBackoffMillis: 50 },
  channelOptions: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 200 },
};

function exporterTo(port: number, options: OtlpGrpcLogRecordExporterOptions = {}): OtlpGrpcLogRecordExporter {
  const exporter = new OtlpGrpcLogRecordExporter({
    endpoint: `http://127.0.0.1:${port}`,
    environment: {},
    ...QUICK,
    ...options,
  });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

async function peerOf(behaviourOf: (index: number) => StreamBehaviour): Promise<FaultyPeer> {
  const peer = await startHttp2Peer(behaviourOf);
  onTestFinished(() => peer.close());
  return peer;
}

const { NGHTTP2_REFUSED_STREAM, NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_ENHANCE_YOUR_CALM } = constants;

describe('a fault that passes is retried, and the batch arrives', () => {
  test.each<[string, StreamBehaviour, string]>([
    ['HTTP 429', httpStatus(429), 'UNAVAILABLE'],
    ['HTTP 502', httpStatus(502, '<html>bad gateway</html>'), 'UNAVAILABLE'],
    ['HTTP 503', httpStatus(503), 'UNAVAILABLE'],
    ['HTTP 504', httpStatus(504), 'UNAVAILABLE'],
    ['RST_STREAM REFUSED_STREAM', resetStream(NGHTTP2_REFUSED_STREAM), 'UNAVAILABLE'],
    ['RST_STREAM CANCEL', resetStream(NGHTTP2_CANCEL), 'CANCELLED'],
    ['a TCP reset in the middle of a response', resetConnectionMidResponse(), 'UNAVAILABLE'],
    ['UNAVAILABLE in the trailers', grpcStatus(14, { message: 'busy' }), 'UNAVAILABLE'],
    ['UNAVAILABLE in the only header block', grpcStatus(14, { trailersOnly: true }), 'UNAVAILABLE'],
    ['no answer before the deadline', neverAnswer(), 'DEADLINE_EXCEEDED'],
  ])('%s', async (_what, behaviour, status) => {
    const peer = await peerOf((index) => (index === 0 ? behaviour : correctReply()));
    const exporter = exporterTo(peer.port, { timeoutMillis: 500 });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(exporter.stats()).toMatchObject({
      attempts: 2,
      deliveredRecords: 1,
      attemptsByStatus: { [status]: 1, OK: 1 },
    });
  });
});

describe('a fault that does not pass drops the records and counts them', () => {
  test.each<[string, StreamBehaviour, string]>([
    ['HTTP 400', httpStatus(400), 'INTERNAL: Received HTTP status code 400'],
    ['HTTP 401', httpStatus(401), 'UNAUTHENTICATED: Received HTTP status code 401'],
    ['HTTP 403', httpStatus(403), 'PERMISSION_DENIED: Received HTTP status code 403'],
    ['HTTP 404', httpStatus(404), 'UNIMPLEMENTED: Received HTTP status code 404'],
    ['HTTP 413', httpStatus(413), 'UNKNOWN: Received HTTP status code 413'],
    ['HTTP 500', httpStatus(500), 'UNKNOWN: Received HTTP status code 500'],
    [
      'RST_STREAM INTERNAL_ERROR',
      resetStream(NGHTTP2_INTERNAL_ERROR),
      'INTERNAL: Received RST_STREAM with code 2 (Internal server error)',
    ],
    [
      'RST_STREAM ENHANCE_YOUR_CALM',
      resetStream(NGHTTP2_ENHANCE_YOUR_CALM),
      'RESOURCE_EXHAUSTED: Bandwidth exhausted or memory limit exceeded',
    ],
    [
      'an answer without a gRPC status',
      noGrpcStatus(),
      'INTERNAL: Received RST_STREAM with code 0 (Call ended without gRPC status)',
    ],
    ['OK without a message', grpcStatus(0), 'UNIMPLEMENTED: No message received'],
    ['a status that no document knows', grpcStatus(99, { message: 'odd' }), 'STATUS_99: odd'],
    [
      'a response over 4 MiB',
      hugeReply(4 * 1024 * 1024 + 1),
      'INTERNAL: the response can not be read: Received message larger than max (4194305 vs 4194304)',
    ],
    [
      'a gzip bomb',
      gzipBomb(64 * 1024 * 1024),
      'INTERNAL: the response can not be read: Received message that decompresses to a size larger than 4194304',
    ],
  ])('%s', async (_what, behaviour, reason) => {
    const peer = await peerOf(() => behaviour);
    const exporter = exporterTo(peer.port);
    expect(await exporter.send(logBatch(['a', 'b']), soon())).toEqual({ kind: 'failed', reason });
    expect(exporter.stats()).toMatchObject({ attempts: 1, deliveredRecords: 0, failedRecords: 2 });
  });
});

describe('connections', () => {
  test('a receiver that starts late gets what was sent before it was there', async () => {
    const port = await freePort();
    const exporter = exporterTo(port);
    const sent = exporter.send(logBatch(['early']), soon());
    await expect.poll(() => exporter.stats().retries, { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    const receiver = await startOtlpReceiver({ port });
    onTestFinished(() => receiver.close());
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(receiver.requests.map((request) => logBodies(request.bytes))).toEqual([['early']]);
  });

  test('a receiver that restarts on its port gets the rest', async () => {
    const first = await startOtlpReceiver();
    const exporter = exporterTo(first.port);
    expect(await exporter.send(logBatch(['one']), soon())).toMatchObject({ kind: 'delivered' });
    await first.close();
    const sent = exporter.send(logBatch(['two']), soon());
    await expect.poll(() => exporter.stats().retries, { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    const second = await startOtlpReceiver({ port: first.port });
    onTestFinished(() => second.close());
    expect(await sent).toMatchObject({ kind: 'delivered' });
    expect(second.requests.map((request) => logBodies(request.bytes))).toEqual([['two']]);
  });

  test('a TCP reset while a response is on its way leads to one more attempt', async () => {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const proxy = await startTcpProxy(receiver.port);
    onTestFinished(() => proxy.close());
    const exporter = exporterTo(proxy.port);
    await exporter.send(logBatch(['warm']), soon());
    proxy.resetAfterBytesDown(1);
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    // The first copy may have been taken before the reset: duplicates are no more than what was in flight.
    expect(receiver.requests.length).toBeGreaterThanOrEqual(2);
    expect(receiver.requests.length).toBeLessThanOrEqual(3);
  });

  test('a connection that leads nowhere is replaced after two deadlines', async () => {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const proxy = await startTcpProxy(receiver.port);
    onTestFinished(() => proxy.close());
    const exporter = exporterTo(proxy.port, { timeoutMillis: 700 });
    await exporter.send(logBatch(['warm']), soon());
    proxy.setMode('stall');
    const sent = exporter.send(logBatch(['a']), soon());
    await expect
      .poll(() => exporter.stats().attemptsByStatus['DEADLINE_EXCEEDED'], { interval: 5, timeout: 10_000 })
      .toBe(1);
    proxy.setModeForNewConnections('forward');
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(exporter.stats().attemptsByStatus).toEqual({ OK: 2, DEADLINE_EXCEEDED: 2 });
    expect(proxy.connections).toBe(2);
  });

  test('a TLS handshake that nobody answers does not block the next connection', async () => {
    const ca = await createCertificateAuthority();
    onTestFinished(() => ca.dispose());
    const silent = await startSilentPeer();
    onTestFinished(() => silent.close());
    const proxy = await startTcpProxy(silent.port);
    onTestFinished(() => proxy.close());
    const receiver = await startOtlpReceiver({ tls: await ca.server() });
    onTestFinished(() => receiver.close());
    const exporter = exporterTo(proxy.port, {
      endpoint: `https://localhost:${proxy.port}`,
      tls: { ca: ca.cert },
      timeoutMillis: 1000,
    });
    const sent = exporter.send(logBatch(['a']), soon());
    await expect.poll(() => exporter.stats().retries, { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(1);
    proxy.setTarget(receiver.port);
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
  });

  test('a peer that takes the connection and never speaks HTTP/2 is given up and named, not waited for', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const silent = await startSilentPeer();
    onTestFinished(() => silent.close());
    const exporter = exporterTo(silent.port, { timeoutMillis: 1000 });
    const controller = new AbortController();
    const sent = exporter.send(logBatch(['a']), controller.signal);
    await expect.poll(() => exporter.stats().retries, { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(1);
    controller.abort();
    expect(await sent).toMatchObject({
      kind: 'retryable',
      reason: 'UNAVAILABLE: the peer did not begin HTTP/2 in time',
    });
    expect(diagnostics.messages).toHaveLength(1);
  });

  test('a name that does not resolve keeps the data', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const exporter = exporterTo(0, { endpoint: 'http://does-not-exist.invalid:4317' });
    const controller = new AbortController();
    const sent = exporter.send(logBatch(['a']), controller.signal);
    await expect.poll(() => exporter.stats().retries, { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    controller.abort();
    expect(await sent).toMatchObject({
      kind: 'retryable',
      reason: expect.stringMatching(/^UNAVAILABLE: Name resolution failed for target/) as string,
    });
    expect(diagnostics.messages).toHaveLength(1);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address() as { port: number };
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return address.port;
}
