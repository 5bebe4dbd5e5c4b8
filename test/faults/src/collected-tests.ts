// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { FAULT_ROWS } from './fault-rows.ts';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));

export interface CollectedTest {
  readonly fault: string;
  readonly name: string;
  readonly file: string;
}

/** The tests of this package that stand in `describeFault`, as vitest finds them. */
export async function collectTests(): Promise<CollectedTest[]> {
  const { stdout } = await promisify(execFile)('vitest', ['list', '--json', '--no-static-parse'], { cwd: FOLDER });
  // A warning of a module that is loaded may stand before it.
  const listed = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as readonly { name: string; file: string }[];
  return listed.flatMap(({ name, file }) => {
    const [fault = '', ...rest] = name.split(' > ');
    return rest.length === 0 ? [] : [{ fault, name: rest.join(' > '), file: basename(file) }];
  });
}

/** The table of the README. */
export function faultTable(tests: readonly CollectedTest[]): string {
  const rows = Object.entries(FAULT_ROWS).map(([fault, promise]) => {
    const own = tests.filter((test) => test.fault === fault);
    // Vitest lists the files in an order of its own, which changes from run to run.
    const files = [...new Set(own.map(({ file }) => file))].toSorted();
    const cells = files.map((file) => {
      const names = own.filter((test) => test.file === file).map(({ name }) => name);
      return `[${file}](src/${file}): ${names.join('; ')}`;
    });
    return [fault, promise, cells.join('<br>')].map(escapeCell).join(' | ');
  });
  return ['| fault | promise | tests |', '|---|---|---|', ...rows.map((row) => `| ${row} |`)].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('__', String.raw`\_\_`);
}
