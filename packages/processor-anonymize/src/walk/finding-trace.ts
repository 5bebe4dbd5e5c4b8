// SPDX-License-Identifier: Apache-2.0

/** Where things were found, for whoever asks for more than counts. It holds keys as they were replaced, and no value. */
import { BUDGET_LABEL, DEPTH_LABEL } from '../entities.ts';
import type { Replacement } from './text-redaction.ts';

type Key = string | number;

/** One thing that was found. */
export interface TracedFinding {
  /** The part of the record. */
  readonly place: string;
  readonly path: string;
  readonly isKey: boolean;
  readonly entity: string;
  readonly operator: string;
  /** Of a part of a text. */
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** A value that is found in all of it. */
export interface WholeFinding {
  readonly place: string;
  readonly entity: string;
  readonly operator: string;
}

/** Findings of one value that are kept; a hostile value has many. */
const MAX_FINDINGS = 10_000;

export class FindingTrace {
  readonly findings: TracedFinding[] = [];
  readonly #keys: Key[] = [];

  /** @param key the name of a member as it is handed on, or the index of an item. */
  enter(key: Key): void {
    this.#keys.push(key);
  }

  leave(): void {
    this.#keys.pop();
  }

  whole({ place, entity, operator }: WholeFinding, isKey: boolean = false): void {
    this.#add({ place, path: formatPath(this.#keys), isKey, entity, operator, start: undefined, end: undefined });
  }

  /** Parts of the text at the current place. */
  parts(place: string, replacements: readonly Replacement[]): void {
    const path = formatPath(this.#keys);
    for (const { start, end, entity, operator } of replacements)
      this.#add({ place, path, isKey: false, entity: nameOf(entity), operator, start, end });
  }

  #add(finding: TracedFinding): void {
    if (this.findings.length < MAX_FINDINGS) this.findings.push(finding);
  }
}

function nameOf(entity: string): string {
  return entity === BUDGET_LABEL || entity === DEPTH_LABEL ? 'limit' : entity;
}

/** As rules name paths: `user.mail`, `list[0]["a b"]`. */
function formatPath(keys: readonly Key[]): string {
  let path = '';
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`;
    else if (/^[\w-]+(?:\.[\w-]+)*$/.test(key)) path += path === '' ? key : `.${key}`;
    else path += `[${JSON.stringify(key)}]`;
  }
  return path;
}
