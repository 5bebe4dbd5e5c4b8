// SPDX-License-Identifier: Apache-2.0
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js';
import { CLOSED_AFTER_HANDSHAKE, type TlsContexts, tlsFailureCause, tlsHandshake } from '@logferry/otlp-exporter-base';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

import type { AddressFailureObserver } from './connection-failures.ts';
import type { Connections } from './connections.ts';
import { endUnlessFirstFrame, NO_FIRST_FRAME } from './first-frame.ts';

type ConnectorArguments = Parameters<ChannelCredentials['_createSecureConnector']>;
type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/** What connections are made with. */
export interface TlsCredentialsOptions {
  readonly contexts: TlsContexts;
  /** The name or address that the server's certificate must carry. Undefined: the address that is connected to. */
  readonly serverName: string | undefined;
  readonly handshakeTimeoutMillis: number;
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
  readonly #options: TlsCredentialsOptions;
  readonly #connections: Connections;
  readonly #observer: AddressFailureObserver;

  constructor(options: TlsCredentialsOptions, connections: Connections, observer: AddressFailureObserver) {
    super();
    this.#options = options;
    this.#connections = connections;
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

  async #handshake(socket: Socket): Promise<TLSSocket> {
    const { contexts, serverName, handshakeTimeoutMillis } = this.#options;
    const address = this.#connections.add(socket);
    const secured = await tlsHandshake(
      socket,
      {
        context: contexts.current(),
        serverName: serverName ?? socket.remoteAddress ?? '',
        protocol: 'h2',
        handshakeTimeoutMillis,
      },
      {
        onFailed: (error) => {
          contexts.connectionFailed();
          this.#observer(address, tlsFailureCause(error));
        },
        onClosed: (silently) => {
          if (!silently) return;
          contexts.connectionFailed();
          this.#observer(address, CLOSED_AFTER_HANDSHAKE);
        },
      },
    );
    endUnlessFirstFrame(secured, handshakeTimeoutMillis, () => this.#observer(address, NO_FIRST_FRAME));
    return secured;
  }
}
