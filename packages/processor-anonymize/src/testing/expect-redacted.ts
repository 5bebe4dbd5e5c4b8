// SPDX-License-Identifier: Apache-2.0
import { AssertionError } from 'node:assert';

import { ItemList, Marker, NamedValues, normalizeValue } from '@logferry/core';

import { Anonymizer } from '../anonymizer.ts';
import type { AnonymizationPolicy } from '../policy/policy.ts';
import type { PresetName } from '../presets/presets.ts';

/** Options of `expectRedacted`. */
export interface ExpectRedactedOptions {
  /** Texts that must not stand anywhere, as they are or within another text. */
  readonly without?: readonly string[];
  /** A policy that must find nothing more. Default: `default`. */
  readonly policy?: PresetName | AnonymizationPolicy;
}

/** Arrays and maps inside each other. */
const MAX_DEPTH = 64;

/**
 * Asserts that a record, a list of records, or any value holds none of the given texts, in keys, texts, numbers and bytes at
 * any depth, and nothing that the policy would redact. For every test framework: it throws an AssertionError, which names
 * the places and the entities, and no value.
 */
export function expectRedacted(received: unknown, options: ExpectRedactedOptions = {}): void {
  const places: string[] = [];
  findTexts(received, '$', options.without ?? [], places, []);
  const { entities } = new Anonymizer({ policy: options.policy ?? 'default', environment: {} }).explain(received);
  const problems = [
    ...places.map((place) => `a text that must not be there is at ${place}`),
    ...Object.entries(entities).map(([entity, count]) => `the policy still finds ${entity}, ${count} times`),
  ];
  if (problems.length === 0) return;
  throw new AssertionError({ message: `it is not redacted: ${problems.join('; ')}`, stackStartFn: expectRedacted });
}

function findTexts(
  value: unknown,
  path: string,
  texts: readonly string[],
  places: string[],
  around: readonly object[],
): void {
  const has = (text: string): boolean => texts.some((searched) => searched !== '' && text.includes(searched));
  if (typeof value === 'object' && value !== null && (around.includes(value) || around.length > MAX_DEPTH)) return;
  const inner = typeof value === 'object' && value !== null ? [...around, value] : around;
  const form = normalizeValue(value);
  if (form instanceof ItemList) {
    for (const [index, item] of form.items.entries()) findTexts(item, `${path}[${index}]`, texts, places, inner);
  } else if (form instanceof NamedValues) {
    for (const [index, name] of form.names.entries()) {
      if (has(name)) places.push(`a key of ${path}`);
      // A key that holds what is searched must not be in the message either.
      findTexts(form.values[index], has(name) ? `${path}.*` : `${path}.${name}`, texts, places, inner);
    }
  } else if (form instanceof Uint8Array) {
    if (has(Buffer.from(form).toString('utf8'))) places.push(path);
  } else if (has(form instanceof Marker ? form.text : String(form))) {
    places.push(path);
  }
}
