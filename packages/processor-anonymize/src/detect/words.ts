// SPDX-License-Identifier: Apache-2.0

/**
 * The words of a key or a short text, in lower case: `http.request.apiKey` and `API_KEY` both hold `api`, `key`. A digit
 * belongs to the word before it.
 */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  // Each alternative begins with another character, and each quantifier runs over what the next part can't begin with.
  for (const [word] of text.matchAll(/\p{Lu}+(?!\p{Ll})[\p{N}]*|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+\p{N}*|\p{N}+/gu)) {
    words.push(word.toLowerCase());
  }
  return words;
}
