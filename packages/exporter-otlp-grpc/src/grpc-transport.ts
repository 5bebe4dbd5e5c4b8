// SPDX-License-Identifier: Apache-2.0
import {
  Client,
  type ClientUnaryCall,
  connectivityState,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { suppressTracing } from '@logferry/core';
import { decodeExportResponse } from '@logferry/otlp-encoding';
import {
  type AttemptOutcome,
  CLOSED_AFTER_HANDSHAKE,
  type Headers,
  requestHeaders,
  tlsFailureCause,
  type Transport,
} from '@logferry/otlp-exporter-base';

import { channelOptions, type TransportOptions } from './channel-options.ts';
import { refusedWith } from './grpc-status.ts';
import { metadataNameRule } from './metadata-names.ts';
import { refusalOf } from './refusal.ts';
import { TlsCredentials } from './tls-credentials.ts';

const EXPORT_METHOD = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';

/** Without an attempt's deadline, how long a TLS handshake may take. */
const DEFAULT_HANDSHAKE_TIMEOUT_MILLIS = 20_000;

/** So many attempts in a row that nobody answered, and the connection is given up: it may lead nowhere. */
const SILENT_ATTEMPTS_BEFORE_RECONNECT = 2;

/** Attempts over a grpc-js channel. */
export class GrpcTransport implements Transport {
  readonly #options: TransportOptions;
  #client: Client;
  /** Why the last TLS connection failed, or undefined. */
  #tlsCause: string | undefined;
  #silentAttempts = 0;
  #closed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#client = this.#connect();
  }

  async send(bytes: Uint8Array, signal: AbortSignal): Promise<AttemptOutcome> {
    const { headers } = this.#options;
    let current: Headers;
    try {
      current = await requestHeaders(headers, metadataNameRule, signal);
    } catch {
      if (signal.aborted) return { kind: 'cancelled' };
      // Retried, because the next token may be had. The error stays out of the message: it may quote one.
      return unavailable('the headers function failed');
    }
    if (signal.aborted || this.#closed) return { kind: 'cancelled' };
    const outcome = await this.#call(bytes, current, signal);
    this.#watchSilence(outcome);
    return this.#withTlsCause(outcome);
  }

  close(): void {
    this.#closed = true;
    this.#client.close();
  }

  #call(bytes: Uint8Array, headers: Headers, signal: AbortSignal): Promise<AttemptOutcome> {
    const { compression, timeoutMillis } = this.#options;
    return new Promise((resolve) => {
      let answered = false;
      let call: ClientUnaryCall | undefined;
      const done = (error: ServiceError | null, response?: Buffer): void => {
        signal.removeEventListener('abort', cancel);
        if (error === null) resolve(accepted(response));
        else if (signal.aborted && error.code === status.CANCELLED) resolve({ kind: 'cancelled' });
        else resolve(refusalOf(error, headers, answered));
      };
      // Not while the call begins: grpc-js would report its end and send the message all the same.
      const cancel = (): void => void setImmediate(() => call?.cancel());
      signal.addEventListener('abort', cancel, { once: true });
      try {
        call = suppressTracing(() =>
          this.#client.makeUnaryRequest(
            EXPORT_METHOD,
            // zlib reads its input on another thread, which cancelling a call does not stop; the batch may be reused by then.
            compression === 'gzip' ? copyOf : viewOf,
            viewOf,
            bytes,
            metadataOf(headers),
            timeoutMillis === 0 ? {} : { deadline: Date.now() + timeoutMillis },
            done,
          ),
        );
        call.on('metadata', () => {
          answered = true;
        });
      } catch {
        signal.removeEventListener('abort', cancel);
        resolve(unavailable('the channel is closed'));
      }
    });
  }

  /**
   * A connection that leads nowhere (a peer that was switched off, a handshake that nobody answers) would stay until TCP
   * gives up, a quarter of an hour later; grpc-js does not look for it without keepalive pings.
   */
  #watchSilence(outcome: AttemptOutcome): void {
    if (outcome.kind === 'cancelled') return;
    if (outcome.kind === 'accepted' || outcome.status !== 'DEADLINE_EXCEEDED') {
      this.#silentAttempts = 0;
      return;
    }
    this.#silentAttempts += 1;
    if (this.#silentAttempts < SILENT_ATTEMPTS_BEFORE_RECONNECT || this.#closed) return;
    this.#silentAttempts = 0;
    const abandoned = this.#client;
    this.#client = this.#connect();
    abandoned.close();
  }

  /** grpc-js says "No connection established", or "Deadline exceeded", where TLS failed. */
  #withTlsCause(outcome: AttemptOutcome): AttemptOutcome {
    const connected = this.#client.getChannel().getConnectivityState(false) === connectivityState.READY;
    if (connected || outcome.kind === 'accepted') this.#tlsCause = undefined;
    if (outcome.kind !== 'refused' || this.#tlsCause === undefined) return outcome;
    const unconnected = ['UNAVAILABLE', 'DEADLINE_EXCEEDED'].includes(outcome.status);
    // By now the connection can fail for another reason, before TLS begins.
    const otherCause = /E(?:CONNREFUSED|CONNRESET|NOTFOUND|HOSTUNREACH|NETUNREACH|TIMEDOUT|AI_AGAIN)/;
    return unconnected && !otherCause.test(outcome.details) ? { ...outcome, tlsCause: this.#tlsCause } : outcome;
  }

  #connect(): Client {
    const { endpoint, tlsContext, serverName, timeoutMillis } = this.#options;
    if (tlsContext === undefined) {
      return new Client(endpoint.target, credentials.createInsecure(), channelOptions(this.#options));
    }
    const tls = new TlsCredentials(
      {
        context: tlsContext,
        serverName: serverName ?? endpoint.host,
        protocol: 'h2',
        // Half of the deadline, so that an attempt can still end with the cause.
        handshakeTimeoutMillis: timeoutMillis === 0 ? DEFAULT_HANDSHAKE_TIMEOUT_MILLIS : timeoutMillis / 2,
      },
      {
        onFailed: (error) => {
          this.#tlsCause = tlsFailureCause(error);
        },
        onClosed: () => {
          // A channel whose connection has worked is READY, or IDLE after the server said goodbye.
          const state = client.getChannel().getConnectivityState(false);
          if (state === connectivityState.CONNECTING || state === connectivityState.TRANSIENT_FAILURE) {
            this.#tlsCause = CLOSED_AFTER_HANDSHAKE;
          }
        },
      },
    );
    const client = new Client(endpoint.target, tls, channelOptions(this.#options));
    return client;
  }
}

function accepted(response: Buffer | undefined): AttemptOutcome {
  // What is no response at all came with the status OK: the records are taken.
  const said = decodeExportResponse(response ?? new Uint8Array());
  return { kind: 'accepted', status: 'OK', rejectedCount: said?.rejectedCount ?? 0, message: said?.message };
}

function metadataOf(headers: Headers): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}

/** grpc-js frames a message by copying it before the call can settle, so that a view is enough. */
function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function copyOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}

function unavailable(details: string): AttemptOutcome {
  return refusedWith(status.UNAVAILABLE, details);
}
