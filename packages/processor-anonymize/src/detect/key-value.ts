// SPDX-License-Identifier: Apache-2.0

/**
 * Secrets that a text names: `password=…`, `"apiKey": "…"`, `--token …`, header lines. Anchored at the operator: the key
 * stands before it, the value behind it.
 */
import * as characters from './characters.ts';
import { isAlphanumeric, isInRun, isWordUnit, unitAt } from './characters.ts';
import * as words from './words-and-gaps.ts';
import { note, type Scan } from './scan-input.ts';

const { CLASSES } = characters;

const { block, byteRunBits, bytes, isInBlock } = words;

const MAX_KEY_UNITS = 64;

/** What keys consist of, by the bytes of a block. */
const KEY_BYTES: Uint8Array = byteRunBits.map((bits, byte) => (bits !== 0 || byte === 0x2e ? 1 : 0));

/** What is longer is a value: reading it to its end and leaving it would take time that grows with its square. */
const MAX_WORD_UNITS = 64;

/** The first word of a name of two. */
const MAX_PHRASE_UNITS = 16;

/** Between operator and value: spaces, and the `>` of an arrow. */
const MAX_GAP_UNITS = 4;

/** What prose says behind a key word with a colon, and what stands for no value. */
const NO_VALUES: ReadonlySet<string> = new Set(
  (
    'null none nil undefined nan true false redacted masked hidden removed required missing invalid incorrect wrong expired empty failed ' +
    'failure mismatch error ok is was are must should has have had can cannot could not no for and or the a an of in to from with does did ' +
    'accepted rejected refused denied unknown unset set changed reset updated created deleted revoked string number boolean object bearer basic ' +
    'digest negotiate'
  ).split(' '),
);

/** Header lines whose value goes on behind spaces. */
const LINE_KEYS = /^(?:proxy-?)?authorization$|^(?:set-?)?cookie2?$|^x-(?:api-key|auth-token)$/i;

/** What our own labels and tokens look like; they are left as they are. */
const LABEL = /^\[[A-Z][A-Z\d_:]*\]/;

/** Looks at an operator (`=` or `:`). @returns behind the value, or -1. */
export function findKeyValue(scan: Scan, operator: number): number {
  return isInBlock(Math.max(0, operator - KEY_SPAN_UNITS), operator) ? inBlock(scan, operator) : inText(scan, operator);
}

/** The key and what stands around it: spaces, quotes and a backslash behind it, and the unit before it. */
const KEY_SPAN_UNITS: number = MAX_KEY_UNITS + 8;

function inText(scan: Scan, operator: number): number {
  const { text } = scan;
  const keyEnd = keyEndBefore(text, operator);
  if (keyEnd <= 0) return -1;
  const least = Math.max(0, keyEnd - MAX_KEY_UNITS);
  let keyStart = keyEnd;
  while (keyStart > least && isKeyUnit(text.charCodeAt(keyStart - 1))) keyStart -= 1;
  if (keyStart === keyEnd || isTooShort(keyEnd - keyStart, text.charCodeAt(keyEnd - 1))) return -1;
  return named(scan, keyStart, keyEnd, operator, scan.keys.find(text, keyStart, keyEnd));
}

/** The same where the bytes of the block can be read, which hold all that is asked for. */
function inBlock(scan: Scan, operator: number): number {
  const { from } = block;
  let end = operator - from;
  const least = Math.max(0, end - 3);
  while (end > least && bytes[end - 1] === 0x20) end -= 1;
  let last = end > 0 ? bytes[end - 1]! : 0;
  if (KEY_BYTES[last] === 0) {
    if (last === 0x5d && end > 1 && isQuote(bytes[end - 2]!)) {
      end -= 1;
      last = bytes[end - 1]!;
    }
    if (isQuote(last) || last === 0x60) {
      end -= 1;
      last = end > 0 ? bytes[end - 1]! : 0;
    }
    if (last === 0x5c) end -= 1;
  }
  const most = Math.max(0, end - MAX_KEY_UNITS);
  let start = end;
  while (start > most && KEY_BYTES[bytes[start - 1]!] === 1) start -= 1;
  if (start === end || isTooShort(end - start, bytes[end - 1]!)) return -1;
  const entity = scan.keys.findInBlock(scan.text, start, end);
  if (entity === undefined) {
    const before = start > 0 ? bytes[start - 1]! : 0;
    // Most keys are neither the last word of a name nor a parameter.
    if (before !== 0x20 && before !== 0x3f && before !== 0x26) return -1;
    if (before === 0x20) {
      if (!canEndPhrase(end - start, bytes[end - 1]!)) return -1;
    } else if (!canBeQuerySecret(end - start, bytes[start]!)) {
      return -1;
    }
  }
  return named(scan, from + start, from + end, operator, entity);
}

/** `session id: …` is the one name whose last word is that short. */
function isTooShort(length: number, last: number): boolean {
  return length < 3 && (last | 0x20) !== 0x64;
}

/** @param known what the key names by itself. @returns behind the value, or -1. */
function named(scan: Scan, keyStart: number, keyEnd: number, operator: number, known: string | undefined): number {
  const { text } = scan;
  const entity = known ?? phraseEntity(scan, keyStart, keyEnd) ?? querySecret(text, keyStart, keyEnd);
  if (entity === undefined) return -1;
  const key = text.slice(keyStart, keyEnd);
  let start = operator + 1;
  if (text[start] === '>') start += 1;
  // A comparison, or the padding of base64 in which a name stands by chance.
  while (start < operator + 3 && text[start] === '=') start += 1;
  const most = start + MAX_GAP_UNITS;
  while (start < most && (text[start] === ' ' || text[start] === '\t')) start += 1;
  return findValue(scan, entity, start, text[operator] === ':', LINE_KEYS.test(key));
}

/** Looks at a flag of a command line, `--password value`, whose word ends at `end`. */
export function findFlag(scan: Scan, start: number, end: number): number {
  const { text } = scan;
  if (text[end] !== ' ') return -1;
  const entity = scan.keys.find(text, start, Math.min(end, start + MAX_KEY_UNITS));
  return entity === undefined || text[end + 1] === '-' ? -1 : findValue(scan, entity, end + 1, true, false);
}

/** Parameters that sign or open a URL (OpenTelemetry semantic conventions, `url.query`); elsewhere the words are common. */
const QUERY_SECRETS: ReadonlySet<string> = new Set(
  'awsaccesskeyid signature sig x-goog-signature x-amz-signature x-amz-credential x-amz-security-token key code auth pass'.split(
    ' ',
  ),
);

/** Whether a length and a first letter are those of one of them: most parameters have others, and no text is made of them. */
const CAN_BE_QUERY_SECRET = new Uint8Array(1024);
for (const name of QUERY_SECRETS) CAN_BE_QUERY_SECRET[name.length * 32 + (name.charCodeAt(0) & 31)] = 1;

function canBeQuerySecret(length: number, firstUnit: number): boolean {
  return length < 32 && CAN_BE_QUERY_SECRET[length * 32 + (firstUnit & 31)] === 1;
}

function querySecret(text: string, keyStart: number, keyEnd: number): string | undefined {
  const before = unitAt(text, keyStart - 1);
  if (before !== 0x3f && before !== 0x26) return undefined;
  return QUERY_SECRETS.has(text.slice(keyStart, keyEnd).toLowerCase()) ? 'secret' : undefined;
}

/** Last words of names that are written with a space, `API key: …`. */
const PHRASE_ENDS: ReadonlySet<string> = new Set(['key', 'id', 'number', 'card', 'string', 'code']);

/** Whether a length and a last letter are those of one of these words: most short keys have others. */
function canEndPhrase(length: number, lastUnit: number): boolean {
  const last = lastUnit | 0x20;
  switch (length) {
    case 2:
      return last === 0x64;
    case 3:
      return last === 0x79;
    case 4:
      return last === 0x64 || last === 0x65;
    case 6:
      return last === 0x72 || last === 0x67;
    default:
      return false;
  }
}

/** A name of two words: the one that ends at the operator, and the one before it. */
function phraseEntity({ text, keys }: Scan, keyStart: number, keyEnd: number): string | undefined {
  if (unitAt(text, keyStart - 1) !== 0x20 || !canEndPhrase(keyEnd - keyStart, text.charCodeAt(keyEnd - 1)))
    return undefined;
  const last = text.slice(keyStart, keyEnd);
  if (!PHRASE_ENDS.has(last.toLowerCase())) return undefined;
  const least = Math.max(0, keyStart - 1 - MAX_PHRASE_UNITS);
  let start = keyStart - 1;
  while (start > least && isWordUnit(text.charCodeAt(start - 1))) start -= 1;
  return keys.findName(text.slice(start, keyStart) + last);
}

function keyEndBefore(text: string, operator: number): number {
  let end = operator;
  const least = Math.max(0, operator - 3);
  while (end > least && text.charCodeAt(end - 1) === 0x20) end -= 1;
  // The bracket and the quotes of a key, also escaped ones. A bracket alone ends a label.
  let last = unitAt(text, end - 1);
  if (last === 0x5d && isQuote(unitAt(text, end - 2))) {
    end -= 1;
    last = unitAt(text, end - 1);
  }
  if (isQuote(last) || last === 0x60) {
    end -= 1;
    last = unitAt(text, end - 1);
  }
  return last === 0x5c ? end - 1 : end;
}

function isQuote(unit: number): boolean {
  return unit === 0x22 || unit === 0x27;
}

function isKeyUnit(unit: number): boolean {
  return isInRun(CLASSES[unit]!) || unit === 0x2e;
}

function findValue(scan: Scan, entity: string, from: number, isProse: boolean, isLine: boolean): number {
  const { text } = scan;
  let start = from;
  let escapes = backslashesAt(text, start);
  if (escapes > 0 && text[start + escapes] === 't') {
    // A tab, in JSON.
    start += escapes + 1;
    escapes = backslashesAt(text, start);
  }
  const quote = text[start + escapes];
  const isQuoted = quote === '"' || quote === "'" || quote === '`';
  // Any other escape is part of the value: what is left of one would be no JSON.
  if (isQuoted) start += escapes + 1;
  const end = isQuoted ? quotedEnd(text, start, quote, escapes) : bareEnd(text, start, isLine);
  if (end <= start) return -1;
  const value = text.slice(start, Math.min(end, start + MAX_WORD_UNITS + 1));
  if (!isSecretValue(value, isProse && !isQuoted)) return -1;
  note(scan, entity, start, end);
  return end;
}

/** Before a quote of JSON that is a text in JSON, as deep as encodings are taken off: each text takes twice as many and one. */
const MAX_BACKSLASHES = 255;

function backslashesAt(text: string, start: number): number {
  const most = Math.min(text.length, start + MAX_BACKSLASHES);
  let at = start;
  while (at < most && text.charCodeAt(at) === 0x5c) at += 1;
  return at - start;
}

/**
 * Where a quoted value ends. In JSON inside of JSON the quotes around it have as many backslashes as the first one, each
 * backslash of the value takes twice as many and one more, and a quote in the value as many and one for itself.
 *
 * @param escapes the backslashes before the first quote.
 */
function quotedEnd(text: string, start: number, quote: string, escapes: number): number {
  let backslashes = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') {
      backslashes += 1;
      continue;
    }
    if (character === quote) {
      // Fewer are those of a quote around all of it.
      if (backslashes < escapes) return at - backslashes;
      if ((backslashes - escapes) % (2 * (escapes + 1)) === 0) return at - escapes;
    } else if (character === '\n') {
      return at;
    }
    backslashes = 0;
  }
  return text.length;
}

function bareEnd(text: string, start: number, isLine: boolean): number {
  let at = start;
  for (; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x0a || unit === 0x0d || unit === 0x22 || unit === 0x27) break;
    if (isLine) continue;
    // Space, tab and the punctuation that ends a value in lists, queries and objects.
    if (
      unit === 0x20 ||
      unit === 0x09 ||
      unit === 0x26 ||
      unit === 0x2c ||
      unit === 0x3b ||
      unit === 0x7d ||
      unit === 0x29
    )
      break;
    if (unit === 0x5d && !text.startsWith('[', start)) break;
    if (unit === 0x3c || unit === 0x3e) break;
  }
  // The backslashes of an escaped quote.
  if (isQuote(unitAt(text, at))) while (at > start && text.charCodeAt(at - 1) === 0x5c) at -= 1;
  return at;
}

function isSecretValue(value: string, isProse: boolean): boolean {
  if (value.length > MAX_WORD_UNITS) return true;
  if (LABEL.test(value) || /^(?:\*+|x{3,}|\.{3,}|REDACTED.*|<.*|\$\{.*|\$\(.*|%[sdvoj])$/i.test(value)) return false;
  const word = value.toLowerCase().replace(/[.!?]$/, '');
  if (NO_VALUES.has(word)) return false;
  if (!isProse) return true;
  return isAlphanumeric(value.charCodeAt(0)) || value.length >= 3;
}
