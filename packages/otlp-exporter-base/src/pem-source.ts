// SPDX-License-Identifier: Apache-2.0
import { invalidOption, LogferryError } from '@logferry/core';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** PEM text, or the file that holds it; `name` is the option or variable that it comes from. */
export type PemSource =
  | { readonly kind: 'text'; readonly name: string; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly path: string };

/** The text of a source. @throws LogferryError `UNUSABLE_FILE`. */
export function readPem(source: PemSource): string {
  if (source.kind === 'text') return source.text;
  try {
    return readFileSync(source.path, 'utf8');
  } catch (error) {
    throw unreadable(source, error);
  }
}

/** The text of a source as it is now, read without blocking. Rejects with a LogferryError `UNUSABLE_FILE`. */
export async function readPemAgain(source: PemSource): Promise<string> {
  if (source.kind === 'text') return source.text;
  try {
    return await readFile(source.path, 'utf8');
  } catch (error) {
    throw unreadable(source, error);
  }
}

/** An error about what a source holds, which it must not quote. */
export function unusable(source: PemSource, problem: string): LogferryError {
  return new LogferryError(
    source.kind === 'file' ? 'UNUSABLE_FILE' : 'INVALID_OPTION',
    `${sourceName(source)} ${problem}`,
  );
}

/** The option or variable, with the path of a file. */
export function sourceName(source: PemSource): string {
  return source.kind === 'file' ? `${source.name} (${source.path})` : source.name;
}

function unreadable(source: PemSource, error: unknown): LogferryError {
  return unusable(source, `can not be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
}

/** The source of a `x` / `xFile` pair of options, else the variable's file. */
export function pemSource(
  option: string,
  text: unknown,
  path: unknown,
  fromEnvironment: { readonly name: string; readonly value: string } | undefined,
): PemSource | undefined {
  if (text !== undefined && path !== undefined) {
    throw new LogferryError('INVALID_OPTION', `${option} and ${option}File can not both be given`);
  }
  if (text !== undefined) {
    if (typeof text !== 'string') throw invalidOption(option, text, 'PEM text');
    return { kind: 'text', name: option, text };
  }
  if (path !== undefined) {
    if (typeof path !== 'string' || path === '') throw invalidOption(`${option}File`, path, 'a path');
    return { kind: 'file', name: `${option}File`, path };
  }
  return fromEnvironment && { kind: 'file', name: fromEnvironment.name, path: fromEnvironment.value };
}
