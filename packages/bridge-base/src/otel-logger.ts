// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@opentelemetry/api';

/**
 * The Logs API as far as a bridge uses it, described by its shape: the type of a provider of either line
 * (`@opentelemetry/api-logs` of 0.2xx, `@opentelemetry/api` of 3.x) fits, and no type of only one line is named.
 */
export interface OtelLoggerProvider {
  getLogger(name: string, version?: string): OtelLogger;
}

export interface OtelLogger {
  emit(record: BridgedRecord): void;
  /** Absent in older versions of the API. */
  enabled?(question?: { context?: Context; severityNumber?: number }): boolean;
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
