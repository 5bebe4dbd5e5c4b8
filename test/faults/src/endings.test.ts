// SPDX-License-Identifier: Apache-2.0
import {
  correctReply,
  dropConnectionMidResponse,
  grpcStatus,
  gzipBomb,
  type Http2Peer,
  httpStatus,
  neverAnswer,
  noGrpcStatus,
  resetConnectionMidResponse,
  resetStream,
  startHttp2Peer,
  startOtlpReceiver,
  startTcpProxy,
  type StreamBehaviour,
} from '@logferry-test/support';
import { SEED, seededRandom } from '@logferry-test/support/random';
import { constants } from 'node:http2';
import { expect, onTestFailed, onTestFinished, test } from 'vitest';

import { type Fault, describeFault } from './fault-rows.ts';
import { arrivedByOfficialPair } from './official-pair.ts';
import { allDelivered, openPipeline } from './pipeline.ts';

const { NGHTTP2_REFUSED_STREAM, NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_ENHANCE_YOUR_CALM } = constants;

interface PassingFault {
  readonly name: string;
  readonly behaviour: StreamBehaviour;
  /** How many of 30 records the official pair brings to the receiver. Default: 20, it loses the batch. */
  readonly officialArrived?: number;
}

/** Once, then all is well. */
async function peerThatFailsOnce(behaviour: StreamBehaviour): Promise<Http2Peer> {
  return await peerOf((index) => (index === 0 ? behaviour : correctReply()));
}

async function peerOf(behaviourOf: (index: number) => StreamBehaviour): Promise<Http2Peer> {
  const peer = await startHttp2Peer(behaviourOf);
  onTestFinished(() => peer.close());
  return peer;
}

/** The messages of requests from `first` on. */
function messages(peer: Http2Peer, first: number): Uint8Array[] {
  return peer.requests.slice(first).flatMap(({ message }) => (message === undefined ? [] : [message]));
}

/**
 * The batch meets the fault, comes back and arrives; those behind it arrive as well. The faulty peer has read the whole
 * batch, so had it kept it the duplicates would be those 10 records: what was in flight.
 */
function passes(fault: Fault, cases: readonly PassingFault[]): void {
  describeFault(fault, () => {
    test.each(cases)('$name: the batch is sent again, every record arrives', async ({ behaviour }) => {
      const peer = await peerThatFailsOnce(behaviour);
      const pipeline = openPipeline({ endpoint: `http://127.0.0.1:${peer.port}`, timeoutMillis: 500 });
      pipeline.emit(30);
      await pipeline.processor.forceFlush();
      expect(pipeline.account(messages(peer, 1))).toEqual(allDelivered(30));
      expect(pipeline.account(messages(peer, 0))).toEqual({ ...allDelivered(30), duplicates: 10 });
      expect(pipeline.exporter.stats()).toMatchObject({ attempts: 4, retries: 1, deliveredRecords: 30 });
    });

    test.each(cases)('$name: what the official pair delivers of it', async ({ behaviour, officialArrived = 20 }) => {
      const peer = await peerThatFailsOnce(behaviour);
      const endpoint = `http://127.0.0.1:${peer.port}`;
      expect(await arrivedByOfficialPair(endpoint, 30, () => messages(peer, 1))).toBe(officialArrived);
    });
  });
}

interface FinalFault {
  readonly name: string;
  readonly behaviour: StreamBehaviour;
  readonly reason: string;
}

/** The batch is dropped and counted after one attempt; those behind it arrive. */
function drops(fault: Fault, cases: readonly FinalFault[]): void {
  describeFault(fault, () => {
    test.each(cases)('$name: the batch is dropped and counted, the next ones arrive', async (final) => {
      const peer = await peerThatFailsOnce(final.behaviour);
      const errors: string[] = [];
      const pipeline = openPipeline(
        { endpoint: `http://127.0.0.1:${peer.port}` },
        { onError: (error) => errors.push(error.message) },
      );
      pipeline.emit(30);
      await pipeline.processor.forceFlush();
      expect(pipeline.account(messages(peer, 1))).toEqual({
        accepted: 30,
        delivered: 20,
        queued: 0,
        dropped: { failed: 10 },
        arrived: 20,
        duplicates: 0,
      });
      expect(errors).toEqual([expect.stringContaining(final.reason)]);
      expect(pipeline.exporter.stats()).toMatchObject({ attempts: 3, retries: 0, failedRecords: 10 });
    });
  });
}

passes('a bare HTTP status', [
  { name: 'HTTP 429', behaviour: httpStatus(429) },
  { name: 'HTTP 502', behaviour: httpStatus(502, '<html>bad gateway</html>') },
  { name: 'HTTP 503', behaviour: httpStatus(503) },
  { name: 'HTTP 504', behaviour: httpStatus(504) },
]);

drops('a bare HTTP status', [
  { name: 'HTTP 400', behaviour: httpStatus(400), reason: 'INTERNAL: Received HTTP status code 400' },
  { name: 'HTTP 401', behaviour: httpStatus(401), reason: 'UNAUTHENTICATED: Received HTTP status code 401' },
  { name: 'HTTP 403', behaviour: httpStatus(403), reason: 'PERMISSION_DENIED: Received HTTP status code 403' },
  { name: 'HTTP 404', behaviour: httpStatus(404), reason: 'UNIMPLEMENTED: Received HTTP status code 404' },
  { name: 'HTTP 413', behaviour: httpStatus(413), reason: 'UNKNOWN: Received HTTP status code 413' },
  { name: 'HTTP 500', behaviour: httpStatus(500), reason: 'UNKNOWN: Received HTTP status code 500' },
]);

passes('RST_STREAM', [
  // grpc-js itself repeats this one, once: the server says that it has not begun.
  { name: 'REFUSED_STREAM', behaviour: resetStream(NGHTTP2_REFUSED_STREAM), officialArrived: 30 },
  { name: 'CANCEL', behaviour: resetStream(NGHTTP2_CANCEL) },
]);

drops('RST_STREAM', [
  {
    name: 'INTERNAL_ERROR',
    behaviour: resetStream(NGHTTP2_INTERNAL_ERROR),
    reason: 'INTERNAL: Received RST_STREAM with code 2 (Internal server error)',
  },
  {
    name: 'ENHANCE_YOUR_CALM, of a batch too small to split',
    behaviour: resetStream(NGHTTP2_ENHANCE_YOUR_CALM),
    reason: 'RESOURCE_EXHAUSTED: Bandwidth exhausted or memory limit exceeded',
  },
]);

passes('the connection breaks in the middle of a response', [
  { name: 'a TCP reset', behaviour: resetConnectionMidResponse() },
  { name: 'a TCP connection that ends', behaviour: dropConnectionMidResponse() },
]);

describeFault('the receiver accepts and is silent', () => {
  test('the call that nobody answered is cancelled', async () => {
    const peer = await peerThatFailsOnce(neverAnswer());
    const pipeline = openPipeline({ endpoint: `http://127.0.0.1:${peer.port}`, timeoutMillis: 300 });
    pipeline.emit(10);
    await pipeline.processor.forceFlush();
    expect(pipeline.account(messages(peer, 1))).toEqual(allDelivered(10));
    expect(peer.requests.map(({ closeCode }) => closeCode)).toEqual([NGHTTP2_CANCEL, 0]);
  });
});

describeFault('the connection breaks in the middle of a response', () => {
  test('twenty times under load, at any byte: every record arrives, at most what was in flight twice', async () => {
    onTestFailed(() => console.error(`FC_SEED=${SEED}`));
    const random = seededRandom(SEED);
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const proxy = await startTcpProxy(receiver.port);
    onTestFinished(() => proxy.close());
    const pipeline = openPipeline({ endpoint: `http://127.0.0.1:${proxy.port}` });
    const taken = (): Uint8Array[] => receiver.requests.map(({ bytes }) => bytes);
    for (let reset = 1; reset <= 20; reset += 1) {
      const { connections } = proxy;
      // What is exchanged when a connection begins, or the answers of one batch or several.
      proxy.resetAfterBytesDown(1 + Math.floor(random() * 200));
      pipeline.emit(50);
      await pipeline.processor.forceFlush();
      expect(proxy.connections).toBeLessThanOrEqual(connections + 2);
    }
    const { duplicates, ...rest } = pipeline.account(taken());
    expect({ ...rest, duplicates: 0 }).toEqual(allDelivered(1000));
    // One send at a time is in flight, so each broken connection can double one batch.
    expect(proxy.connections).toBeGreaterThan(10);
    expect(duplicates).toBeLessThanOrEqual(10 * (proxy.connections - 1));
  });
});

passes('the receiver accepts and is silent', [{ name: 'no answer before the deadline', behaviour: neverAnswer() }]);

passes('the status in trailers, or in the only headers', [
  { name: 'UNAVAILABLE in the trailers', behaviour: grpcStatus(14, { message: 'busy' }) },
  { name: 'UNAVAILABLE in the only headers', behaviour: grpcStatus(14, { trailersOnly: true }) },
]);

drops('the status in trailers, or in the only headers', [
  {
    name: 'INVALID_ARGUMENT in the trailers',
    behaviour: grpcStatus(3, { message: 'no' }),
    reason: 'INVALID_ARGUMENT: no',
  },
  {
    name: 'INVALID_ARGUMENT in the only headers',
    behaviour: grpcStatus(3, { message: 'no', trailersOnly: true }),
    reason: 'INVALID_ARGUMENT: no',
  },
]);

drops('no gRPC status, or an unknown one', [
  {
    name: 'no gRPC status',
    behaviour: noGrpcStatus(),
    reason: 'INTERNAL: Received RST_STREAM with code 0 (Call ended without gRPC status)',
  },
  { name: 'status 99', behaviour: grpcStatus(99, { message: 'odd' }), reason: 'STATUS_99: odd' },
]);

drops('a gzip bomb as response', [
  {
    name: 'a response that unpacks to 64 MiB',
    behaviour: gzipBomb(64 * 1024 * 1024),
    reason: 'INTERNAL: the response can not be read: Received message that decompresses to a size larger than 4194304',
  },
]);
