// SPDX-License-Identifier: Apache-2.0
import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';

import { TLS_TIMEOUT_CODE } from './tls-cause.ts';

/** What a TLS connection is made with. */
export interface TlsConnectionOptions {
  readonly context: SecureContext;
  /** The name or address that the server's certificate must carry. */
  readonly serverName: string;
  /** The protocol asked for by ALPN, such as `h2`. */
  readonly protocol: string;
  readonly handshakeTimeoutMillis: number;
  /** Whether the handshake and the connection hold the process open, unless the socket is unref'd later. Default: false. */
  readonly holdsProcess?: boolean;
}

/** Told about every TLS connection. */
export interface TlsObserver {
  /** @param error as Node reports it: of the handshake, or an alert that came after it. */
  onFailed(error: unknown): void;
  /**
   * A connection whose handshake was done has ended without an error.
   * @param silently whether the peer said nothing before, as one does that refuses a client certificate without an alert.
   */
  onClosed(silently: boolean): void;
}

/**
 * Speaks TLS over a connected socket; rejects when the handshake fails or takes too long. The server's certificate is
 * always validated.
 */
export function tlsHandshake(socket: Socket, options: TlsConnectionOptions, observer: TlsObserver): Promise<TLSSocket> {
  const { context, serverName, protocol, handshakeTimeoutMillis } = options;
  return new Promise((resolve, reject) => {
    const secured = connect({
      socket,
      secureContext: context,
      ALPNProtocols: [protocol],
      // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 can't turn validation off.
      rejectUnauthorized: true,
      // What the certificate is checked against; `servername` alone is also sent, and must be a name (RFC 6066).
      host: serverName,
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    });
    if (options.holdsProcess !== true) secured.unref();
    const timer = setTimeout(() => {
      secured.destroy(Object.assign(new Error('TLS handshake timed out'), { code: TLS_TIMEOUT_CODE }));
    }, handshakeTimeoutMillis);
    timer.unref();
    // This listener stays: an alert of the peer may come after the handshake.
    secured.on('error', (error) => {
      clearTimeout(timer);
      observer.onFailed(error);
      reject(error);
    });
    secured.once('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection was closed during the TLS handshake'));
    });
    secured.once('secureConnect', () => {
      clearTimeout(timer);
      secured.once('close', (hadError: boolean) => {
        // HTTP/2 reads beside this socket, and its count covers that.
        if (!hadError) observer.onClosed(secured.bytesRead === 0);
      });
      resolve(secured);
    });
  });
}
