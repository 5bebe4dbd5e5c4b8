// SPDX-License-Identifier: Apache-2.0

/** A log record in OTLP JSON, without its times, and with its attributes in the order of their names. */
export interface WrittenRecord {
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: unknown;
  readonly attributes: readonly WrittenAttribute[];
  readonly traceId?: string;
  readonly spanId?: string;
  readonly flags?: number;
}

interface WrittenAttribute {
  readonly key: string;
  readonly value: unknown;
}

/** A value as the Collector writes it. */
export function otlpValue(value: unknown): unknown {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value.toWellFormed() };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) {
    return { arrayValue: value.length === 0 ? {} : { values: value.map((item) => otlpValue(item)) } };
  }
  const values = Object.entries(value as object).map(([key, item]) => ({ key, value: otlpValue(item) }));
  return { kvlistValue: values.length === 0 ? {} : { values } };
}

export function otlpAttributes(attributes: Readonly<Record<string, unknown>>): readonly WrittenAttribute[] {
  return byKey(Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) })));
}

export function byKey(attributes: readonly WrittenAttribute[]): readonly WrittenAttribute[] {
  return attributes.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
