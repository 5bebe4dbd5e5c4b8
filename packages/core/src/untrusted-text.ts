// SPDX-License-Identifier: Apache-2.0

const DEFAULT_MAX_LENGTH = 256;

// C0 and C1 controls, DEL, line and paragraph separators, bidirectional controls, zero-width marks and the BOM.
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text of a peer (a server's error message) made safe for a log line: cut to `maxLength` UTF-16 units, with control and
 * bidirectional characters escaped as `\u{hex}` (CWE-117, CWE-150).
 */
export function sanitizeUntrustedText(text: string, maxLength: number = DEFAULT_MAX_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength).toWellFormed()}…` : text;
  return cut.replace(UNSAFE, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
