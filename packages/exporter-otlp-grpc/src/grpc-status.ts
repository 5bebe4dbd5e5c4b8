// SPDX-License-Identifier: Apache-2.0

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

/** Whether the code is one of the gRPC documentation. */
export function isKnownStatus(code: number): boolean {
  return NAMES[code] !== undefined;
}

/** The name of a status code; a server may send one that no document knows. */
export function statusName(code: number): string {
  return NAMES[code] ?? `STATUS_${code}`;
}

/**
 * What a refusal means for the request:
 * - `retry`: the same request can succeed later;
 * - `split`: it may be too large; smaller ones can succeed;
 * - `drop`: it will never succeed.
 */
export type RefusalDecision = 'retry' | 'split' | 'drop';

/** The retry table of OTLP/gRPC ("Failures"). @param hasRetryInfo whether the status carries a RetryInfo. */
export function decideOnRefusal(code: number, hasRetryInfo: boolean): RefusalDecision {
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
      return hasRetryInfo ? 'retry' : 'split';
    default:
      return 'drop';
  }
}
