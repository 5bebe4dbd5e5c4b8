// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch } from './batch-encoder.ts';

/** What became of a batch. An expected failure is an outcome, not an exception. */
export type SendOutcome = DeliveredOutcome | RetryableOutcome | FailedOutcome;

/** The destination acknowledged the batch. */
export interface DeliveredOutcome {
  readonly kind: 'delivered';
  /** Records that the destination refused for good (OTLP partial success); 0 when it took all. */
  readonly rejectedCount: number;
  /** What the destination said about it, cut and with control characters escaped. */
  readonly message?: string;
}

/**
 * The batch, or the rest of it, was not delivered and can be sent again: it stays in the queue. The exporter's own
 * retries have ended by then, because the signal was aborted or because it makes none.
 */
export interface RetryableOutcome {
  readonly kind: 'retryable';
  /** A short text without secrets and without record content. */
  readonly reason: string;
  /** How long to wait at least before the next send. Default: none. */
  readonly retryAfterMillis?: number;
  /** What is still to be sent, where a part of the batch arrived. Absent: all of it. */
  readonly remaining?: EncodedBatch;
  /** Records of the part that is done with which the destination refused for good. Default: 0. */
  readonly rejectedCount?: number;
}

/** The batch is given up: sending it again can't help, or the retry budget that the user set is used up. */
export interface FailedOutcome {
  readonly kind: 'failed';
  /** A short text without secrets and without record content. */
  readonly reason: string;
}
