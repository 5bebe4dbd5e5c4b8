// SPDX-License-Identifier: Apache-2.0
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { isObject } from './input-record.ts';
import { isOtlpLine, readOtlpLine } from './otlp-json-line.ts';

export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  readonly lines: number;
  readonly records: number;
}

/** Reads the files of a folder back and counts what is in them, in the order of their names. */
export async function readBack(folder: string): Promise<WrittenFile[]> {
  const files: WrittenFile[] = [];
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .toSorted()) {
    const path = join(folder, name);
    let lines = 0;
    let records = 0;
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const value: unknown = JSON.parse(line);
      if (!isObject(value) || !isOtlpLine(value)) throw new Error(`${path} holds a line that is not OTLP JSON`);
      lines += 1;
      records += readOtlpLine(value).length;
    }
    files.push({ name, bytes: statSync(path).size, lines, records });
  }
  return files;
}
