// SPDX-License-Identifier: Apache-2.0

/** The port through which requests leave: one call is one attempt. */
export interface Transport {
  /**
   * Sends one request. Never rejects. When it has settled, `bytes` is not read any more.
   * @param signal cancels the attempt; it then settles soon, as `cancelled`, unless an answer came before.
   */
  send(bytes: Uint8Array, signal: AbortSignal): Promise<AttemptOutcome>;

  /**
   * Calls back once, when there is a connection to the server; the function that comes back ends the wait. Absent where a
   * connection is only made for a request.
   */
  onceConnected?(callback: () => void): () => void;

  /** Closes connections. Calls in flight are cancelled by their signals, not by this. */
  close(): void;
}

/** What became of one attempt. */
export type AttemptOutcome = AcceptedAttempt | RefusedAttempt | { readonly kind: 'cancelled' };

/** The server took the request. */
export interface AcceptedAttempt {
  readonly kind: 'accepted';
  /** The status under which the attempt is counted, such as `OK`. */
  readonly status: string;
  /** Records that the server refused for good in a partial success. */
  readonly rejectedCount: number;
  /** What the server said, cut and escaped. */
  readonly message: string | undefined;
  /** The protocol's status code, as metrics name it. */
  readonly statusCode?: string | number;
}

/** Any other status, of the server or of the connection. */
export interface RefusedAttempt {
  readonly kind: 'refused';
  /** The status as reasons name it, such as `UNAVAILABLE`. */
  readonly status: string;
  /** The name under which it is counted, where a server could choose so many that memory has to be bounded. Default: `status`. */
  readonly countedAs?: string;
  /** What the protocol's retry table says about the refusal. */
  readonly decision: RefusalDecision;
  /** What the peer or the connection said: cut, escaped and without header values. */
  readonly details: string;
  /** Why there is no TLS connection, in words. Undefined: TLS is not the cause, or not the known one. */
  readonly tlsCause?: string;
  /** How long the server asks to wait before the next attempt, at least 0. Undefined: it does not. */
  readonly retryDelayMillis: number | undefined;
  /** There was no connection, and nothing was sent. Default: not known. */
  readonly unsent?: boolean;
  /** The protocol's status code, as metrics name it. Undefined: there was no answer. */
  readonly statusCode?: string | number;
  /** `error.type` of metrics, one of a bounded number. Default: `status`. */
  readonly errorType?: string;
}

/** Why records failed, as metrics name it. */
export interface FailureCause {
  readonly errorType: string;
  readonly statusCode: string | number | undefined;
}

export function causeOf({ status, errorType = status, statusCode }: RefusedAttempt): FailureCause {
  return { errorType, statusCode };
}

/**
 * What a refusal means for the request:
 * - `retry`: the same request can succeed later;
 * - `split`: it may be too large; smaller ones can succeed;
 * - `refresh`: the credentials were refused, and the next attempt has others;
 * - `drop`: it will never succeed.
 */
export type RefusalDecision = 'retry' | 'split' | 'refresh' | 'drop';

/** A refusal in words. */
export function refusalReason(refused: RefusedAttempt): string {
  const said = refused.tlsCause ?? refused.details;
  return said === '' ? refused.status : `${refused.status}: ${said}`;
}
