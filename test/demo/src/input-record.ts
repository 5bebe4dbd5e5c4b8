// SPDX-License-Identifier: Apache-2.0
import type { LogRecord } from '@opentelemetry/api';

/** One record of an input line, ready for the Logs API. */
export interface InputRecord {
  /** Attributes of the resource it came from; undefined where the line names none. */
  readonly resource: Readonly<Record<string, unknown>> | undefined;
  readonly scope: { readonly name: string; readonly version?: string };
  readonly record: LogRecord;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** `[seconds, nanoseconds]` of decimal nanoseconds, exact where a JavaScript number would round. */
export function hrTimeOfNanos(nanos: unknown): [number, number] | undefined {
  const text = typeof nanos === 'number' ? String(nanos) : nanos;
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text)) return undefined;
  const padded = text.padStart(10, '0');
  return [Number(padded.slice(0, -9)), Number(padded.slice(-9))];
}
