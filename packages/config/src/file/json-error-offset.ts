// SPDX-License-Identifier: Apache-2.0

const SPACE = /[ \t\r\n]*/y;
// oxlint-disable-next-line no-control-regex -- texts of JSON may not have them
const KEY = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})[^"\\\u0000-\u001f]*)*"/y;
const SCALAR = new RegExp(String.raw`${KEY.source}|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null`, 'y');

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ', or end';

/**
 * Where a text stops being JSON (RFC 8259), in UTF-16 units; its length where it ends too early. Undefined: it is JSON.
 *
 * `JSON.parse` tells a position only in some of its messages, and they differ between the versions of Node.js.
 */
export function jsonErrorOffset(text: string): number | undefined {
  const open: ('[' | '{')[] = [];
  let expected: Expected = 'value';
  let offset = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset;
    if (!pattern.test(text)) return false;
    offset = pattern.lastIndex;
    return true;
  };
  for (;;) {
    take(SPACE);
    const character = text[offset];
    if (expected === ', or end') {
      const within = open.at(-1);
      if (within === undefined) return offset === text.length ? undefined : offset;
      if (character === ',') expected = within === '{' ? 'key' : 'value';
      else if (character === (within === '{' ? '}' : ']')) open.pop();
      else return offset;
      offset += 1;
    } else if ((expected === 'key or }' && character === '}') || (expected === 'value or ]' && character === ']')) {
      open.pop();
      expected = ', or end';
      offset += 1;
    } else if (expected === 'key' || expected === 'key or }') {
      if (!take(KEY)) return offset;
      take(SPACE);
      if (text[offset] !== ':') return offset;
      offset += 1;
      expected = 'value';
    } else if (character === '[' || character === '{') {
      open.push(character);
      expected = character === '[' ? 'value or ]' : 'key or }';
      offset += 1;
    } else {
      if (!take(SCALAR)) return offset;
      expected = ', or end';
    }
  }
}
