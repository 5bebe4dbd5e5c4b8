// SPDX-License-Identifier: Apache-2.0
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js';
import { type TlsConnectionOptions, tlsHandshake, type TlsObserver } from '@logferry/otlp-exporter-base';

type ConnectorArguments = Parameters<ChannelCredentials['_createSecureConnector']>;
type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;

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
      connect: async (socket) => ({ socket: await tlsHandshake(socket, this.#options, this.#observer), secure: true }),
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => callCredentials,
      destroy: () => undefined,
    };
  }
}
