// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of one test, deleted after it. */
export class LogDirectory {
  readonly path: string;

  constructor() {
    this.path = realpathSync(mkdtempSync(join(tmpdir(), 'logferry-file-')));
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** The path of a name in the directory. */
  at(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  /** The names in the directory, sorted. */
  names(): string[] {
    return readdirSync(this.path).toSorted();
  }

  /** Every file with its content, by name. */
  contents(): Record<string, string> {
    return Object.fromEntries(this.names().map((name) => [name, this.read(name)]));
  }

  read(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  /** The contents of the rotated files, oldest first, and of the current one. */
  inOrder(current: string): string[] {
    const rotated = this.names().filter((name) => name !== current);
    return [...rotated, current].map((name) => this.read(name));
  }
}
