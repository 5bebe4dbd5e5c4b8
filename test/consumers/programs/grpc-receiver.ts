// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createSecureServer, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** An OTLP/gRPC receiver in this process that keeps the bodies of what arrives. */
export interface GrpcReceiver {
  readonly endpoint: string;
  /** The CA of its certificate, where it speaks TLS. */
  readonly caFile: string;
  readonly bodies: string[];
  close(): void;
}

/** The field numbers that lead from a request to a body's text: ResourceLogs, ScopeLogs, LogRecord, AnyValue, string. */
const BODY_PATH: readonly number[] = [1, 2, 2, 5, 1];

/** Made of Node alone: a gRPC library here would hide that a package forgot to declare its own. */
export async function startGrpcReceiver(protocol: 'http' | 'https'): Promise<GrpcReceiver> {
  const tls = join(process.cwd(), 'tls');
  const bodies: string[] = [];
  const server: Http2Server =
    protocol === 'http'
      ? createServer()
      : createSecureServer({ cert: readFileSync(join(tls, 'server.crt')), key: readFileSync(join(tls, 'server.key')) });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
  });
  server.on('stream', (stream: ServerHttp2Stream) => {
    void answer(stream, bodies);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `${protocol}://${protocol === 'https' ? 'localhost' : '127.0.0.1'}:${port}`,
    caFile: join(tls, 'ca.crt'),
    bodies,
    close() {
      server.close();
      for (const session of sessions) session.destroy();
    },
  };
}

/** A message of gRPC: one byte that says whether it is compressed, four of its length, then itself. */
const PREFIX_BYTES = 5;

async function answer(stream: ServerHttp2Stream, bodies: string[]): Promise<void> {
  const request = await buffer(stream);
  const message = request.subarray(PREFIX_BYTES);
  bodies.push(...stringsAt(request[0] === 1 ? gunzipSync(message) : message, BODY_PATH));
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.alloc(PREFIX_BYTES));
}

/** The strings at the end of a path of protobuf fields. */
function* stringsAt(message: Buffer, path: readonly number[]): Generator<string> {
  const [wanted, ...rest] = path;
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(offset);
      offset += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (offset < message.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 0) varint();
    else if (wireType === 1) offset += 8;
    else if (wireType === 5) offset += 4;
    else {
      const length = varint();
      const bytes = message.subarray(offset, offset + length);
      offset += length;
      if (tag >> 3 !== wanted) continue;
      if (rest.length === 0) yield bytes.toString();
      else yield* stringsAt(bytes, rest);
    }
  }
}
