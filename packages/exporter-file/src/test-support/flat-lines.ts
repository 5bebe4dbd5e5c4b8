// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';

import type { JsonFormatOptions } from '../json/json-options.ts';
import { type FormatOptions, resolveFormat } from '../json/record-encoding.ts';

/** An encoder of flat lines. */
export function encoderOf(
  json: JsonFormatOptions = {},
  options: FormatOptions = {},
): ReturnType<ReturnType<typeof resolveFormat>['createEncoder']> {
  return resolveFormat({ format: 'json', json, ...options }).createEncoder('private');
}

/** The lines of records, without their ends. */
export function linesOf(
  records: readonly ReadableLogRecord[],
  json: JsonFormatOptions = {},
  options: FormatOptions = {},
): string[] {
  const encoder = encoderOf(json, options);
  for (const record of records) encoder.append(record);
  const text = Buffer.from(encoder.take()?.bytes ?? []).toString();
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  return text.slice(0, -1).split('\n');
}

/** The line of a record with these fields. */
export function lineOf(fields: Parameters<typeof testRecord>[0], json: JsonFormatOptions = {}): string {
  return linesOf([testRecord(fields)], json).join();
}

/** The attributes of a record as they are read back. */
export function attributes(values: Record<string, unknown>, json: JsonFormatOptions = {}): unknown {
  const none = { time: false, severityText: false, severityNumber: false, body: false, scopeName: false } as const;
  return JSON.parse(lineOf({ attributes: values }, { fieldNames: none, resourceAttributes: [], ...json }));
}
