// SPDX-License-Identifier: Apache-2.0

/** Where to cut a text so that it is at most `maxLength` UTF-16 units long and no surrogate pair is cut in half. */
export function cutPosition(text: string, maxLength: number): number {
  if (text.length <= maxLength) return text.length;
  if (maxLength <= 0) return 0;
  const first = text.charCodeAt(maxLength - 1);
  const second = text.charCodeAt(maxLength);
  const isPair = first >= 0xd800 && first < 0xdc00 && second >= 0xdc00 && second < 0xe000;
  return isPair ? maxLength - 1 : maxLength;
}
