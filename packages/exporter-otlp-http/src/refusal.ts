// SPDX-License-Identifier: Apache-2.0
import { sanitizeUntrustedText } from '@logferry/core';
import { type RefusedAttempt, tlsFailureCause } from '@logferry/otlp-exporter-base';

import { ConnectError, PROTOCOL, ProxyError } from './connector.ts';
import { refusedWithoutAnswer } from './http-status.ts';

/**
 * What a failed request means.
 * @param error as the HTTP client reports it.
 * @param endCause why TLS ended the connection, where it did.
 */
export function refusalOfError(error: unknown, endCause: string | undefined): RefusedAttempt {
  if (error instanceof ConnectError) {
    if (error.cause instanceof ProxyError) {
      const { message, cause } = error.cause;
      const why = tlsFailureCause(cause, PROTOCOL) ?? detailsOf(cause);
      return refusedWithoutAnswer('NO_CONNECTION', `${message}: ${why}`);
    }
    return refusedWithoutAnswer('NO_CONNECTION', detailsOf(error.cause), tlsFailureCause(error.cause, PROTOCOL));
  }
  const badResponse = badResponseText(error);
  if (badResponse !== undefined) return refusedWithoutAnswer('BAD_RESPONSE', badResponse);
  if (endCause !== undefined) return refusedWithoutAnswer('NO_CONNECTION', detailsOf(error), endCause);
  return refusedWithoutAnswer('CONNECTION_LOST', detailsOf(error));
}

/** Why the client gave up an answer; undefined where it did not. The parser's error holds bytes of the peer: not shown. */
function badResponseText(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (codeOf(error) === 'UND_ERR_HEADERS_OVERFLOW') return 'the headers of the answer are too large';
  if (error.name === 'HTTPParserError') return `the answer is not ${PROTOCOL}`;
  // undici takes no `100 Continue` that it did not ask for, and no change of protocol.
  if (/^bad (?:response|upgrade)$/.test(error.message))
    return 'the answer is one that nobody asked for: status 100 or 101';
  return undefined;
}

function detailsOf(error: unknown): string {
  // Of several addresses that were tried, the first one stands for all.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const text = first instanceof Error && first.message !== '' ? first.message : codeOf(error);
  return sanitizeUntrustedText(text);
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : 'unknown error';
}
