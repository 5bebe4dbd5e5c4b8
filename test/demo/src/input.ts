// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { type InputRecord, isObject } from './input-record.ts';
import { isOtlpLine, readOtlpLine } from './otlp-json-line.ts';
import { readPinoLine } from './pino-line.ts';

/** What one line holds; text that is no JSON object becomes one record with the line as its body. */
export function readInputLine(line: string): { readonly records: InputRecord[]; readonly asText: boolean } {
  if (line.trim() === '') return { records: [], asText: false };
  const value = parse(line);
  if (!isObject(value)) {
    return { records: [{ resource: undefined, scope: { name: 'input' }, record: { body: line } }], asText: true };
  }
  return { records: isOtlpLine(value) ? readOtlpLine(value) : [readPinoLine(value)], asText: false };
}

/** The lines of a file, or of standard input for `-`. */
export function inputLines(path: string): AsyncIterable<string> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  return createInterface({ input, crlfDelay: Infinity });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
