// SPDX-License-Identifier: Apache-2.0

/** Base64 that holds a text, told from words, hashes and images before much of it is decoded. */
import { isBase64Unit } from './characters.ts';
import * as words from './words-and-gaps.ts';

const { block, bytes, isInBlock } = words;

/** Less holds no value that a detector would find. */
const LEAST_BASE64_UNITS = 12;

/** Shorter pieces must be a text as a whole: the names of classes and files are such pieces. */
const LONG_UNITS = 256;

/** Places in one piece of base64 where a text can begin: a path may stand before it. */
const MAX_STARTS = 4;

/** Behind base64 that goes on at a position, with its padding. */
export function base64End(text: string, from: number): number {
  const { length } = text;
  let end = from;
  while (end < length && isBase64Unit(text.charCodeAt(end))) end += 1;
  for (let padding = 0; padding < 2 && end < length && text.charCodeAt(end) === 0x3d; padding += 1) end += 1;
  return end;
}

/** Where base64 of a text may begin, from a place on; -1 when it begins nowhere behind. @param first where the piece begins. */
export function nextTextStart(text: string, first: number, from: number, end: number): number {
  let starts = 0;
  for (let at = first; at <= end - LEAST_BASE64_UNITS && starts < MAX_STARTS; at += 1) {
    if (at > first && text.charCodeAt(at - 1) !== 0x2f) continue;
    starts += 1;
    if (at >= from && holdsText(text, at, end)) return at;
  }
  return -1;
}

/** Whether base64 of a text may begin anywhere in a piece of the scanned text. */
export function mayHoldText(text: string, start: number, end: number): boolean {
  if (!isInBlock(start, end)) return nextTextStart(text, start, start, end) >= 0;
  const { from } = block;
  let starts = 0;
  for (let at = start; at <= end - LEAST_BASE64_UNITS && starts < MAX_STARTS; at += 1) {
    if (at > start && bytes[at - 1 - from] !== 0x2f) continue;
    starts += 1;
    if (holdsText(text, at, end)) return true;
  }
  return false;
}

/** Units of base64 at the beginning that are decoded to see whether it can be a text; no multiple of four is shorter. */
const SHOWN_UNITS = 12;

/** Whether a piece of at least twelve units of the block, with nothing before that belongs to it, can begin a text. */
export function mayBeginText(start: number, end: number): boolean {
  if (end - start >= LONG_UNITS) return true;
  let following = 0;
  for (let at = start; at < start + SHOWN_UNITS && following >= 0; at += 4) {
    const bits =
      (VALUES[bytes[at]!]! << 18) |
      (VALUES[bytes[at + 1]!]! << 12) |
      (VALUES[bytes[at + 2]!]! << 6) |
      VALUES[bytes[at + 3]!]!;
    following = followingAfter(followingAfter(followingAfter(following, bits >> 16), (bits >> 8) & 0xff), bits & 0xff);
  }
  return following >= 0;
}

/** Where base64 that goes on before a position begins; it is not looked for before `least`. */
export function base64Start(text: string, least: number, position: number): number {
  const { from } = block;
  let start = position;
  const inBlock = Math.max(least, from);
  while (start > inBlock && BASE64_BYTES[bytes[start - 1 - from]!] === 1) start -= 1;
  if (start > from) return start;
  while (start > least && isBase64Unit(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

const BASE64_BYTES: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && isBase64Unit(byte) ? 1 : 0,
);

/** The text that base64 holds where `nextTextStart` is. */
export function decodeBase64Text(text: string, start: number, end: number): string {
  const decoded = Buffer.from(text.slice(start, end), 'base64');
  return looksUtf16(decoded) ? decoded.toString('utf16le') : decoded.toString('utf8');
}

/** The value of a unit in both alphabets; 0xff is none. */
const VALUES: Uint8Array = new Uint8Array(128).fill(0xff);
for (const alphabet of ['+/', '-_']) {
  const units = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${alphabet}`;
  for (let value = 0; value < 64; value += 1) VALUES[units.charCodeAt(value)] = value;
}

/** Whether what is decoded can be a text: of a short piece all of it is looked at, of most words the first bytes tell. */
function holdsText(text: string, start: number, end: number): boolean {
  return (end - start >= LONG_UNITS || isUtf8(text, start, end)) && hasBothCases(text, start, end);
}

/** Texts make letters of both cases; words of one case, numbers and hexadecimal hashes are left out. */
function hasBothCases(text: string, start: number, end: number): boolean {
  let seen = 0;
  for (let at = start; at < end && at < start + 64 && seen !== 3; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x61 && unit <= 0x7a) seen |= 1;
    else if (unit >= 0x41 && unit <= 0x5a) seen |= 2;
  }
  return seen === 3;
}

/** No control characters but those of texts, and nothing that UTF-8 never has. The last character may be cut. */
function isUtf8(text: string, start: number, end: number): boolean {
  let last = end;
  while (text.charCodeAt(last - 1) === 0x3d) last -= 1;
  let following = 0;
  let at = start;
  for (; at + 4 <= last; at += 4) {
    const bits =
      (VALUES[text.charCodeAt(at)]! << 18) |
      (VALUES[text.charCodeAt(at + 1)]! << 12) |
      (VALUES[text.charCodeAt(at + 2)]! << 6) |
      VALUES[text.charCodeAt(at + 3)]!;
    following = followingAfter(followingAfter(followingAfter(following, bits >> 16), (bits >> 8) & 0xff), bits & 0xff);
    if (following < 0) return false;
  }
  // Three characters more make two bytes, of which the last may be cut; two make one.
  if (last - at < 3) return true;
  return followingAfter(following, (VALUES[text.charCodeAt(at)]! << 2) | (VALUES[text.charCodeAt(at + 1)]! >> 4)) >= 0;
}

/** How many bytes of a character must follow a byte; -1 behind what is no text. @param following how many must before it. */
function followingAfter(following: number, byte: number): number {
  if (following > 0) return byte < 0x80 || byte > 0xbf ? -1 : following - 1;
  if (following < 0) return -1;
  if (byte < 0x80)
    return byte >= 0x20 ? (byte === 0x7f ? -1 : 0) : byte === 0x09 || byte === 0x0a || byte === 0x0d ? 0 : -1;
  return byte < 0xc2 || byte > 0xf4 ? -1 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
}

/** ASCII in UTF-16: every second byte is zero. */
function looksUtf16(decoded: Buffer): boolean {
  return decoded.length >= 8 && decoded[1] === 0 && decoded[3] === 0 && decoded[5] === 0 && decoded[0] !== 0;
}
