// SPDX-License-Identifier: Apache-2.0
import { Metadata, Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { setTimeout as delay } from 'node:timers/promises';

import { countLogRecords } from './count-log-records.ts';
import { encodeExportResponse, encodeRetryInfo, type Reply } from './otlp-replies.ts';

/** The RPC of OTLP/gRPC logs. */
export const LOGS_EXPORT_METHOD = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';

/** gRPC status of a request that is no OTLP. */
const INTERNAL = 13;

export interface OtlpReceiverOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** The address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** PEM text of the server's pair. Absent: plaintext. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** PEM text of the CA that client certificates must come from. Absent: none is asked for. */
  readonly clientCa?: string;
  /** The answer to each request; `index` counts requests from 0. Default: OK. */
  readonly respond?: (request: ReceivedRequest, index: number) => Reply | Promise<Reply>;
  /** Whether requests are kept for inspection; a benchmark turns it off. Default: true. */
  readonly keepRequests?: boolean;
  /** Largest message taken, in bytes. Default: 4 MiB, as in most servers. */
  readonly maxMessageBytes?: number;
  /** Further options of the gRPC server. */
  readonly serverOptions?: Readonly<Record<string, number | string>>;
}

/** One export request as it arrived. */
export interface ReceivedRequest {
  /** The ExportLogsServiceRequest, decompressed. */
  readonly bytes: Uint8Array;
  readonly recordCount: number;
  /** The `:authority` of the call. */
  readonly authority: string;
  /** The metadata of the call. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** How long the client was going to wait when the request arrived; Infinity: without limit. */
  readonly timeoutMillis: number;
  /** Address and port of the client. */
  readonly peer: string;
}

/** Counters of a receiver. */
export interface ReceiverStats {
  readonly requests: number;
  readonly records: number;
  /** Records of requests that were answered OK, without those refused by partial success. */
  readonly acceptedRecords: number;
  /** Bytes of the messages, decompressed. */
  readonly bytes: number;
  /** Messages that are no OTLP; they count nowhere else. */
  readonly unreadable: number;
}

export interface OtlpReceiver {
  readonly port: number;
  /** `https://localhost:port`, or `http://127.0.0.1:port` in plaintext, where it listens on 127.0.0.1. */
  readonly endpoint: string;
  /** Oldest first; empty where `keepRequests` is false. */
  readonly requests: readonly ReceivedRequest[];
  stats(): ReceiverStats;
  /** Resolves when so many requests have arrived since the start. */
  waitForRequests(count: number): Promise<void>;
  /** Drops every connection and stops to listen. Does nothing the second time. */
  close(): Promise<void>;
}

/** A collector double: speaks OTLP/gRPC on loopback, counts what arrives and answers as it is told. */
export async function startOtlpReceiver(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const respond = options.respond ?? ((): Reply => ({ kind: 'ok' }));
  const keepRequests = options.keepRequests ?? true;
  const requests: ReceivedRequest[] = [];
  const counts = { requests: 0, records: 0, acceptedRecords: 0, bytes: 0, unreadable: 0 };
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  async function take(call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): Promise<void> {
    try {
      const request: ReceivedRequest = {
        bytes: call.request,
        recordCount: recordCountOf(call.request),
        authority: call.getHost(),
        headers: headersOf(call.metadata),
        timeoutMillis: Number(call.getDeadline()) - Date.now(),
        peer: call.getPeer(),
      };
      const reply = await respond(request, note(request));
      if (reply.delayMillis !== undefined) await delay(reply.delayMillis);
      if (reply.kind === 'ok') {
        counts.acceptedRecords += request.recordCount - (reply.rejected ?? 0);
        callback(null, encodeExportResponse(reply));
      } else if (reply.kind === 'status') {
        callback({ code: reply.code, details: reply.message ?? '', metadata: trailersOf(reply) });
      }
    } catch (error) {
      callback({ code: INTERNAL, details: String(error) });
    }
  }

  function recordCountOf(bytes: Uint8Array): number {
    try {
      return countLogRecords(bytes);
    } catch (error) {
      counts.unreadable += 1;
      throw error;
    }
  }

  /** Counts a request and returns its index. */
  function note(request: ReceivedRequest): number {
    counts.requests += 1;
    counts.records += request.recordCount;
    counts.bytes += request.bytes.length;
    if (keepRequests) requests.push(request);
    for (const waiter of waiting.splice(0)) {
      if (waiter.count <= counts.requests) waiter.resolve();
      else waiting.push(waiter);
    }
    return counts.requests - 1;
  }

  const server = new Server({
    'grpc.max_receive_message_length': options.maxMessageBytes ?? 4 * 1024 * 1024,
    ...options.serverOptions,
  });
  server.addService(
    {
      export: {
        path: LOGS_EXPORT_METHOD,
        requestStream: false,
        responseStream: false,
        requestSerialize: (bytes: Buffer) => bytes,
        requestDeserialize: (bytes: Buffer) => bytes,
        responseSerialize: (bytes: Buffer) => bytes,
        responseDeserialize: (bytes: Buffer) => bytes,
      },
    },
    {
      export: (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
        void take(call, callback);
      },
    },
  );
  const port = await listen(server, options);
  let closed = false;
  return {
    port,
    endpoint: options.tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    requests,
    stats: () => ({ ...counts }),
    waitForRequests: (count) =>
      new Promise((resolve) => {
        if (counts.requests >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async close() {
      if (closed) return;
      closed = true;
      server.forceShutdown();
      // The listening sockets close asynchronously; whoever binds the same port next has to wait for them.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    },
  };
}

function listen(server: Server, options: OtlpReceiverOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${options.host ?? '127.0.0.1'}:${options.port ?? 0}`, credentialsOf(options), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function credentialsOf(options: OtlpReceiverOptions): ServerCredentials {
  if (options.tls === undefined) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(
    options.clientCa === undefined ? null : Buffer.from(options.clientCa),
    [{ cert_chain: Buffer.from(options.tls.cert), private_key: Buffer.from(options.tls.key) }],
    options.clientCa !== undefined,
  );
}

function headersOf(metadata: Metadata): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const name of Object.keys(metadata.getMap())) headers[name] = metadata.get(name).map(String);
  return headers;
}

function trailersOf(reply: Extract<Reply, { kind: 'status' }>): Metadata {
  const metadata = new Metadata();
  const details =
    reply.statusDetails ??
    (reply.retryInfo === undefined ? undefined : encodeRetryInfo(reply.code, reply.message ?? '', reply.retryInfo));
  if (details !== undefined) metadata.set('grpc-status-details-bin', Buffer.from(details));
  return metadata;
}
