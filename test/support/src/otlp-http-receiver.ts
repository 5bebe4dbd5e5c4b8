// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import { countLogRecords } from './count-log-records.ts';
import { encodeExportResponse, type OkReply, type SilentReply } from './otlp-replies.ts';
import type { ReceiverStats } from './otlp-receiver.ts';

/** What a receiver answers to one request. */
export type HttpReply = (OkReply | HttpStatusReply | SilentReply) & {
  /** Milliseconds of real time before the answer. Default: none. */
  readonly delayMillis?: number;
};

/** Any status, with any headers and body. */
export interface HttpStatusReply {
  readonly kind: 'status';
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface OtlpHttpReceiverOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Path of a Unix socket to listen on instead of a port. */
  readonly socketPath?: string;
  /** PEM text of the server's pair. Absent: plaintext. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** PEM text of the CA that client certificates must come from. Absent: none is asked for. */
  readonly clientCa?: string;
  /** The answer to each request; `index` counts requests from 0. Default: OK. */
  readonly respond?: (request: ReceivedHttpRequest, index: number) => HttpReply | Promise<HttpReply>;
  /** How long an idle connection stays open; Node's `keepAliveTimeout`. Default: 5000. */
  readonly keepAliveMillis?: number;
}

/** One export request as it arrived. */
export interface ReceivedHttpRequest {
  readonly method: string;
  /** Path and query, or the whole URL where a proxy's client sent it. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** The ExportLogsServiceRequest, decompressed. */
  readonly bytes: Uint8Array;
  /** Bytes of the body as they came. */
  readonly bodyBytes: number;
  readonly recordCount: number;
  /** Port of the client: one for each connection. */
  readonly peerPort: number | undefined;
}

export interface OtlpHttpReceiver {
  readonly port: number;
  /** `https://localhost:port/v1/logs`, or `http://127.0.0.1:port/v1/logs` in plaintext. */
  readonly endpoint: string;
  /** Oldest first. */
  readonly requests: readonly ReceivedHttpRequest[];
  /** Connections taken since the start. */
  readonly connections: number;
  stats(): ReceiverStats;
  /** Resolves when so many requests have arrived since the start. */
  waitForRequests(count: number): Promise<void>;
  /** Ends the connections that are idle. */
  closeIdle(): void;
  /** Drops every connection and stops to listen. Does nothing the second time. */
  close(): Promise<void>;
}

/** A collector double: speaks OTLP/HTTP, protobuf and JSON, on 127.0.0.1, counts what arrives and answers as it is told. */
export async function startOtlpHttpReceiver(options: OtlpHttpReceiverOptions = {}): Promise<OtlpHttpReceiver> {
  const respond = options.respond ?? ((): HttpReply => ({ kind: 'ok' }));
  const requests: ReceivedHttpRequest[] = [];
  const counts = { requests: 0, records: 0, acceptedRecords: 0, bytes: 0, unreadable: 0 };
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let connections = 0;

  async function take(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = readable(message, await buffer(message));
    const reply = await respond(request, note(request));
    if (reply.delayMillis !== undefined) await delay(reply.delayMillis);
    if (reply.kind === 'silence') return;
    if (reply.kind === 'status') {
      response.writeHead(reply.status, reply.headers).end(reply.body ?? '');
      return;
    }
    counts.acceptedRecords += request.recordCount - (reply.rejected ?? 0);
    const type = isJson(message) ? 'application/json' : 'application/x-protobuf';
    response.writeHead(200, { 'content-type': type });
    response.end(isJson(message) ? jsonResponse(reply) : encodeExportResponse(reply));
  }

  function readable(message: IncomingMessage, body: Buffer): ReceivedHttpRequest {
    try {
      return received(message, body);
    } catch (error) {
      counts.unreadable += 1;
      throw error;
    }
  }

  /** Counts a request and returns its index. */
  function note(request: ReceivedHttpRequest): number {
    counts.requests += 1;
    counts.records += request.recordCount;
    counts.bytes += request.bytes.length;
    requests.push(request);
    for (const waiter of waiting.splice(0)) {
      if (waiter.count <= counts.requests) waiter.resolve();
      else waiting.push(waiter);
    }
    return counts.requests - 1;
  }

  const onRequest = (message: IncomingMessage, response: ServerResponse): void => {
    take(message, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  };
  const common = { keepAliveTimeout: options.keepAliveMillis ?? 5000 };
  const server =
    options.tls === undefined
      ? createServer(common, onRequest)
      : createTlsServer(
          {
            ...common,
            ...options.tls,
            ...(options.clientCa === undefined ? {} : { ca: options.clientCa, requestCert: true }),
          },
          onRequest,
        );
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (options.socketPath === undefined) server.listen(options.port ?? 0, '127.0.0.1', resolve);
    else server.listen(options.socketPath, resolve);
  });
  const port = options.socketPath === undefined ? (server.address() as AddressInfo).port : 0;
  return {
    port,
    endpoint: options.tls === undefined ? `http://127.0.0.1:${port}/v1/logs` : `https://localhost:${port}/v1/logs`,
    requests,
    get connections() {
      return connections;
    },
    stats: () => ({ ...counts }),
    waitForRequests: (count) =>
      new Promise((resolve) => {
        if (counts.requests >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    closeIdle: () => server.closeIdleConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isJson(message: IncomingMessage): boolean {
  return message.headers['content-type'] === 'application/json';
}

function received(message: IncomingMessage, body: Buffer): ReceivedHttpRequest {
  const bytes = message.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  const { method = '', url = '', headers } = message;
  return {
    method,
    path: url,
    headers,
    bytes,
    bodyBytes: body.length,
    recordCount: isJson(message) ? countJsonRecords(bytes) : countLogRecords(bytes),
    peerPort: message.socket.remotePort,
  };
}

interface JsonRequest {
  readonly resourceLogs: readonly {
    readonly scopeLogs: readonly {
      readonly logRecords: readonly { readonly body?: { readonly stringValue?: string } }[];
    }[];
  }[];
}

function recordsOf(request: Uint8Array): { readonly body?: { readonly stringValue?: string } }[] {
  const { resourceLogs } = JSON.parse(Buffer.from(request).toString()) as JsonRequest;
  return resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
}

/** @throws SyntaxError or TypeError where the bytes are no request in JSON. */
function countJsonRecords(request: Uint8Array): number {
  return recordsOf(request).length;
}

/** The string bodies of the records in a request of OTLP/JSON, in order. */
export function jsonLogBodies(request: Uint8Array): string[] {
  return recordsOf(request).map(({ body }) => body?.stringValue ?? '');
}

function jsonResponse(reply: OkReply): string {
  if (reply.rejected === undefined && reply.message === undefined) return '{}';
  return JSON.stringify({
    partialSuccess: {
      ...(reply.rejected === undefined ? {} : { rejectedLogRecords: String(reply.rejected) }),
      ...(reply.message === undefined ? {} : { errorMessage: reply.message }),
    },
  });
}
