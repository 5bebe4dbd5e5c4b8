// SPDX-License-Identifier: Apache-2.0
import { escapeUnsafeCharacters } from '@logferry/core';

/** Printable ASCII; in a JSON string all of it but the quote and the backslash. Most texts are just that. */
const PRINTABLE = /^[ -~]*$/;
const PLAIN_IN_QUOTES = /^[ !#-[\]-~]*$/;

/**
 * Text for a line, without quotes: well-formed, and every character that could end the line, command the terminal or
 * hide text is written as a JSON escape (`\n`, `\u001b`).
 */
export function escapeText(text: string): string {
  if (PRINTABLE.test(text)) return text;
  return escapeUnsafeCharacters(text.toWellFormed(), jsonEscape);
}

/** Like `escapeText`, as a JSON string with its quotes. */
export function quoteText(text: string): string {
  if (PLAIN_IN_QUOTES.test(text)) return `"${text}"`;
  // JSON.stringify escapes quotes, backslashes and C0; what is left of the unsafe characters follows.
  return escapeUnsafeCharacters(JSON.stringify(text.toWellFormed()), jsonEscape);
}

function jsonEscape(character: string): string {
  if (character < ' ') return JSON.stringify(character).slice(1, -1);
  let escaped = '';
  for (let index = 0; index < character.length; index += 1) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
