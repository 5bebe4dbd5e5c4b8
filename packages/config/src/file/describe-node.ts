// SPDX-License-Identifier: Apache-2.0
import { sanitizeUntrustedText } from '@logferry/core';

import type { ScalarValue } from './core-schema.ts';
import type { SourceNode } from './source-node.ts';

const SHOWN_LENGTH = 60;

/** What was found, in words. A text is quoted only where it is neither a secret nor comes from a variable. */
export function describeNode(node: SourceNode, isSecret: boolean): string {
  switch (node.kind) {
    case 'mapping':
      return node.entries.size === 0 ? 'an empty mapping' : 'a mapping';
    case 'sequence':
      return node.items.length === 0 ? 'an empty list' : 'a list';
    case 'unreadable':
      return 'what can not be read';
    default: {
      if (node.variables.length > 0)
        return `${kindOf(node.value)} from ${node.variables.map((name) => `\${${name}}`).join(' and ')}`;
      return isSecret ? kindOf(node.value) : quoted(node.value);
    }
  }
}

function quoted(value: ScalarValue): string {
  if (value === null) return 'nothing';
  if (typeof value !== 'string') return String(value);
  // No surrogate is cut in half, and nothing in it can command a terminal.
  return sanitizeUntrustedText(JSON.stringify(value), SHOWN_LENGTH);
}

function kindOf(value: ScalarValue): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'true or false';
  return Number.isInteger(value) ? 'a whole number' : 'a number';
}
