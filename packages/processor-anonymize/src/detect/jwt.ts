// SPDX-License-Identifier: Apache-2.0

/** JSON web tokens (RFC 7515, RFC 7516): the header decodes, and names an algorithm. */
import { isBase64Unit } from './characters.ts';
import { note, type Scan } from './scan-input.ts';

const MAX_HEADER_UNITS = 1024;
/** `{"alg":` takes more. */
const LEAST_HEADER_UNITS = 12;

/** Looks at a token that begins with `ey` at `start` and whose header ends at `headerEnd`. @returns behind it, or -1. */
export function findJwt(scan: Scan, start: number, headerEnd: number): number {
  const { text } = scan;
  const header = headerEnd - start;
  if (header < LEAST_HEADER_UNITS) return -1;
  const isWhole = text[headerEnd] === '.';
  // A header that is cut at the end of the value is told by what is left of it.
  if (!isWhole && headerEnd < text.length) return -1;
  const json = Buffer.from(text.slice(start, Math.min(headerEnd, start + MAX_HEADER_UNITS)), 'base64url').toString(
    'latin1',
  );
  if (!/^\{\s{0,4}"/.test(json) || (isWhole && !json.includes('"alg"'))) return -1;
  let end = headerEnd;
  // However long it is: its tail must not stay. The scan goes on behind it, so that no unit is read twice.
  while (end < text.length && (text[end] === '.' || isBase64Unit(text.charCodeAt(end)))) end += 1;
  if (text[end - 1] === '.') end -= 1;
  note(scan, 'jwt', start, end);
  return end;
}
