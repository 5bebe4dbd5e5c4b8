// SPDX-License-Identifier: Apache-2.0
import type { RefusalDecision, RefusedAttempt } from '@logferry/otlp-exporter-base';

/** gRPC status codes by number, as the gRPC documentation lists them. */
const NAMES: readonly string[] = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** The name of a status code; a server may send one that no document knows. */
function statusName(code: number): string {
  return NAMES[code] ?? `STATUS_${code}`;
}

/** What a refused attempt had besides its status. */
export interface RefusalContext {
  /** The server's RetryInfo. */
  readonly retryDelayMillis?: number | undefined;
  /** Whether the next attempt may have other credentials. */
  readonly headersCanChange?: boolean;
}

/** The retry table of OTLP/gRPC ("Failures"). */
function decideOnRefusal(code: number, { retryDelayMillis, headersCanChange }: RefusalContext): RefusalDecision {
  switch (statusName(code)) {
    case 'CANCELLED':
    case 'DEADLINE_EXCEEDED':
    case 'ABORTED':
    case 'OUT_OF_RANGE':
    case 'UNAVAILABLE':
    case 'DATA_LOSS':
      return 'retry';
    case 'RESOURCE_EXHAUSTED':
      // With RetryInfo the server is busy; without it, a message over the server's limit looks like this.
      return retryDelayMillis === undefined ? 'split' : 'retry';
    case 'UNAUTHENTICATED':
      // Not PERMISSION_DENIED: there the server knows who asks.
      return headersCanChange === true ? 'refresh' : 'drop';
    default:
      return 'drop';
  }
}

/** A refusal with what the protocol says about its status. */
export function refusedWith(code: number, details: string, context: RefusalContext = {}): RefusedAttempt {
  return {
    kind: 'refused',
    status: statusName(code),
    // One name for all unknown codes: the server chooses them, and memory is bounded.
    ...(NAMES[code] === undefined ? { countedAs: 'OTHER', errorType: '_OTHER' } : {}),
    statusCode: NAMES[code] ?? String(code),
    decision: decideOnRefusal(code, context),
    details,
    retryDelayMillis: context.retryDelayMillis,
  };
}
