// SPDX-License-Identifier: Apache-2.0
import { type ServiceError, status } from '@grpc/grpc-js';
import { sanitizeUntrustedText } from '@logferry/core';
import { decodeRetryInfo } from '@logferry/otlp-encoding';
import { type Headers, type RefusedAttempt, withoutHeaderValues } from '@logferry/otlp-exporter-base';

import { refusedWith } from './grpc-status.ts';

/** Room for "No connection established. Last error: …" with a certificate's subject alternative names. */
const MAX_DETAILS_LENGTH = 512;

/** A call that did not succeed. */
export interface RefusedCall {
  readonly headers: Headers;
  /** Whether the next attempt may have others. */
  readonly headersCanChange: boolean;
  /** Whether the server had begun a response: then a message limit that was passed is ours, not the server's. */
  readonly answered: boolean;
}

/** What grpc-js reports about a call that did not succeed. */
export function refusalOf(error: ServiceError, call: RefusedCall): RefusedAttempt {
  const { headers, headersCanChange, answered } = call;
  const details = sanitizeUntrustedText(withoutHeaderValues(error.details, headers), MAX_DETAILS_LENGTH);
  if (
    answered &&
    error.code === status.RESOURCE_EXHAUSTED &&
    /^Received message (?:larger than max|that decompresses)/.test(error.details)
  ) {
    // The server has the records: to split and resend them would only make duplicates.
    return refusedWith(status.INTERNAL, `the response can not be read: ${details}`);
  }
  const [statusDetails] = error.metadata.get('grpc-status-details-bin');
  return refusedWith(error.code, details, {
    retryDelayMillis: Buffer.isBuffer(statusDetails) ? decodeRetryInfo(statusDetails) : undefined,
    headersCanChange,
  });
}
