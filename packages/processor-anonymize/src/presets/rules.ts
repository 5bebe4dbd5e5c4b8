// SPDX-License-Identifier: Apache-2.0
import type { EntityRule } from '../policy/policy.ts';

/** A rule that leaves the label of the entity. */
export function redact(reason: string): EntityRule {
  return { operator: { kind: 'redact' }, reason };
}
