// SPDX-License-Identifier: Apache-2.0
import { type EncodedLinesBatch, escapeUnsafeCharacters } from '@logferry/core';
import { expect } from 'vitest';

interface JsonAttributes {
  readonly attributes?: readonly { readonly key: string; readonly value: unknown }[];
  readonly droppedAttributesCount?: number;
}

interface JsonScopeLogs {
  readonly scope: JsonAttributes & { readonly name?: string; readonly version?: string };
  readonly schemaUrl?: string;
  readonly logRecords: readonly (JsonAttributes & Record<string, unknown>)[];
}

interface JsonResourceLogs {
  readonly resource: JsonAttributes;
  readonly schemaUrl?: string;
  readonly scopeLogs: readonly JsonScopeLogs[];
}

interface ReadLine {
  readonly byteLength: number;
  readonly resourceLogs: readonly JsonResourceLogs[];
  readonly records: readonly (JsonAttributes & Record<string, unknown>)[];
  /** The text of each record's body. */
  readonly bodies: readonly unknown[];
}

export function textOf(batch: EncodedLinesBatch | undefined): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(batch?.bytes);
}

/** The lines of a batch, each parsed on its own; what the batch says about itself is checked on the way. */
export function encodedLines(batch: EncodedLinesBatch | undefined): ReadLine[] {
  let start = 0;
  const lines = (batch?.lines ?? []).map(({ endOffset, recordCount }) => {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(batch?.bytes.subarray(start, endOffset));
    const line = readLine(text, endOffset - start);
    start = endOffset;
    expect(line.records).toHaveLength(recordCount);
    return line;
  });
  expect(start).toBe(batch?.bytes.byteLength ?? 0);
  expect(lines.reduce((sum, { records }) => sum + records.length, 0)).toBe(batch?.recordCount ?? 0);
  return lines;
}

function readLine(text: string, byteLength: number): ReadLine {
  expect(byteLength).toBeLessThan(1024 * 1024);
  expect(text.endsWith('\n')).toBe(true);
  const json = text.slice(0, -1);
  expect(escapeUnsafeCharacters(json)).toBe(json);
  const { resourceLogs } = JSON.parse(json) as { resourceLogs: readonly JsonResourceLogs[] };
  const records = resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
  const bodies = records.map(({ body }) => (body as { stringValue?: unknown } | undefined)?.stringValue);
  return { byteLength, resourceLogs, records, bodies };
}
