// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

import type { AnonymizationPolicy } from './policy.ts';

/**
 * 16 hexadecimal digits that change with whatever changes what a policy does: not with its name, texts and reasons, nor
 * with the order in which entities and words are written. A function counts by its source text.
 */
export function policyHash(policy: AnonymizationPolicy): string {
  const { entities, words, paths, allow, ipRanges, detectors } = policy;
  const effective = {
    entities: Object.fromEntries(Object.entries(entities).map(([name, { operator }]) => [name, operator])),
    words,
    paths: paths?.map(({ path, operator, on }) => ({ path, operator, on })),
    allow,
    ipRanges,
    detectors,
  };
  return createHash('sha256').update(canonicalJson(effective)).digest('hex').slice(0, 16);
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value instanceof RegExp || typeof value === 'function') return JSON.stringify(String(value));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined && !isEmpty(member));
    entries.sort(([first], [second]) => (first < second ? -1 : 1));
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** An empty list is as none. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof RegExp) && Object.keys(value).length === 0;
}
