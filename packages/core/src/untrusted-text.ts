// SPDX-License-Identifier: Apache-2.0

const DEFAULT_MAX_LENGTH = 256;

// C0 and C1 controls and DEL, soft hyphen, line and paragraph separators, bidirectional controls, zero-width and other
// invisible format characters, the BOM, and the tag characters (U+E0000 to U+E007F) that hide text in text.
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

/**
 * Text with every character replaced that could break out of its line, command a terminal, reorder or hide text
 * (CWE-117, CWE-150). Use it for whatever an untrusted value brings into a line or text format.
 *
 * @param escape returns what stands for the character (two UTF-16 units for a tag character). Default: `\u{hex}`.
 */
export function escapeUnsafeCharacters(text: string, escape: (character: string) => string = codePointEscape): string {
  return text.replace(UNSAFE, escape);
}

/**
 * Text of a peer (a server's error message) made safe for a log line: cut to `maxLength` UTF-16 units, with unsafe
 * characters escaped as `\u{hex}`.
 */
export function sanitizeUntrustedText(text: string, maxLength: number = DEFAULT_MAX_LENGTH): string {
  return escapeUnsafeCharacters(text.length > maxLength ? `${text.slice(0, maxLength).toWellFormed()}…` : text);
}

function codePointEscape(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
