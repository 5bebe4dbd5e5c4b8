// SPDX-License-Identifier: Apache-2.0
import { join, parse, resolve } from 'node:path';

/** Digits of a sequence at least, so that names sort in order up to a million rotations. */
const SEQUENCE_DIGITS = 6;

/**
 * The names of one exporter's files: `orders.jsonl` is the current one, `orders.000001.jsonl` and up are the rotated ones,
 * oldest first. Only a name that `sequenceOf` knows is ever renamed over, counted or deleted.
 */
export class FileNames {
  readonly directory: string;
  /** The name of the current file inside the directory. */
  readonly current: string;
  readonly #stem: string;
  readonly #extension: string;

  /** @param path the current file; a relative path is taken from the working directory of now. */
  constructor(path: string) {
    const parts = parse(resolve(path));
    this.directory = parts.dir;
    this.current = parts.base;
    this.#stem = parts.name;
    this.#extension = parts.ext;
  }

  get currentPath(): string {
    return join(this.directory, this.current);
  }

  /** The name of the rotated file with this sequence. */
  rotated(sequence: number): string {
    return `${this.#stem}.${String(sequence).padStart(SEQUENCE_DIGITS, '0')}${this.#extension}`;
  }

  /** The sequence in the name of a rotated file; undefined when `rotated` never makes this name. */
  sequenceOf(name: string): number | undefined {
    const prefix = `${this.#stem}.`;
    if (!name.startsWith(prefix) || !name.endsWith(this.#extension)) return undefined;
    const digits = name.slice(prefix.length, name.length - this.#extension.length);
    if (!/^\d{6,15}$/.test(digits)) return undefined;
    const sequence = Number(digits);
    return sequence > 0 && this.rotated(sequence) === name ? sequence : undefined;
  }
}

/** Whether the name of a current file looks like a rotated file of another exporter, whose retention would delete it. */
export function looksRotated(path: string): boolean {
  return /\.\d{6,15}$/.test(parse(path).name);
}
