// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll } from 'vitest';

/** A new folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'logferry-config-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Line {
  readonly resourceLogs: readonly {
    readonly scopeLogs: readonly {
      readonly logRecords: readonly { readonly body: { readonly stringValue?: string; readonly intValue?: string } }[];
    }[];
  }[];
}

/** The bodies of all records of OTLP JSON lines, in order: those of rotated files first. */
export function bodiesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  // `x.000001.jsonl` stands before `x.jsonl`.
  const lines = names.toSorted().flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'));
  return lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
    .flatMap(({ resourceLogs }) => resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords)
    .map(({ body }) => body.stringValue ?? body.intValue ?? '');
}
