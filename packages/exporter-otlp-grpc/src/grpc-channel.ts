// SPDX-License-Identifier: Apache-2.0
import { Channel, type ChannelCredentials, connectivityState } from '@grpc/grpc-js';
import type { AttemptOutcome } from '@logferry/otlp-exporter-base';

import { channelOptions, type TransportOptions } from './channel-options.ts';
import { ConnectionFailures } from './connection-failures.ts';
import { Connections } from './connections.ts';
import { PlaintextCredentials } from './plaintext-credentials.ts';
import { TlsCredentials } from './tls-credentials.ts';
import { startUnaryCall, type UnaryCall, type UnaryRequest, type UnaryResult } from './unary-call.ts';

/** Without an attempt's deadline, how long a TLS handshake may take, and then the beginning of HTTP/2. */
const DEFAULT_HANDSHAKE_TIMEOUT_MILLIS = 20_000;

/** With the deadline of a hasty attempt no connection to a distant server would ever come about. */
const SHORTEST_HANDSHAKE_TIMEOUT_MILLIS = 500;

/** Failures of a connection that are not TLS's, in the words of Node. */
const NOT_TLS = /E(?:CONNREFUSED|CONNRESET|NOTFOUND|HOSTUNREACH|NETUNREACH|TIMEDOUT|AI_AGAIN)/;

/** Told of an address that can't be connected to while another one of the endpoint works. */
export type AddressObserver = (address: string, cause: string) => void;

/** A grpc-js channel, its connections, and why they fail. */
export class GrpcChannel {
  readonly #channel: Channel;
  /** Whether a failure has to say which address it is about. */
  readonly #isSpread: boolean;
  readonly #secure: boolean;
  readonly #connections = new Connections();
  readonly #failures = new ConnectionFailures();
  readonly #onAddressFailed: AddressObserver;
  readonly #waiting = new Set<() => void>();
  #isWatching = false;

  constructor(options: TransportOptions, onAddressFailed: AddressObserver) {
    this.#isSpread = options.endpoint.namesServers || options.loadBalancing === 'round-robin';
    this.#secure = options.endpoint.secure;
    this.#onAddressFailed = onAddressFailed;
    this.#channel = new Channel(options.endpoint.target, this.#credentials(options), channelOptions(options));
  }

  /** Begins a call. @throws Error when the channel is closed. */
  call(request: UnaryRequest, onEnd: (result: UnaryResult) => void): UnaryCall {
    return startUnaryCall(this.#channel, request, onEnd);
  }

  /**
   * The outcome of an attempt with the cause where there is no connection: grpc-js says "Failed to connect", or "Deadline
   * exceeded". @param peer the address that the attempt went to, or the target where it got none.
   */
  explain(outcome: AttemptOutcome, peer: string): AttemptOutcome {
    if (outcome.kind === 'cancelled') return outcome;
    if (outcome.kind === 'accepted' || this.#isReady()) {
      this.#failures.worked(peer);
      for (const [address, cause] of this.#failures.take()) this.#onAddressFailed(address, cause);
      return outcome;
    }
    if (!['UNAVAILABLE', 'DEADLINE_EXCEEDED'].includes(outcome.status)) return outcome;
    // By now the connection can fail for another reason, before TLS begins.
    const otherCause = NOT_TLS.test(outcome.details);
    if (otherCause) this.#failures.forgetNamedIn(outcome.details);
    const latest = otherCause ? undefined : this.#failures.latest();
    const cause = this.#isSpread ? this.#failures.everyAddress() : latest;
    if (cause === undefined) return outcome;
    return this.#secure ? { ...outcome, tlsCause: cause } : { ...outcome, details: cause };
  }

  /** Calls back once, later, when a connection is there; the function that comes back ends the wait. */
  onceConnected(callback: () => void): () => void {
    this.#waiting.add(callback);
    this.#watch();
    return () => void this.#waiting.delete(callback);
  }

  /** Ends the connections to an address, so that grpc-js makes others. @returns whether there was one. */
  dropConnections(address: string): boolean {
    return this.#connections.drop(address);
  }

  close(): void {
    this.#channel.close();
  }

  // One watcher for all that wait: grpc-js keeps each until the state changes, which may take days.
  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    // Without a deadline there is no timer.
    this.#channel.watchConnectivityState(this.#channel.getConnectivityState(false), Infinity, () => {
      this.#isWatching = false;
      const state = this.#channel.getConnectivityState(false);
      if (state === connectivityState.READY) {
        const waiting = [...this.#waiting];
        this.#waiting.clear();
        for (const callback of waiting) callback();
      } else if (state !== connectivityState.SHUTDOWN && this.#waiting.size > 0) {
        this.#watch();
      }
    });
  }

  #isReady(): boolean {
    return this.#channel.getConnectivityState(false) === connectivityState.READY;
  }

  #credentials(options: TransportOptions): ChannelCredentials {
    const { endpoint, tlsContexts, serverName, timeoutMillis } = options;
    // Half of the deadline, so that an attempt can still end with the cause.
    const handshakeTimeoutMillis =
      timeoutMillis === 0
        ? DEFAULT_HANDSHAKE_TIMEOUT_MILLIS
        : Math.max(timeoutMillis / 2, SHORTEST_HANDSHAKE_TIMEOUT_MILLIS);
    if (tlsContexts === undefined)
      return new PlaintextCredentials(this.#connections, this.#failures.failed, handshakeTimeoutMillis);
    return new TlsCredentials(
      {
        contexts: tlsContexts,
        serverName: serverName ?? endpoint.host,
        handshakeTimeoutMillis,
      },
      this.#connections,
      this.#failures.failed,
    );
  }
}
