// SPDX-License-Identifier: Apache-2.0
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js';

import type { AddressFailureObserver } from './connection-failures.ts';
import type { Connections } from './connections.ts';
import { endUnlessFirstFrame, NO_FIRST_FRAME } from './first-frame.ts';

type ConnectorArguments = Parameters<ChannelCredentials['_createSecureConnector']>;
type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/** No TLS, as `credentials.createInsecure()`, with the connections in hand: one that leads nowhere has to be ended. */
export class PlaintextCredentials extends ChannelCredentials {
  readonly #connections: Connections;
  readonly #observer: AddressFailureObserver;
  readonly #firstFrameTimeoutMillis: number;

  constructor(connections: Connections, observer: AddressFailureObserver, firstFrameTimeoutMillis: number) {
    super();
    this.#connections = connections;
    this.#observer = observer;
    this.#firstFrameTimeoutMillis = firstFrameTimeoutMillis;
  }

  override _isSecure(): boolean {
    return false;
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
      connect: (socket) => {
        const address = this.#connections.add(socket);
        endUnlessFirstFrame(socket, this.#firstFrameTimeoutMillis, () => this.#observer(address, NO_FIRST_FRAME));
        return Promise.resolve({ socket, secure: false });
      },
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => callCredentials,
      destroy: () => undefined,
    };
  }
}
