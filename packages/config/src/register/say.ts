// SPDX-License-Identifier: Apache-2.0
import { writeSync } from 'node:fs';

const STDERR = 2;

/**
 * Tells whoever started the process, on stderr. Not through `console`, which an instrumentation may turn into log records,
 * and at once, because the process may be about to end.
 */
export function say(message: string): void {
  writeLine(`logferry: ${message}`);
}

/** A line of somebody else. */
export function writeLine(line: string): void {
  try {
    writeSync(STDERR, `${line}\n`);
  } catch {
    // A stderr that is closed or full.
  }
}
