// SPDX-License-Identifier: Apache-2.0

/**
 * The records that every scenario logs: a 60-character body and 8 mixed attributes, 265 bytes of protobuf on average
 * (records.test.ts measures it). Made anew for each emit, as an application does, so that no contestant gains from
 * seeing the same object twice.
 */

/** The attributes of one record; a type alias, so that it fits every logger's index signature. */
export type RecordAttributes = {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly customer: string;
  readonly region: string;
  readonly cacheHit: boolean;
  /** The record's number: how a reader finds lost and doubled records. */
  readonly sequence: number;
};

/** A log record as `Logger.emit` takes it. */
export interface BenchRecord {
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: RecordAttributes;
}

export const BODY_CHARACTERS = 60;
export const ATTRIBUTE_COUNT = 8;
/** Bytes that one record adds to a protobuf message, with its own tag and length. */
export const PROTOBUF_BYTES = 265;

export const SEVERITY_INFO = 9;
export const SEVERITY_WARN = 13;

// Powers of two: the index is a mask, which costs next to nothing beside what is measured.
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const ROUTES = ['/orders/{id}', '/customers/{id}', '/orders/{id}/items', '/baskets/{id}'];
const STATUSES = [200, 201, 204, 404];
const REGIONS = ['eu-west-1', 'eu-north-1', 'us-east-2', 'ap-south-1'];
const CUSTOMERS = Array.from({ length: 1024 }, (_, index) => `cust-${String(index * 7919).padStart(7, '0')}`);
const ORDERS = Array.from({ length: 4096 }, (_, index) => String(10_000_000 + index * 17_389));

/** One record in sixteen is a warning. */
const WARN_EVERY = 16;

/** Makes record number `sequence`. */
export function makeRecord(sequence: number): BenchRecord {
  const warn = sequence % WARN_EVERY === 0;
  return {
    severityNumber: warn ? SEVERITY_WARN : SEVERITY_INFO,
    severityText: warn ? 'WARN' : 'INFO',
    body: `order ${ORDERS[sequence & 4095]} was priced and stored, its receipt was mailed`,
    attributes: {
      method: METHODS[sequence & 3]!,
      route: ROUTES[(sequence >> 2) & 3]!,
      status: STATUSES[(sequence >> 3) & 3]!,
      durationMs: (sequence % 997) / 8,
      customer: CUSTOMERS[sequence & 1023]!,
      region: REGIONS[(sequence >> 1) & 3]!,
      cacheHit: (sequence & 1) === 0,
      sequence,
    },
  };
}
