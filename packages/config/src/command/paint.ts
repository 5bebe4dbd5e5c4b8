// SPDX-License-Identifier: Apache-2.0
import { sanitizeUntrustedText } from '@logferry/core';

/** How text is written. */
export interface Paint {
  bad(text: string): string;
  good(text: string): string;
  doubtful(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

export function paintFor(hasColours: boolean): Paint {
  const style = (code: number, end: number) => (text: string) =>
    hasColours ? `\u001b[${code}m${text}\u001b[${end}m` : text;
  return {
    bad: style(31, 39),
    good: style(32, 39),
    doubtful: style(33, 39),
    faint: style(2, 22),
    strong: style(1, 22),
  };
}

/** Longer values are cut where they are shown. */
const SHOWN_LENGTH = 500;

/** A value of a configuration as a line shows it; an endpoint without what may be a secret in it. */
export function shown(content: unknown): string {
  if (content === Infinity) return 'unlimited';
  if (content instanceof RegExp) return sanitizeUntrustedText(String(content), SHOWN_LENGTH);
  if (typeof content === 'function') return 'a function';
  if (typeof content === 'string') return sanitizeUntrustedText(withoutCredentials(content), SHOWN_LENGTH);
  if (Array.isArray(content)) return `[${content.map(shown).join(', ')}]`;
  if (typeof content === 'object' && content !== null) return 'an object';
  return String(content);
}

/** A user, a password and the query of a URL may be secrets. */
function withoutCredentials(text: string): string {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text)) return text;
  return text.replace(/^([A-Za-z0-9+.-]*:\/\/)[^/?#]*@/, '$1…@').replace(/[?#].*$/, '?…');
}
