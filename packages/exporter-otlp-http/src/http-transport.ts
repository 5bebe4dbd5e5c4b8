// SPDX-License-Identifier: Apache-2.0
import { sanitizeUntrustedText, suppressTracing } from '@logferry/core';
import {
  type AttemptOutcome,
  type Headers,
  type Transport,
  userAgent,
  withoutHeaderValues,
} from '@logferry/otlp-exporter-base';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Client, type Dispatcher } from 'undici';

import { Connections } from './connections.ts';
import { Connector } from './connector.ts';
import { refusedWithoutAnswer, refusedWithStatus, statusName } from './http-status.ts';
import { redirectText } from './redirect.ts';
import { refusalOfError } from './refusal.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import { type Body, exportResponse, failureText, readBody } from './response.ts';
import { retryAfterMillis } from './retry-after.ts';
import { TimedAttempt } from './timed-attempt.ts';

const gzipped = promisify(gzip);

/** One level up from src and from dist alike. */
const MANIFEST = new URL('../package.json', import.meta.url);

/** Without an attempt's deadline, how long each phase of a connection may take. */
const DEFAULT_PHASE_TIMEOUT_MILLIS = 20_000;

/** Exports of the SDK's processors are not bounded by `maxConcurrentSends`; what is over this waits for a connection. */
const LEAST_CONNECTIONS = 8;

/**
 * How long an idle connection stays, unless the server says less in `Keep-Alive`. Long enough for a program that logs
 * now and then; servers that close sooner and don't say so cost one retry.
 */
const IDLE_CONNECTION_MILLIS = 30_000;

/** Room for a status message with the names of fields. */
const MAX_DETAILS_LENGTH = 512;

/** An answer without its body's bytes. */
interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: Body;
}

/** Attempts over kept-alive HTTP/1.1 connections. */
export class HttpTransport implements Transport {
  readonly #options: ResolvedOptions;
  readonly #connector: Connector;
  readonly #connections: Connections;
  readonly #ownHeaders: Headers;
  readonly #path: string;
  #closed = false;

  constructor(options: ResolvedOptions) {
    const { endpoint, proxy, tlsContexts, serverName, hasClientCertificate, timeoutMillis } = options;
    this.#options = options;
    this.#connector = new Connector({
      endpoint,
      proxy,
      tlsContexts,
      serverName,
      hasClientCertificate,
      // Half of the deadline, so that an attempt can still end with the cause.
      phaseTimeoutMillis: timeoutMillis === 0 ? DEFAULT_PHASE_TIMEOUT_MILLIS : timeoutMillis / 2,
    });
    // A plaintext request to a proxy names the whole URL (RFC 9112, 3.2.2).
    const isRelayed = proxy !== undefined && tlsContexts === undefined;
    this.#path = isRelayed ? `${endpoint.origin}${endpoint.path}` : endpoint.path;
    this.#ownHeaders = {
      host: serverName ?? endpoint.authority,
      'user-agent': userAgent(options.userAgentPrefix, MANIFEST),
      'content-type': options.protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
      ...(options.compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
      ...(isRelayed && proxy.authorization !== undefined ? { 'proxy-authorization': proxy.authorization } : {}),
    };
    const limit = Math.max(LEAST_CONNECTIONS, options.maxConcurrentSends);
    this.#connections = new Connections(limit, () => this.#newClient());
  }

  async send(bytes: Uint8Array, signal: AbortSignal): Promise<AttemptOutcome> {
    const { headers: source, timeoutMillis, clock } = this.#options;
    const startedAtMillis = clock.monotonicMillis();
    const given = await source.forAttempt(signal, timeoutMillis);
    // Retried, because the next token may be had.
    if (given.kind === 'failed') return refusedWithoutAnswer('NO_HEADERS', given.details);
    if (given.kind === 'cancelled' || signal.aborted || this.#closed) return { kind: 'cancelled' };
    const { headers } = given;
    // One deadline for the headers and the request.
    const leftMillis = Math.max(1, timeoutMillis - (clock.monotonicMillis() - startedAtMillis));
    const attempt = new TimedAttempt(timeoutMillis === 0 ? 0 : leftMillis, clock, signal);
    try {
      const body = await this.#bodyOf(bytes);
      const answer = await this.#connections.use((client) => this.#request(client, body, headers, attempt.signal));
      const outcome = this.#outcomeOf(answer, headers);
      if (outcome.kind === 'refused' && outcome.decision === 'refresh') source.refused(headers);
      return outcome;
    } catch (error) {
      if (signal.aborted || this.#closed) return { kind: 'cancelled' };
      if (attempt.expired) return refusedWithoutAnswer('DEADLINE_EXCEEDED', 'no answer in time');
      return refusalOfError(error, this.#connector.endCause);
    } finally {
      attempt.end();
    }
  }

  close(): void {
    this.#closed = true;
    this.#connector.close();
    this.#connections.close();
    this.#options.tlsContexts?.close();
  }

  #newClient(): Client {
    return new Client(this.#options.endpoint.origin, {
      connect: (_options, onSettled) => {
        this.#connector.connect().then(
          (socket) => onSettled(null, socket),
          (error: Error) => onSettled(error, null),
        );
      },
      pipelining: 1,
      keepAliveTimeout: IDLE_CONNECTION_MILLIS,
      // The attempt's own deadline covers all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /** In memory of its own: a server may answer, or the attempt be cancelled, while the body is being written. */
  async #bodyOf(bytes: Uint8Array): Promise<Buffer> {
    const { compression, compressionLevel } = this.#options;
    return compression === 'gzip' ? await gzipped(bytes, { level: compressionLevel }) : Buffer.from(bytes);
  }

  async #request(client: Client, body: Buffer, headers: Headers, signal: AbortSignal): Promise<Answer> {
    const response = await suppressTracing(() =>
      client.request({
        path: this.#path,
        method: 'POST',
        headers: { ...headers, ...this.#ownHeaders },
        body,
        signal,
      }),
    );
    const status = response.statusCode;
    try {
      return { status, headers: response.headers, body: await readBody(response.body, encodingOf(response)) };
    } catch (error) {
      // Half an answer of a success may be one of a server, or of a proxy before it, that had not yet done its work.
      if (isSuccess(status) || signal.aborted) throw error;
      return { status, headers: response.headers, body: { kind: 'unreadable', why: 'the connection ended' } };
    }
  }

  #outcomeOf({ status, headers, body }: Answer, sent: Headers): AttemptOutcome {
    const contentType = textOf(headers['content-type']);
    if (isSuccess(status)) {
      const said = exportResponse(body, contentType, (text) => withoutHeaderValues(text, sent));
      return { kind: 'accepted', status: statusName(status), statusCode: status, ...said };
    }
    const said =
      status >= 300 && status < 400 ? redirectText(textOf(headers.location)) : failureText(body, contentType);
    const details =
      said === undefined ? undefined : sanitizeUntrustedText(withoutHeaderValues(said, sent), MAX_DETAILS_LENGTH);
    return refusedWithStatus(status, {
      details,
      retryDelayMillis: retryAfterMillis(textOf(headers['retry-after']), this.#options.clock.wallMillis()),
      headersCanChange: this.#options.headers.canChange,
    });
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function encodingOf({ headers }: Dispatcher.ResponseData): string | undefined {
  const encoding = textOf(headers['content-encoding']).trim().toLowerCase();
  return encoding === '' ? undefined : encoding;
}

/** The first of a field that came more than once. */
function textOf(field: string | string[] | undefined): string {
  return (Array.isArray(field) ? field[0] : field) ?? '';
}
