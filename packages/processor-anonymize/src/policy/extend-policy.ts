// SPDX-License-Identifier: Apache-2.0
import { DEFAULT_SENSITIVE_WORDS } from '../sensitive-words.ts';
import type { AnonymizationPolicy, PolicyChanges } from './policy.ts';

/** A policy with changes. Without a new name it is called `<name>-extended`. */
export function extendPolicy(base: AnonymizationPolicy, changes: PolicyChanges): AnonymizationPolicy {
  const policy = {
    ...base,
    name: changes.name ?? `${base.name}-extended`,
    version: changes.version ?? base.version,
    description: changes.description ?? base.description,
    limits: changes.limits ?? base.limits,
    entities: withChanges(base.entities, changes.entities),
    words: withChanges(base.words ?? DEFAULT_SENSITIVE_WORDS, changes.words),
    paths: [...(changes.paths ?? []), ...(base.paths ?? [])],
    detectors: [...(base.detectors ?? []), ...(changes.detectors ?? [])],
    ipRanges: { ...base.ipRanges, ...changes.ipRanges },
  };
  const allow = changes.allow ?? base.allow;
  return allow === undefined ? policy : { ...policy, allow };
}

function withChanges<T>(
  base: Readonly<Record<string, T>>,
  changes: Readonly<Record<string, T | false>> | undefined,
): Record<string, T> {
  const result = new Map<string, T>(Object.entries(base));
  for (const [name, change] of Object.entries(changes ?? {})) {
    if (change === false) result.delete(name);
    else result.set(name, change);
  }
  return Object.fromEntries(result);
}
