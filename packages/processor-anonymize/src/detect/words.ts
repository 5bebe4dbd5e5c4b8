// SPDX-License-Identifier: Apache-2.0

/** Our own labels, such as `[PHONE]`. */
export const LABELS: RegExp = /\[[A-Z][A-Z\d_:]{0,40}\]/g;
/** The most units that a label has. */
export const LABEL_UNITS = 43;

/**
 * The words of a key or a short text, in lower case: `http.request.apiKey` and `API_KEY` both hold `api`, `key`. A digit
 * belongs to the word before it. Our own labels say nothing: `[US_SSN]` as a key names no secret, and `[PHONE]` announces no
 * number, or a second pass would find more than the first.
 */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  const plain = text.includes('[') ? text.replaceAll(LABELS, ' ') : text;
  // Each alternative begins with another character, and each quantifier runs over what the next part can't begin with.
  for (const [word] of plain.matchAll(/\p{Lu}+(?!\p{Ll})[\p{N}]*|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+\p{N}*|\p{N}+/gu)) {
    words.push(word.toLowerCase());
  }
  return words;
}
