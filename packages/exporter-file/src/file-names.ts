// SPDX-License-Identifier: Apache-2.0
import { invalidOption } from '@logferry/core';
import { join, parse, resolve } from 'node:path';

/** Digits of a sequence at least, so that names sort in order up to a million rotations. */
const SEQUENCE_DIGITS = 6;

/** Why a file was rotated; stands in its name where the pattern asks for it. */
export type RotationReason = 'size' | 'time' | 'request' | 'signal' | 'fault';

const REASONS: readonly RotationReason[] = ['size', 'time', 'request', 'signal', 'fault'];

/** What compression adds to a name. */
export type CompressedSuffix = '.gz' | '.zst';

/** What the name of a rotated file is made of. */
export interface RotatedNameParts {
  readonly sequence: number;
  readonly reason: RotationReason;
  /** Local time of the last write, such as `2026-11-22T14:05:09.123`. */
  readonly localTime: string;
}

/** What the name of a rotated file tells. */
export interface RotatedName {
  readonly sequence: number;
  /** Undefined for a file as it was written. */
  readonly compressed: CompressedSuffix | undefined;
}

/** Stands behind the name of a file that is being made, until it is whole. */
const TEMPORARY_SUFFIX = '.tmp';

const TOKENS: Readonly<Record<string, string>> = {
  '{sequence}': String.raw`(?<sequence>\d{6,15})`,
  '{reason}': `(?:${REASONS.join('|')})`,
  '{date}': String.raw`\d{4}-\d{2}-\d{2}`,
  '{time}': String.raw`\d{2}-\d{2}-\d{2}`,
};

/**
 * The names of one exporter's files: `orders.jsonl` is the current one, `orders.000001.jsonl` and up are the rotated ones,
 * oldest first; a pattern may put date, time and reason beside the sequence. Only a name that `parse` knows is ever
 * renamed over, counted or deleted.
 */
export class FileNames {
  readonly directory: string;
  /** The name of the current file inside the directory. */
  readonly current: string;
  readonly #stem: string;
  readonly #extension: string;
  readonly #pattern: string;
  readonly #middle: RegExp;

  /**
   * @param path the current file; a relative path is taken from the working directory of now.
   * @param pattern what stands between stem and extension in the name of a rotated file.
   */
  constructor(path: string, pattern: string = '{sequence}') {
    const parts = parse(resolve(path));
    this.directory = parts.dir;
    this.current = parts.base;
    this.#stem = parts.name;
    this.#extension = parts.ext;
    this.#pattern = pattern;
    this.#middle = new RegExp(`^${pattern.replaceAll(/\{[a-z]+\}/g, (token) => TOKENS[token]!)}$`);
  }

  get currentPath(): string {
    return join(this.directory, this.current);
  }

  /** The name of a rotated file. */
  rotated({ sequence, reason, localTime }: RotatedNameParts): string {
    const middle = this.#pattern
      .replace('{sequence}', digitsOf(sequence))
      .replace('{reason}', reason)
      .replace('{date}', localTime.slice(0, 10))
      .replace('{time}', localTime.slice(11, 19).replaceAll(':', '-'));
    return `${this.#stem}.${middle}${this.#extension}`;
  }

  /** What a name tells; undefined when it is not one of a rotated file of this exporter. */
  parse(name: string): RotatedName | undefined {
    const compressed = (['.gz', '.zst'] as const).find((suffix) => name.endsWith(suffix));
    const plain = compressed === undefined ? name : name.slice(0, -compressed.length);
    const prefix = `${this.#stem}.`;
    if (!plain.startsWith(prefix) || !plain.endsWith(this.#extension)) return undefined;
    const digits = this.#middle.exec(plain.slice(prefix.length, plain.length - this.#extension.length))?.groups?.[
      'sequence'
    ];
    if (digits === undefined) return undefined;
    const sequence = Number(digits);
    return sequence > 0 && digitsOf(sequence) === digits ? { sequence, compressed } : undefined;
  }

  /** Whether a name is one of an unfinished file: it would be a rotated file's, once it is whole. */
  isTemporary(name: string): boolean {
    return name.endsWith(TEMPORARY_SUFFIX) && this.parse(name.slice(0, -TEMPORARY_SUFFIX.length)) !== undefined;
  }
}

function digitsOf(sequence: number): string {
  return String(sequence).padStart(SEQUENCE_DIGITS, '0');
}

/** Whether the name of a current file looks like a rotated file of another exporter, whose retention would delete it. */
export function looksRotated(path: string): boolean {
  return /\.[\w-]*(?<!\d)\d{6,15}(?!\d)[\w-]*$/.test(parse(path).name);
}

/**
 * Checks the pattern of rotated names: `{sequence}` once, `{reason}`, `{date}`, `{time}` at most once, and letters,
 * hyphens and underscores between them. Digits and dots are left to the tokens, so that a name can be read back.
 * @throws LogferryError `INVALID_OPTION`
 */
export function rotatedNameOption(pattern: unknown): string {
  if (pattern === undefined) return '{sequence}';
  const wanted = "made of '{sequence}', '{reason}', '{date}', '{time}', letters, '-' and '_', with '{sequence}' once";
  if (typeof pattern !== 'string') throw invalidOption('rotatedName', pattern, wanted);
  const tokens: readonly string[] = pattern.match(/\{[a-z]*\}/g) ?? [];
  const rest = pattern.replaceAll(/\{(?:sequence|reason|date|time)\}/g, '');
  const isValid = /^[A-Za-z_-]*$/.test(rest) && new Set(tokens).size === tokens.length && tokens.includes('{sequence}');
  // Two tokens of digits side by side could not be told apart.
  if (!isValid || /\}\{/.test(pattern)) throw invalidOption('rotatedName', pattern, `${wanted}, none beside another`);
  return pattern;
}
