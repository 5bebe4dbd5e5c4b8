// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What a run left on disk. */
export interface FilesFound {
  readonly files: number;
  readonly bytes: number;
  readonly largestFileBytes: number;
  /** Record numbers that are in no file. */
  readonly lost: number;
  /** Records found more than once. */
  readonly doubled: number;
  /** Lines that are no JSON, or hold no record. */
  readonly broken: number;
}

/** Reads every file of a directory, line by line, and looks for the records 0 to `records` - 1. */
export function inspectFiles(directory: string, records: number): FilesFound {
  const seen = new Uint8Array(records);
  let broken = 0;
  let doubled = 0;
  const sizes: number[] = [];
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (!statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    sizes.push(bytes.byteLength);
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const sequences = sequencesOf(line);
      if (sequences.length === 0) broken += 1;
      for (const sequence of sequences) {
        if (seen[sequence] === 0) seen[sequence] = 1;
        else doubled += 1;
      }
    }
  }
  return {
    files: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    largestFileBytes: Math.max(0, ...sizes),
    lost: seen.reduce((sum, flag) => sum + (1 - flag), 0),
    doubled,
    broken,
  };
}

interface PlainLine {
  readonly sequence?: number;
}

interface OtlpLine {
  readonly resourceLogs?: readonly {
    readonly scopeLogs: readonly {
      readonly logRecords: readonly {
        readonly attributes: readonly { readonly key: string; readonly value: { readonly intValue?: string } }[];
      }[];
    }[];
  }[];
}

/** The record numbers in a line: one in a peer's line, any number in a line of OTLP JSON. Empty when the line is broken. */
function sequencesOf(line: string): number[] {
  let value: PlainLine & OtlpLine;
  try {
    value = JSON.parse(line) as PlainLine & OtlpLine;
  } catch {
    return [];
  }
  if (value.sequence !== undefined) return [value.sequence];
  return (value.resourceLogs ?? [])
    .flatMap((resourceLogs) => resourceLogs.scopeLogs)
    .flatMap((scopeLogs) => scopeLogs.logRecords)
    .map((record) => Number(record.attributes.find(({ key }) => key === 'sequence')?.value.intValue));
}
