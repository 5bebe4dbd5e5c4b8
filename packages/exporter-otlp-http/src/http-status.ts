// SPDX-License-Identifier: Apache-2.0
import type { RefusalDecision, RefusedAttempt } from '@logferry/otlp-exporter-base';
import { STATUS_CODES } from 'node:http';

/** The retry table of OTLP/HTTP ("Retryable Response Codes"). */
function decideOn(status: number, headersCanChange: boolean): RefusalDecision {
  switch (status) {
    case 429:
    case 502:
    case 503:
    case 504:
      return 'retry';
    // Of a proxy, not of the receiver: no answer to the request.
    case 407:
      return 'retry';
    case 413:
      return 'split';
    // Not 403: there the server knows who asks.
    case 401:
      return headersCanChange ? 'refresh' : 'drop';
    default:
      return 'drop';
  }
}

/** What a refused attempt had besides its status. */
export interface RefusalContext {
  /** What the server said; undefined: the status' name stands for it. */
  readonly details: string | undefined;
  readonly retryDelayMillis: number | undefined;
  /** Whether the next attempt may have other credentials. */
  readonly headersCanChange: boolean;
}

/** A refusal with what the protocol says about its status. */
export function refusedWithStatus(status: number, context: RefusalContext): RefusedAttempt {
  const { details, retryDelayMillis, headersCanChange } = context;
  return {
    kind: 'refused',
    status: statusName(status),
    // One name for all unknown codes: the server chooses them, and memory is bounded.
    ...(STATUS_CODES[status] === undefined ? { countedAs: 'OTHER' } : {}),
    statusCode: status,
    errorType: STATUS_CODES[status] === undefined ? '_OTHER' : String(status),
    decision: decideOn(status, headersCanChange),
    details: details ?? STATUS_CODES[status] ?? '',
    retryDelayMillis,
  };
}

/** As counts and reasons name it. */
export function statusName(status: number): string {
  return `HTTP ${status}`;
}

/** Why there was no whole answer; all of them pass, as far as a client can know. */
export type NoAnswer =
  /** No connection came about. */
  | 'NO_CONNECTION'
  /** It ended before the answer was whole. */
  | 'CONNECTION_LOST'
  /** What came is not HTTP. */
  | 'BAD_RESPONSE'
  | 'DEADLINE_EXCEEDED'
  /** The headers function failed. */
  | 'NO_HEADERS';

/** A refusal without an answer. */
export function refusedWithoutAnswer(status: NoAnswer, details: string, tlsCause?: string): RefusedAttempt {
  return {
    kind: 'refused',
    status,
    decision: 'retry',
    details,
    ...(tlsCause === undefined ? {} : { tlsCause }),
    retryDelayMillis: undefined,
  };
}
