// SPDX-License-Identifier: Apache-2.0

function units(text: string): string[] {
  return text.split('');
}

/** Ways in which a value stands in a text. */
export const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  sentence: (text) => `user said ${text} and left`,
  quoted: (text) => `value "${text}" seen`,
  'json string': (text) => JSON.stringify({ note: `x ${text} y` }),
  'json in json': (text) => JSON.stringify({ inner: JSON.stringify({ note: text }) }),
  'cut json': (text) => JSON.stringify({ a: text, b: 1 }).slice(0, -4),
  percent: (text) => `q?v=${encodeURIComponent(text)}`,
  'all percent': (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'twice percent': (text) => encodeURIComponent(encodeURIComponent(`x ${text}`)),
  'unicode escapes': (text) =>
    units(text)
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  'hex escapes': (text) =>
    units(text)
      .map((unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`)
      .join(''),
  references: (text) =>
    units(text)
      .map((unit) => `&#${unit.charCodeAt(0)};`)
      .join(''),
  base64: (text) => Buffer.from(`note: ${text}`).toString('base64'),
  base64url: (text) => Buffer.from(`note: ${text}`).toString('base64url'),
  'base64 of JSON in text': (text) => `payload=${Buffer.from(JSON.stringify({ v: text })).toString('base64')} end`,
  fullwidth: (text) => text.replaceAll(/[!-~]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) + 0xfee0)),
  'zero width': (text) => units(text).join('\u200b'),
  colours: (text) => `\u001B[31m${text}\u001B[0m`,
  'control characters': (text) => units(text).join('\u0000'),
  'combining marks': (text) => units(text).join('\u0301'),
};
