// SPDX-License-Identifier: Apache-2.0
import { status } from '@grpc/grpc-js';
import { sanitizeUntrustedText } from '@logferry/core';
import { decodeRetryInfo } from '@logferry/otlp-encoding';
import { type Headers, type RefusedAttempt, withoutHeaderValues } from '@logferry/otlp-exporter-base';

import { refusedWith } from './grpc-status.ts';
import type { UnaryResult } from './unary-call.ts';

/** Room for "No connection established. Last error: …" with a certificate's subject alternative names. */
const MAX_DETAILS_LENGTH = 512;

/** grpc-js's words for a call that no connection took. */
const NOT_CONNECTED = /^(?:(?:\w{1,40}: )?No connection established|Name resolution failed)/;

/**
 * What a call that did not succeed means for the attempt.
 * @param headers those of the call, which the server may quote.
 * @param headersCanChange whether the next attempt may have others.
 */
export function refusalOf(result: UnaryResult, headers: Headers, headersCanChange: boolean): RefusedAttempt {
  const { status: error, answered } = result;
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
  const refused = refusedWith(error.code, details, {
    retryDelayMillis: Buffer.isBuffer(statusDetails) ? decodeRetryInfo(statusDetails) : undefined,
    headersCanChange,
  });
  return NOT_CONNECTED.test(error.details) ? { ...refused, unsent: true } : refused;
}
