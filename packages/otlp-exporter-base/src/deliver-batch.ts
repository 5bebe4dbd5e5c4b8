// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch, SendOutcome } from '@logferry/core';

import { joinBatches } from './joined-batch.ts';
import type { RequestOutcome } from './retrying-transport.ts';
import type { AcceptedAttempt, FailureCause } from './transport.ts';

/** How a batch is sent: in one request, or in parts one after the other, so that records keep their order. */
export interface DeliveryPort {
  readonly maxRequestBytes: number;
  /** Whether the bytes are one request. Those of several, one after the other, are split before they are sent. */
  isOneRequest(bytes: Uint8Array): boolean;
  /** One request with its retries. Never rejects. */
  request(bytes: Uint8Array): Promise<RequestOutcome>;
  /** A batch or a part was split, for its size or because the server refused it as too much. */
  onSplit(reason: string): void;
  /** Records of a part that will never arrive. */
  onLost(recordCount: number, reason: string, cause: FailureCause): void;
  /** Records that go back to the caller, to be sent again. */
  onKept(recordCount: number, cause: FailureCause): void;
  /** Records that the server took, and those it refused in the same answer. */
  onAccepted(acceptedCount: number, rejectedCount: number, answer: AcceptedAttempt): void;
}

/**
 * A server that is out of quota refuses parts of any size with the same status as too large a message, so parts below
 * this are not split further: a batch of 4 MiB costs it at most 128 requests, and not one for each record.
 */
const SMALLEST_SPLIT_BYTES = 64 * 1024;

/** Of a record that is never sent. */
const TOO_LARGE: FailureCause = { errorType: 'too_large', statusCode: undefined };

/** Delivers one batch, split as far as its size demands. Never rejects. */
export async function deliverBatch(batch: EncodedBatch, port: DeliveryPort): Promise<SendOutcome> {
  const waiting: EncodedBatch[] = [batch];
  let acceptedAny = false;
  let rejectedCount = 0;
  let message: string | undefined;

  for (let part = waiting[0]; part !== undefined; part = waiting[0]) {
    if (!port.isOneRequest(part.bytes)) {
      const parts = part.split();
      if (parts.length > 1) {
        waiting.splice(0, 1, ...parts);
        continue;
      }
    }
    const size = part.bytes.length;
    const outcome: RequestOutcome =
      size > port.maxRequestBytes
        ? {
            kind: 'exhausted',
            reason: `a request of ${size} bytes is over the limit of ${port.maxRequestBytes} bytes`,
            cause: TOO_LARGE,
          }
        : await port.request(part.bytes);

    if (outcome.kind === 'cancelled') {
      port.onKept(
        waiting.reduce((sum, { recordCount }) => sum + recordCount, 0),
        outcome.cause,
      );
      return {
        kind: 'retryable',
        reason: outcome.reason,
        ...(outcome.retryAfterMillis === undefined ? {} : { retryAfterMillis: outcome.retryAfterMillis }),
        ...(part === batch ? {} : { remaining: joinBatches([part, ...waiting.slice(1)]) }),
        ...(rejectedCount === 0 ? {} : { rejectedCount }),
      };
    }
    if (outcome.kind === 'exhausted' && size > Math.min(SMALLEST_SPLIT_BYTES, port.maxRequestBytes)) {
      const parts = part.split();
      if (parts.length > 1) {
        port.onSplit(outcome.reason);
        waiting.splice(0, 1, ...parts);
        continue;
      }
    }
    waiting.shift();
    if (outcome.kind === 'accepted') {
      const rejected = Math.min(outcome.rejectedCount, part.recordCount);
      acceptedAny = true;
      rejectedCount += rejected;
      message = outcome.message ?? message;
      port.onAccepted(part.recordCount - rejected, rejected, outcome);
    } else {
      rejectedCount += part.recordCount;
      message = outcome.reason;
      port.onLost(part.recordCount, outcome.reason, outcome.cause);
    }
    if (part !== batch) part.release();
  }
  if (!acceptedAny) return { kind: 'failed', reason: message ?? 'nothing was sent' };
  return { kind: 'delivered', rejectedCount, ...(message === undefined ? {} : { message }) };
}
