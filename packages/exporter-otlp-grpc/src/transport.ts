// SPDX-License-Identifier: Apache-2.0

/** The port through which requests leave: one call is one attempt. */
export interface Transport {
  /**
   * Sends one request. Never rejects. When it has settled, `bytes` is not read any more.
   * @param signal cancels the attempt; it then settles soon, as `cancelled`, unless an answer came before.
   */
  send(bytes: Uint8Array, signal: AbortSignal): Promise<AttemptOutcome>;

  /** Closes connections. Calls in flight are cancelled by their signals, not by this. */
  close(): void;
}

/** What became of one attempt. */
export type AttemptOutcome = AcceptedAttempt | RefusedAttempt | { readonly kind: 'cancelled' };

/** The server answered OK. */
export interface AcceptedAttempt {
  readonly kind: 'accepted';
  /** The bytes of an ExportLogsServiceResponse. */
  readonly response: Uint8Array;
}

/** Any other status, of the server or of the connection. */
export interface RefusedAttempt {
  readonly kind: 'refused';
  /** gRPC status code. */
  readonly code: number;
  /** What the peer or the connection said: cut, escaped and without header values. */
  readonly details: string;
  /** Why there is no TLS connection, in words. Undefined: TLS is not the cause, or not the known one. */
  readonly tlsCause?: string;
  /** The server's RetryInfo, at least 0. Undefined: it gave none. */
  readonly retryDelayMillis: number | undefined;
}
