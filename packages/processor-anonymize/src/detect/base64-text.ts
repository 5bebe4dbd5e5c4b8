// SPDX-License-Identifier: Apache-2.0

/** Base64 that holds a text, told from words, hashes and images before much of it is decoded. */
import { isBase64Unit } from './characters.ts';

/** Less holds no value that a detector would find. */
const LEAST_BASE64_UNITS = 12;

/** Shorter runs must begin like a text: the names of classes and files are such runs. */
const LONG_UNITS = 256;

/** Behind the base64 that begins at `start`, with its padding. */
export function base64End(text: string, start: number): number {
  let end = start;
  while (end < text.length && isBase64Unit(text.charCodeAt(end))) end += 1;
  for (let padding = 0; padding < 2 && text[end] === '='; padding += 1) end += 1;
  return end;
}

/** The text that base64 holds, or undefined when it holds none. */
export function decodeBase64Text(text: string, start: number, end: number): string | undefined {
  if (end - start < LEAST_BASE64_UNITS) return undefined;
  const sample = text.slice(start, Math.min(end, start + 64));
  // Texts make both cases; words of one case, numbers and hexadecimal hashes are left out.
  if (!/[a-z]/.test(sample) || !/[A-Z]/.test(sample)) return undefined;
  const isShort = end - start < LONG_UNITS;
  if (isShort && !beginsLikeText(text, start)) return undefined;
  const bytes = Buffer.from(text.slice(start, end), 'base64');
  if (isShort && !isText(bytes.subarray(0, bytes.length - (bytes.length % 3 === 0 ? 0 : 1)))) return undefined;
  return looksUtf16(bytes) ? bytes.toString('utf16le') : bytes.toString('utf8');
}

/** The value of a unit in both alphabets; 0xff is none. */
const VALUES: Uint8Array = new Uint8Array(128).fill(0xff);
for (const alphabet of ['+/', '-_']) {
  const units = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${alphabet}`;
  for (let value = 0; value < 64; value += 1) VALUES[units.charCodeAt(value)] = value;
}

/** Whether the first nine bytes can be those of a text in UTF-8 or UTF-16: of most words they can't. */
function beginsLikeText(text: string, start: number): boolean {
  for (let at = start; at < start + 12; at += 4) {
    const value = (index: number): number => VALUES[text.charCodeAt(at + index) & 0x7f] ?? 0xff;
    const bits = (value(0) << 18) | (value(1) << 12) | (value(2) << 6) | value(3);
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (bits >> shift) & 0xff;
      if (byte < 0x20 && byte !== 0 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
      if (byte === 0x7f || byte === 0xc0 || byte === 0xc1 || byte > 0xf4) return false;
    }
  }
  return true;
}

/** No control characters but those of texts, and nothing that UTF-8 never has. The last character may be cut. */
function isText(bytes: Buffer): boolean {
  let following = 0;
  for (const byte of bytes) {
    if (following > 0) {
      if (byte < 0x80 || byte > 0xbf) return false;
      following -= 1;
    } else if (byte < 0x20 ? byte !== 0x09 && byte !== 0x0a && byte !== 0x0d : byte === 0x7f) {
      return false;
    } else if (byte >= 0x80) {
      if (byte < 0xc2 || byte > 0xf4) return false;
      following = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    }
  }
  return true;
}

/** ASCII in UTF-16: every second byte is zero. */
function looksUtf16(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes[1] === 0 && bytes[3] === 0 && bytes[5] === 0 && bytes[0] !== 0;
}
