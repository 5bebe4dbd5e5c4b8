// SPDX-License-Identifier: Apache-2.0

/** What one writes first: a pattern for each kind of value, joined to one alternation, and no validation behind it. */
const PATTERNS: readonly RegExp[] = [
  /[\w.%+-]+@[\w.-]+\.[A-Za-z]{2,}/,
  /\b(?:\d[ -]?){13,19}\b/,
  /\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?\b/,
  /\+\d{1,3}[ .-]?\(?\d{2,4}\)?(?:[ .-]?\d{2,4}){2,4}\b/,
  /\b(?:\d{1,3}\.){3}\d{1,3}\b/,
  /\b(?:[\da-f]{1,4}:){2,7}:?[\da-f]{1,4}\b/i,
  /\b(?:[\da-f]{2}[:-]){5}[\da-f]{2}\b/i,
  /\b\d{3}-\d{2}-\d{4}\b/,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/,
  /\b(?:Bearer|Basic) [\w.~+/=-]{8,}/i,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/,
  /\b(?:gh[opsur]_\w{36,}|AKIA[A-Z\d]{16}|xox[a-z]-[\w-]{10,}|sk_live_\w{16,})/,
  /\b(?:password|passwd|secret|token|api[_-]?key)["']?\s*[:=]\s*["']?[^\s"'&,;]+/i,
];

const ALTERNATION = new RegExp(PATTERNS.map(({ source }) => `(?:${source})`).join('|'), 'gi');

export function redactWithPatterns(text: string): string {
  return text.replace(ALTERNATION, '[REDACTED]');
}
