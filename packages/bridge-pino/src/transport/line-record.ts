// SPDX-License-Identifier: Apache-2.0
import { mapEntry } from '@logferry/bridge-base';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';

import { type LineFormat, readLine } from '../foreign-line.ts';
import type { LineRecord } from './ordinary-line.ts';

/** The record of any line, by way of the mapping that all bridges share. */
export function lineRecord(
  line: Readonly<Record<string, unknown>> | string,
  format: LineFormat,
  resourceValue: (name: string) => unknown,
  nowMillis: number,
): LineRecord {
  const { name, severityNumber, entry } = readLine(line, format);
  const { timestamp, severityText, body, eventName, attributes, context } = mapEntry(entry, {
    context: ROOT_CONTEXT,
    severityNumber,
    loggedAtMillis: nowMillis,
    nowMillis,
    resourceValue,
  });
  const spanContext = trace.getSpanContext(context ?? ROOT_CONTEXT);
  return { name, time: timestamp ?? [0, 0], severityNumber, severityText, body, eventName, attributes, spanContext };
}
