// SPDX-License-Identifier: Apache-2.0
import {
  createSecureServer,
  createServer as createHttp2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { gunzipSync, gzipSync } from 'node:zlib';

/** A server on 127.0.0.1 that breaks the protocol in one way. */
export interface FaultyPeer {
  readonly port: number;
  /** Connections taken since the start. */
  readonly connections: number;
  close(): Promise<void>;
}

/** A faulty peer that reads gRPC requests. */
export interface Http2Peer extends FaultyPeer {
  /** Oldest first; each is there from its beginning on. */
  readonly requests: readonly PeerRequest[];
}

/** What a peer has seen of one request. */
export interface PeerRequest {
  /** The gRPC message without its frame; undefined while it has not arrived whole. */
  readonly message: Uint8Array | undefined;
  /** The HTTP/2 error code that the stream ended with; 0: without one. Undefined: it has not ended. */
  readonly closeCode: number | undefined;
}

/** What a raw HTTP/2 peer does with one request. Its body is read beside. */
export type StreamBehaviour = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

const GRPC_HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' };

/** An empty gRPC message: OTLP's "all taken". */
const EMPTY_MESSAGE = Buffer.from([0, 0, 0, 0, 0]);

/** Answers as a correct server does, when the request has arrived whole. */
export function correctReply(): StreamBehaviour {
  return (stream) => {
    stream.on('end', () => {
      stream.respond(GRPC_HEADERS, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(EMPTY_MESSAGE);
    });
  };
}

/** Answers with a bare HTTP status, as a load balancer does. */
export function httpStatus(status: number, body: string = ''): StreamBehaviour {
  return (stream) => {
    stream.respond({ ':status': status, 'content-type': 'text/html' });
    stream.end(body);
  };
}

/** Answers a whole message and ends without a gRPC status. */
export function noGrpcStatus(): StreamBehaviour {
  return (stream) => {
    stream.respond(GRPC_HEADERS);
    stream.end(EMPTY_MESSAGE);
  };
}

/** A gRPC status in the trailers, or, with `trailersOnly`, in the only header block. */
export function grpcStatus(
  status: number,
  options: { message?: string; trailersOnly?: boolean } = {},
): StreamBehaviour {
  const trailers = { 'grpc-status': String(status), 'grpc-message': encodeURIComponent(options.message ?? '') };
  return (stream) => {
    if (options.trailersOnly === true) {
      stream.respond({ ...GRPC_HEADERS, ...trailers }, { endStream: true });
      return;
    }
    stream.respond(GRPC_HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end();
  };
}

/** Ends the stream with RST_STREAM before any answer. @param code an HTTP/2 error code. */
export function resetStream(code: number): StreamBehaviour {
  return (stream) => {
    stream.on('end', () => stream.close(code));
  };
}

/** Sends the headers and half of a message, then resets the TCP connection. */
export function resetConnectionMidResponse(): StreamBehaviour {
  return (stream) => {
    stream.respond(GRPC_HEADERS);
    stream.write(Buffer.from([0, 0, 0, 0, 100, 1, 2, 3]), () => {
      stream.session?.socket.resetAndDestroy();
    });
  };
}

/** Sends the headers and half of a message, then closes the TCP connection without a reset. */
export function dropConnectionMidResponse(): StreamBehaviour {
  return (stream) => {
    stream.respond(GRPC_HEADERS);
    stream.write(Buffer.from([0, 0, 0, 0, 100, 1, 2, 3]), () => {
      stream.session?.socket.destroySoon();
    });
  };
}

/** Takes the request and never answers. */
export function neverAnswer(): StreamBehaviour {
  return () => undefined;
}

/** A gzip message that unpacks to `bytes` zeros. */
export function gzipBomb(bytes: number): StreamBehaviour {
  const packed = gzipSync(Buffer.alloc(bytes));
  const frame = Buffer.alloc(5);
  frame.writeUInt8(1, 0);
  frame.writeUInt32BE(packed.length, 1);
  return (stream) => {
    stream.respond({ ...GRPC_HEADERS, 'grpc-encoding': 'gzip' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat([frame, packed]));
  };
}

/** A message of so many zeros that is not compressed. */
export function hugeReply(bytes: number): StreamBehaviour {
  const frame = Buffer.alloc(5 + bytes);
  frame.writeUInt32BE(bytes, 1);
  return (stream) => {
    stream.respond(GRPC_HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frame);
  };
}

/**
 * A raw HTTP/2 server. With `tls` it speaks TLS with any versions and ciphers that are given.
 * @param behaviourOf what to do with a request; `index` counts them from 0.
 */
export async function startHttp2Peer(
  behaviourOf: (index: number) => StreamBehaviour,
  tls?: TlsOptions,
): Promise<Http2Peer> {
  const server = tls === undefined ? createHttp2Server() : createSecureServer({ ...tls, allowHTTP1: false });
  const requests: PeerRequest[] = [];
  server.on('session', (session) => session.on('error', () => undefined));
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    const behave = behaviourOf(requests.length);
    requests.push(noteRequest(stream));
    behave(stream, headers);
  });
  const peer = await listening(server);
  return {
    requests,
    port: peer.port,
    get connections() {
      return peer.connections;
    },
    close: () => peer.close(),
  };
}

function noteRequest(stream: ServerHttp2Stream): PeerRequest {
  const seen: { message: Uint8Array | undefined; closeCode: number | undefined } = {
    message: undefined,
    closeCode: undefined,
  };
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
  });
  stream.on('end', () => {
    seen.message = messageOf(Buffer.concat(chunks));
  });
  stream.on('close', () => {
    seen.closeCode = stream.rstCode;
  });
  return seen;
}

/** The message of a gRPC frame: a byte that says whether it is compressed, four bytes of length, the message. */
function messageOf(frame: Buffer): Uint8Array | undefined {
  const isWhole = frame.length >= 5 && frame.length === 5 + frame.readUInt32BE(1);
  if (!isWhole) return undefined;
  return frame[0] === 1 ? gunzipSync(frame.subarray(5)) : frame.subarray(5);
}

/** Takes TCP connections and never says a word. */
export async function startSilentPeer(): Promise<FaultyPeer> {
  return await listening(createTcpServer((socket) => socket.on('error', () => undefined)));
}

/** Answers everything with a line of plain text, as a server does that speaks neither TLS nor HTTP/2. */
export async function startTextPeer(): Promise<FaultyPeer> {
  return await listening(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
    }),
  );
}

/** Ends the TLS handshake as `options` make it, and closes what gets through: for ALPN and version faults. */
export async function startTlsPeer(options: TlsOptions): Promise<FaultyPeer> {
  const server = createTlsServer(options, (socket) => {
    socket.on('error', () => undefined);
    socket.end();
  });
  server.on('tlsClientError', () => undefined);
  return await listening(server);
}

async function listening(server: Server): Promise<FaultyPeer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the peer has no port');
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
