// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';

/** A file of a log as a reader finds it. */
export interface LogFile {
  readonly name: string;
  /** Uncompressed size. */
  readonly bytes: number;
  /** The numbers of its records, in order. */
  readonly numbers: readonly number[];
  /** Lines that are no JSON. */
  readonly fragments: number;
}

interface OtlpLine {
  readonly resourceLogs: readonly {
    readonly scopeLogs: readonly {
      readonly logRecords: readonly {
        readonly attributes: readonly { readonly value: { readonly intValue: string } }[];
      }[];
    }[];
  }[];
}

/**
 * The files of a log, oldest first and the current one last. Where a file is there twice, the compressed one counts.
 *
 * @param stem in front of the sequence, where other logs are in the directory.
 */
export function readLog(directory: string, current: string, stem?: string): LogFile[] {
  const names = readdirSync(directory).filter(
    (name) =>
      !name.endsWith('.tmp') && (stem === undefined || (name.startsWith(`${stem}.`) && !name.startsWith(`${stem}.p`))),
  );
  const rotated = names.filter((name) => name !== current && !names.includes(`${name}.gz`));
  const ordered = [...rotated.toSorted(), ...(names.includes(current) ? [current] : [])];
  return ordered.map((name) => readFile(directory, name));
}

function readFile(directory: string, name: string): LogFile {
  const raw = readFileSync(join(directory, name));
  const bytes = name.endsWith('.gz')
    ? zlib.gunzipSync(raw)
    : name.endsWith('.zst')
      ? zlib.zstdDecompressSync(raw)
      : raw;
  const numbers: number[] = [];
  let fragments = 0;
  for (const line of bytes.toString().split('\n')) {
    if (line === '') continue;
    try {
      numbers.push(...numbersOf(JSON.parse(line) as OtlpLine | { readonly n: number }));
    } catch {
      fragments += 1;
    }
  }
  return { name, bytes: bytes.byteLength, numbers, fragments };
}

function numbersOf(line: OtlpLine | { readonly n: number }): number[] {
  if ('n' in line) return [line.n];
  return line.resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ attributes }) => Number(attributes[0]?.value.intValue))),
  );
}

/** What is wrong with the numbers, which must be all from `first` on, in order; undefined when nothing is. */
export function orderProblem(files: readonly LogFile[], first: number, count: number): string | undefined {
  let expected = first;
  for (const { name, numbers } of files) {
    for (const number of numbers) {
      if (number !== expected) return `record ${expected} is missing in ${name}; ${number} stands in its place`;
      expected += 1;
    }
  }
  return expected === first + count ? undefined : `${expected - first} records were found, not ${count}`;
}
