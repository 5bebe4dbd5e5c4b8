// SPDX-License-Identifier: Apache-2.0

/**
 * The checksum in tokens of GitHub (`ghp_`, `gho_`, `ghu_`, `ghs_`, `ghr_`) and npm (`npm_`): behind the prefix stand 30
 * random characters and the CRC-32 of these, in base 62 and filled with zeros to six. Sources: what GitHub wrote of the
 * formats in 2021, and tokens that were published once they were revoked.
 */
import { crc32 } from 'node:zlib';

const CHECKSUM_UNITS = 6;

/** What follows the prefix today. */
const BODY_UNITS = 36;

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const PREFIXES: ReadonlySet<string> = new Set(['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'npm_']);

/** Whether a token has the checksum of its vendor, with something behind it or not. False where the vendor has none. */
export function hasTokenChecksum(prefix: string, body: string): boolean {
  if (!PREFIXES.has(prefix) || body.length < BODY_UNITS) return false;
  // GitHub reserves up to 255 units.
  return isChecked(body.slice(0, BODY_UNITS)) || isChecked(body);
}

function isChecked(body: string): boolean {
  const end = body.length - CHECKSUM_UNITS;
  return base62(crc32(body.slice(0, end))) === body.slice(end);
}

function base62(value: number): string {
  let rest = value;
  let text = '';
  for (let count = 0; count < CHECKSUM_UNITS; count += 1) {
    text = DIGITS.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
