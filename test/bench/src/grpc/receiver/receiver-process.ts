// SPDX-License-Identifier: Apache-2.0

/**
 * The program that `startReceiver` starts: an OTLP/gRPC receiver on bare HTTP/2 that counts records and throws them away.
 * It speaks the one call that is measured and nothing else, which costs half of what the collector double of the tests
 * costs: on a machine of two cores a dear receiver would be what is measured.
 */
// Not the whole package: what it loads would be marked at each of the collections that the received bytes cause.
import { countLogRecords } from '@logferry-test/support/count-log-records';
import { readFileSync } from 'node:fs';
import { createSecureServer, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

import type { ReceiverTotals } from './start-receiver.ts';

const FRAME_HEADER_BYTES = 5;
const EMPTY_RESPONSE = Buffer.alloc(FRAME_HEADER_BYTES);

/**
 * Flow control windows as a Collector's gRPC library grows them to on a fast link, so that they limit no contestant; with
 * HTTP/2's 64 KiB each message of a megabyte would wait for sixteen round trips.
 */
const STREAM_WINDOW_BYTES = 4 * 2 ** 20;
const SESSION_WINDOW_BYTES = 16 * 2 ** 20;

const totals = { requests: 0, records: 0, messageBytes: 0 };

/** Requests are put together there, one after the other. */
let whole = Buffer.allocUnsafeSlow(2 ** 20);

function joined(chunks: readonly Buffer[]): Buffer {
  if (chunks.length === 1) return chunks[0]!;
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length > whole.length) whole = Buffer.allocUnsafeSlow(2 * length);
  let position = 0;
  for (const chunk of chunks) position += chunk.copy(whole, position);
  return whole.subarray(0, length);
}

function received(frame: Buffer): void {
  const compressed = frame[0] === 1;
  const message = frame.subarray(FRAME_HEADER_BYTES);
  if (frame.readUInt32BE(1) !== message.length) throw new RangeError('the request holds more or less than one message');
  totals.requests += 1;
  totals.messageBytes += message.length;
  totals.records += countLogRecords(compressed ? gunzipSync(message) : message);
}

function serve(stream: ServerHttp2Stream): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => {});
  stream.on('end', () => {
    received(joined(chunks));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(EMPTY_RESPONSE);
  });
}

const settings = { initialWindowSize: STREAM_WINDOW_BYTES };
const [certFile, keyFile] = process.argv.slice(2);
const server =
  certFile === undefined || keyFile === undefined
    ? createServer({ settings })
    : createSecureServer({ settings, cert: readFileSync(certFile), key: readFileSync(keyFile) });
server.on('session', (session: ServerHttp2Session) => session.setLocalWindowSize(SESSION_WINDOW_BYTES));
server.on('stream', serve);
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));

// The one request of the parent.
process.on('message', () => {
  const cpu = process.cpuUsage();
  const answer: ReceiverTotals = { ...totals, cpuMicros: cpu.user + cpu.system };
  process.send!(answer);
});
process.on('disconnect', () => process.exit(0));
