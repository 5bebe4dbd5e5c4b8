// SPDX-License-Identifier: Apache-2.0
import { suppressTracing } from '@logferry/core';
import { CLOSED_AFTER_HANDSHAKE, type TlsContexts, tlsFailureCause, tlsHandshake } from '@logferry/otlp-exporter-base';
import { connect as connectTcp, type Socket } from 'node:net';
import { createSecureContext } from 'node:tls';

import type { Endpoint } from './endpoint.ts';
import type { Proxy } from './proxy.ts';
import { openTunnel } from './tunnel.ts';

/** No connection came about; the cause is the error of the socket, of TLS or of the proxy. */
export class ConnectError extends Error {
  readonly code = 'ERR_LOGFERRY_NO_CONNECTION';
}

/** There is no connection to the proxy; the cause is the error of the socket or of TLS. */
export class ProxyError extends Error {
  readonly code = 'ERR_LOGFERRY_PROXY';
}

/** What connections are made with. */
export interface ConnectorOptions {
  readonly endpoint: Endpoint;
  readonly proxy: Proxy | undefined;
  /** Undefined: plaintext. */
  readonly tlsContexts: TlsContexts | undefined;
  readonly serverName: string | undefined;
  /** Whether a certificate is shown that the server may refuse. */
  readonly hasClientCertificate: boolean;
  /** How long TCP with a proxy's tunnel, and then TLS, may take each. */
  readonly phaseTimeoutMillis: number;
}

/** In words. */
export const PROTOCOL: string = 'HTTP/1.1';

/** TLS to a proxy is validated by the CAs that Node trusts: `tls.ca` is the receiver's. */
const PROXY_TLS = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;

/** Connections to the endpoint, through the proxy where there is one. */
export class Connector {
  readonly #options: ConnectorOptions;
  /** Ends the connections that are coming about. */
  readonly #closing = new AbortController();
  #endCause: string | undefined;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /** Why TLS ended the connection that ended last, after its handshake. Undefined: it was not TLS, as far as one can tell. */
  get endCause(): string | undefined {
    return this.#endCause;
  }

  /** @throws ConnectError within three times the time of a phase. */
  async connect(): Promise<Socket> {
    try {
      return await suppressTracing(() => this.#connect());
    } catch (error) {
      throw new ConnectError('no connection', { cause: error });
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #connect(): Promise<Socket> {
    const { endpoint, proxy, tlsContexts } = this.#options;
    const phase = new AbortController();
    const abort = (): void => phase.abort();
    this.#closing.signal.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(abort, this.#options.phaseTimeoutMillis);
    timer.unref();
    let socket: Socket | undefined;
    try {
      socket = await this.#reach(phase.signal);
      if (proxy !== undefined && tlsContexts !== undefined) {
        socket = await openTunnel(socket, proxy, `${bracketed(endpoint.host)}:${endpoint.port}`, phase.signal);
      }
    } catch (error) {
      socket?.destroy();
      throw phase.signal.aborted ? timedOut(this.#closing.signal.aborted) : error;
    } finally {
      clearTimeout(timer);
      this.#closing.signal.removeEventListener('abort', abort);
    }
    if (tlsContexts === undefined) return socket;
    return await this.#secure(socket, tlsContexts);
  }

  /** A connection to the proxy, else to the endpoint. */
  async #reach(signal: AbortSignal): Promise<Socket> {
    const { endpoint, proxy } = this.#options;
    if (proxy === undefined) {
      return await tcp(
        endpoint.socketPath === undefined
          ? { host: endpoint.host, port: endpoint.port }
          : { path: endpoint.socketPath },
        signal,
      );
    }
    try {
      return await this.#reachProxy(proxy, signal);
    } catch (error) {
      throw new ProxyError(`the connection to the proxy ${proxy.label} failed`, { cause: error });
    }
  }

  async #reachProxy(proxy: Proxy, signal: AbortSignal): Promise<Socket> {
    const socket = await tcp({ host: proxy.host, port: proxy.port }, signal);
    if (!proxy.secure) return socket;
    return await tlsHandshake(
      socket,
      {
        context: createSecureContext(PROXY_TLS),
        serverName: proxy.host,
        protocol: 'http/1.1',
        handshakeTimeoutMillis: this.#options.phaseTimeoutMillis,
        holdsProcess: true,
      },
      { onFailed: () => undefined, onClosed: () => undefined },
    );
  }

  async #secure(socket: Socket, contexts: TlsContexts): Promise<Socket> {
    const { endpoint, serverName, phaseTimeoutMillis } = this.#options;
    const stop = (): void => void socket.destroy();
    this.#closing.signal.addEventListener('abort', stop, { once: true });
    try {
      const secured = await tlsHandshake(
        socket,
        {
          context: contexts.current(),
          serverName: serverName ?? endpoint.host,
          protocol: 'http/1.1',
          handshakeTimeoutMillis: phaseTimeoutMillis,
          holdsProcess: true,
        },
        // Perhaps the peer demands what the files hold by now.
        { onFailed: () => contexts.connectionFailed(), onClosed: () => undefined },
      );
      this.#watch(secured, contexts);
      return secured;
    } finally {
      this.#closing.signal.removeEventListener('abort', stop);
    }
  }

  #watch(secured: Socket, contexts: TlsContexts): void {
    let answered = false;
    let cause: string | undefined;
    secured.once('readable', () => {
      answered = secured.readableLength > 0;
    });
    // Under TLS 1.3 the alert about a client certificate comes when the client has done its part of the handshake. Only the
    // first error: the HTTP client ends the socket with one of its own.
    secured.once('error', (error) => {
      cause = tlsFailureCause(error, PROTOCOL);
    });
    secured.once('close', () => {
      const mayBeRefused = !answered && this.#options.hasClientCertificate;
      this.#endCause = cause ?? (mayBeRefused ? CLOSED_AFTER_HANDSHAKE : undefined);
      if (mayBeRefused) contexts.connectionFailed();
    });
  }
}

function tcp(target: { host: string; port: number } | { path: string }, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ ...target, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, signal });
    // It stays: an error can come before the next owner listens.
    socket.on('error', (error) => {
      socket.destroy();
      reject(error);
    });
    socket.once('connect', () => resolve(socket));
  });
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function timedOut(closed: boolean): Error {
  const message = closed ? 'the exporter was shut down' : 'the connection took too long';
  return Object.assign(new Error(message), { code: 'ERR_LOGFERRY_CONNECT_TIMEOUT' });
}
