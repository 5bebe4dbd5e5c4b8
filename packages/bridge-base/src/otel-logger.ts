// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@opentelemetry/api';

/**
 * The Logs API as far as a bridge uses it, described by its shape: a provider of either line fits (`@opentelemetry/api-logs` of
 * 0.2xx, `@opentelemetry/api` of 3.x), and no type of only one line is named.
 */
export interface OtelLoggerProvider {
  getLogger(name: string, version?: string): OtelLogger;
}

export interface OtelLogger {
  /** Takes a `BridgedRecord`. Each line has a narrower type of its own for it, and `never` fits them all. */
  emit(record: never): void;
  /** Takes an `EnabledQuestion`. Absent in older versions of the API. */
  enabled?(question?: never): boolean;
}

/** What a logger is asked before a record is made. */
export interface EnabledQuestion {
  readonly context?: Context;
  readonly severityNumber?: number;
}

/** A log record as the API takes it. Times are `[seconds, nanoseconds]` since the Unix epoch. */
export interface BridgedRecord {
  timestamp?: [number, number];
  observedTimestamp?: [number, number];
  severityNumber?: number;
  severityText?: string;
  body?: unknown;
  attributes?: Record<string, unknown>;
  eventName?: string;
  context?: Context;
}
