// SPDX-License-Identifier: Apache-2.0
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js';
import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';

import { TLS_TIMEOUT_CODE } from './tls-cause.ts';

type ConnectorArguments = Parameters<ChannelCredentials['_createSecureConnector']>;
type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/** What a connection is made with. */
export interface TlsConnectionOptions {
  readonly context: SecureContext;
  /** The name or address that the server's certificate must carry. */
  readonly serverName: string;
  readonly handshakeTimeoutMillis: number;
}

/** Told about every TLS connection. */
export interface TlsObserver {
  /** @param error as Node reports it: of the handshake, or an alert that came after it. */
  onFailed(error: unknown): void;
  /** A connection whose handshake was done has ended without an error. */
  onClosed(): void;
}

/**
 * TLS for a grpc-js channel. grpc-js's own connections differ in what matters here:
 * - they have no time limit for a handshake, so a peer that takes the connection and stays silent blocks the channel for
 *   ever and holds the process open with its socket;
 * - they hide the cause where a peer refuses the client certificate: under TLS 1.3 its alert comes after the client's
 *   side of the handshake, and all that reaches a call is "Failed to connect";
 * - they send an IP address as server name, which RFC 6066 forbids and Node warns about (DEP0123).
 */
export class TlsCredentials extends ChannelCredentials {
  readonly #options: TlsConnectionOptions;
  readonly #observer: TlsObserver;

  constructor(options: TlsConnectionOptions, observer: TlsObserver) {
    super();
    this.#options = options;
    this.#observer = observer;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(
    _target: ConnectorArguments[0],
    _options: ConnectorArguments[1],
    callCredentials: CallCredentials = CallCredentials.createEmpty(),
  ): SecureConnector {
    return {
      connect: async (socket) => ({ socket: await this.#handshake(socket), secure: true }),
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => callCredentials,
      destroy: () => undefined,
    };
  }

  #handshake(socket: Socket): Promise<TLSSocket> {
    const { context, serverName, handshakeTimeoutMillis } = this.#options;
    return new Promise((resolve, reject) => {
      const secured = connect({
        socket,
        secureContext: context,
        ALPNProtocols: ['h2'],
        // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 can't turn validation off.
        rejectUnauthorized: true,
        // What the certificate is checked against; `servername` alone is also sent, and must be a name.
        host: serverName,
        ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      });
      // A call that waits for the connection holds the process by itself; without one, nobody needs the handshake.
      secured.unref();
      const timer = setTimeout(() => {
        secured.destroy(Object.assign(new Error('TLS handshake timed out'), { code: TLS_TIMEOUT_CODE }));
      }, handshakeTimeoutMillis);
      timer.unref();
      // This listener stays: an alert of the peer may come after the handshake.
      secured.on('error', (error) => {
        clearTimeout(timer);
        this.#observer.onFailed(error);
        reject(error);
      });
      secured.once('close', () => {
        clearTimeout(timer);
        reject(new Error('the connection was closed during the TLS handshake'));
      });
      secured.once('secureConnect', () => {
        clearTimeout(timer);
        secured.once('close', (hadError: boolean) => {
          if (!hadError) this.#observer.onClosed();
        });
        resolve(secured);
      });
    });
  }
}
