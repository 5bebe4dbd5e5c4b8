// SPDX-License-Identifier: Apache-2.0
import { type LogRecord, ROOT_CONTEXT, trace } from '@opentelemetry/api';

import { hrTimeOfNanos, type InputRecord, isObject, type JsonObject, textOf } from './input-record.ts';

/** Whether a line is OTLP JSON (LogsData). */
export function isOtlpLine(line: JsonObject): boolean {
  return Array.isArray(line['resourceLogs']);
}

/** The records of one line of OTLP JSON, in its order. */
export function readOtlpLine(line: JsonObject): InputRecord[] {
  const records: InputRecord[] = [];
  for (const resourceLogs of objects(line['resourceLogs'])) {
    const resource = isObject(resourceLogs['resource'])
      ? attributesOf(resourceLogs['resource']['attributes'])
      : undefined;
    for (const scopeLogs of objects(resourceLogs['scopeLogs'])) {
      const scope = scopeOf(scopeLogs['scope']);
      for (const logRecord of objects(scopeLogs['logRecords'])) {
        records.push({ resource, scope, record: recordOf(logRecord) });
      }
    }
  }
  return records;
}

function recordOf(json: JsonObject): LogRecord {
  const record: LogRecord = {
    body: valueOf(json['body']),
    attributes: attributesOf(json['attributes'], digitsOf),
  };
  const timestamp = hrTimeOfNanos(json['timeUnixNano']);
  if (timestamp !== undefined) record.timestamp = timestamp;
  const observed = hrTimeOfNanos(json['observedTimeUnixNano']);
  if (observed !== undefined) record.observedTimestamp = observed;
  if (typeof json['severityNumber'] === 'number') record.severityNumber = json['severityNumber'];
  const severityText = textOf(json['severityText']);
  if (severityText !== undefined) record.severityText = severityText;
  const eventName = textOf(json['eventName']);
  if (eventName !== undefined) record.eventName = eventName;
  const traceId = textOf(json['traceId']);
  const spanId = textOf(json['spanId']);
  if (traceId !== undefined && spanId !== undefined && traceId !== '' && spanId !== '') {
    const traceFlags = typeof json['flags'] === 'number' ? json['flags'] & 0xff : 0;
    record.context = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
  }
  return record;
}

function scopeOf(json: unknown): InputRecord['scope'] {
  const name = isObject(json) ? (textOf(json['name']) ?? '') : '';
  const version = isObject(json) ? textOf(json['version']) : undefined;
  return version === undefined ? { name } : { name, version };
}

/** @param big what becomes of an integer that a number can't hold. */
function attributesOf(list: unknown, big: BigInteger = exact): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const entry of objects(list)) {
    const key = textOf(entry['key']);
    if (key !== undefined) attributes[key] = valueOf(entry['value'], big);
  }
  return attributes;
}

type BigInteger = (digits: string) => bigint | string;

const exact: BigInteger = (digits) => BigInt(digits);

/** The SDK drops an attribute that is a BigInt, before any processor sees it: its digits are what can be kept. */
const digitsOf: BigInteger = (digits) => digits;

/** The value of an AnyValue. */
function valueOf(json: unknown, big: BigInteger = exact): unknown {
  if (!isObject(json)) return null;
  if ('stringValue' in json) return String(json['stringValue']);
  if ('boolValue' in json) return json['boolValue'] === true;
  if ('intValue' in json) return integerOf(json['intValue'], big);
  if ('doubleValue' in json) return Number(json['doubleValue']);
  if (isObject(json['arrayValue'])) return objects(json['arrayValue']['values']).map((value) => valueOf(value, big));
  if (isObject(json['kvlistValue'])) return attributesOf(json['kvlistValue']['values'], big);
  if (typeof json['bytesValue'] === 'string') return new Uint8Array(Buffer.from(json['bytesValue'], 'base64'));
  return null;
}

function integerOf(value: unknown, big: BigInteger): number | bigint | string | null {
  const text = String(value);
  if (!/^-?\d{1,19}$/.test(text)) return null;
  return Number.isSafeInteger(Number(text)) ? Number(text) : big(text);
}

function objects(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
