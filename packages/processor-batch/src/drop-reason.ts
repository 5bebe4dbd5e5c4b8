// SPDX-License-Identifier: Apache-2.0

/** Why a record did not reach its destination. The words are stable; a later version may add some. */
export type DropReason =
  /** The queue was full for records of its severity when it was emitted. */
  | 'queue_full'
  /** It was queued, and made room for a more severe record, or for a newer one with `drop-oldest`. */
  | 'displaced'
  /** The record was emitted after `shutdown`. */
  | 'already_shutdown'
  /** The record was emitted by the export itself, or while another record was being encoded: it would loop. */
  | 're_entrant'
  /** The exporter's encoder could not be created or threw. */
  | 'encode_error'
  /** The destination took the batch and refused the record (OTLP partial success). */
  | 'rejected'
  /** The export failed in a way that sending again can't mend. */
  | 'failed'
  /** The export did not end within `exportTimeoutMillis` and could not be cancelled: whether it arrived is not known. */
  | 'export_timeout'
  /** The record was still queued when the time of `shutdown` was up, or when the process ended. */
  | 'shutdown';

/** What is said about each reason; the order is that of `stats().dropped`. */
export const DROP_REASONS: Readonly<Record<DropReason, string>> = {
  queue_full: 'the queue is full',
  displaced: 'they made room in a full queue',
  already_shutdown: 'the processor is shut down',
  re_entrant: 'they were emitted by the export itself',
  encode_error: "the exporter's encoder failed",
  rejected: 'the destination refused them',
  failed: 'the export failed',
  export_timeout: 'the export did not end in time',
  shutdown: 'they were not delivered before the end',
};
