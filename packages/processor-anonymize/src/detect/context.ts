// SPDX-License-Identifier: Apache-2.0

/**
 * Words near a candidate, or in the key of the attribute that holds it, that make it likely: about one in ten numbers
 * of ten digits passes a check modulo 11, so some entities count only where such a word stands.
 */
import type { EntityName } from '../entities.ts';
import * as characters from './characters.ts';
import { isLower } from './characters.ts';
import type { Scan } from './scan-input.ts';
import { LABEL_UNITS, LABELS, wordsOf } from './words.ts';
import * as read from './words-and-gaps.ts';

const { CLASSES, LOWERS, UPPER, UPPERS } = characters;
const { bytes, edges, POSITION_BITS, POSITIONS, RUN_MASK } = read;

/** How many units before and behind a candidate are searched. */
const BEFORE_UNITS = 48;
const BEHIND_UNITS = 24;

const WORDS: Readonly<Partial<Record<EntityName, readonly string[]>>> = {
  phone: [
    'phone',
    'tel',
    'telephone',
    'mobile',
    'cell',
    'cellphone',
    'fax',
    'call',
    'called',
    'caller',
    'sms',
    'msisdn',
    'whatsapp',
    'contact',
    'telefon',
    'handy',
    'dial',
  ],
  us_ssn: ['ssn', 'ssns', 'social', 'itin', 'taxpayer'],
  us_npi: ['npi', 'provider', 'physician'],
  us_mbi: ['mbi', 'medicare', 'beneficiary'],
  uk_nhs: ['nhs', 'patient'],
  nl_bsn: ['bsn', 'burgerservicenummer', 'sofinummer'],
  pl_pesel: ['pesel'],
  br_cpf: ['cpf', 'contribuinte'],
  fr_nir: ['nir', 'insee', 'securite', 'secu', 'sécurité'],
  es_dni: ['dni', 'nie', 'nif'],
  in_aadhaar: ['aadhaar', 'aadhar', 'uidai', 'uid'],
  payment_card: ['card', 'pan', 'visa', 'mastercard', 'amex', 'credit', 'debit', 'cc'],
  card_security_code: ['cvv', 'cvc', 'cvv2', 'cvc2', 'csc'],
  gps: [
    'lat',
    'latitude',
    'lng',
    'lon',
    'long',
    'longitude',
    'gps',
    'coord',
    'coords',
    'coordinate',
    'coordinates',
    'geo',
    'location',
    'position',
    'latlng',
  ],
  crypto_address: ['wallet', 'eth', 'ethereum', 'btc', 'bitcoin', 'crypto', 'recipient', 'payout'],
};

const SETS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(WORDS).map(([entity, words]) => [entity, new Set(words)]),
);

const NONE: ReadonlySet<string> = new Set();

/** The context words of a detector of an application. */
export interface OwnContext {
  readonly name: string;
  readonly words: ReadonlySet<string>;
}

/** The entities, and the names of `own`, for which the words of a key are context. */
export function keyContext(words: readonly string[], own: readonly OwnContext[]): ReadonlySet<string> {
  let found: Set<string> | undefined;
  for (const [entity, set] of SETS) {
    if (words.some((word) => set.has(word))) (found ??= new Set()).add(entity);
  }
  for (const { name, words: set } of own) {
    if (words.some((word) => set.has(word))) (found ??= new Set()).add(name);
  }
  return found ?? NONE;
}

/** A bit for each entity that has context words. */
const BITS: ReadonlyMap<string, number> = new Map(Object.keys(WORDS).map((entity, index) => [entity, 1 << index]));

/** The bits of entities; an entity without context words has none. */
export function contextBits(entities: Iterable<string>): number {
  let bits = 0;
  for (const entity of entities) bits |= BITS.get(entity) ?? 0;
  return bits;
}

/** Hashes of the ASCII letters of the words, and the entities for which they are context. */
const SLOTS = 512;
const HASHES = new Int32Array(SLOTS);
const HASH_BITS = new Int32Array(SLOTS);
for (const [entity, words] of Object.entries(WORDS)) {
  for (const word of words) {
    const letters = /[a-z]+/.exec(word)?.[0] ?? '';
    let hash = 0;
    for (let at = 0; at < letters.length; at += 1) hash = hashWith(hash, letters.charCodeAt(at));
    let slot = hash & (SLOTS - 1);
    while (HASH_BITS[slot] !== 0 && HASHES[slot] !== hash) slot = (slot + 1) & (SLOTS - 1);
    HASHES[slot] = hash;
    HASH_BITS[slot]! |= BITS.get(entity) ?? 0;
  }
}

function hashWith(hash: number, lower: number): number {
  return (Math.imul(hash, 33) + lower) | 0;
}

function bitsOfHash(hash: number): number {
  let slot = hash & (SLOTS - 1);
  while (HASH_BITS[slot] !== 0) {
    if (HASHES[slot] === hash) return HASH_BITS[slot]!;
    slot = (slot + 1) & (SLOTS - 1);
  }
  return 0;
}

/**
 * The entities for which a word in a part of a text may be context: all for which one is, and by chance more. Words end as
 * `wordsOf` ends them, at what is no letter of ASCII and where the case changes.
 */
function bitsOfWords(text: string, from: number, to: number): number {
  let bits = 0;
  let hash = 0;
  // Without the last letter, which may begin the next word: `XMLPhone`.
  let hashBefore = 0;
  let last = 0;
  let uppers = 0;
  for (let at = from; at < to; at += 1) {
    const unit = text.charCodeAt(at);
    const kind = CLASSES[unit]!;
    if (isLower(kind)) {
      if (uppers > 1) {
        bits |= bitsOfHash(hashBefore);
        hash = hashWith(0, last);
      }
      uppers = 0;
      hash = hashWith(hash, unit);
    } else if (kind === UPPER) {
      if (uppers === 0) {
        if (hash !== 0) bits |= bitsOfHash(hash);
        hash = 0;
      }
      uppers += 1;
      last = unit | 0x20;
      hashBefore = hash;
      hash = hashWith(hash, last);
    } else if (hash !== 0) {
      bits |= bitsOfHash(hash);
      hash = 0;
      uppers = 0;
    }
  }
  return hash === 0 ? bits : bits | bitsOfHash(hash);
}

/** Whether a word of one case can be one of the words, by its first two letters and its length. */
const BEGINNINGS = new Uint8Array(1024);
for (const word of Object.values(WORDS).flat()) {
  BEGINNINGS[beginningOf(word.charCodeAt(0), word.charCodeAt(1), word.length)] = 1;
}

function beginningOf(first: number, second: number, length: number): number {
  return ((first * 33 + second) ^ (length << 5)) & 1023;
}

/** The same for a text that is the block which was read last; see words-and-gaps.ts. */
function bitsOfBlock(text: string): number {
  let bits = 0;
  for (let index = 0; ; index += 2) {
    const start = edges[index]! & POSITIONS;
    if (start >= text.length) return bits;
    const stop = edges[index + 1]!;
    const end = stop & POSITIONS;
    const kinds = (stop >> POSITION_BITS) & RUN_MASK;
    if ((kinds & (LOWERS | UPPERS)) === 0) continue;
    const isPlain = (kinds === LOWERS || kinds === UPPERS) && end - start > 1;
    if (isPlain && BEGINNINGS[beginningOf(bytes[start]! | 0x20, bytes[start + 1]! | 0x20, end - start)] === 0) continue;
    bits |= bitsOfWords(text, start, end);
  }
}

/** A text of this length is read as a whole, once; of a longer one the surroundings of each candidate. */
const SEARCHED_UNITS = 192;

/** The entities for which something may be context at a candidate. What is not among them need not be looked at. */
export function possibleContext(scan: Scan, start: number, end: number): number {
  const { text } = scan;
  if (text.length <= SEARCHED_UNITS) {
    if (scan.wordBits < 0) scan.wordBits = bitsOfBlock(text);
    return scan.contextBits | scan.wordBits;
  }
  const before = bitsOfWords(text, Math.max(0, start - BEFORE_UNITS), start);
  return scan.contextBits | before | bitsOfWords(text, end, Math.min(text.length, end + BEHIND_UNITS));
}

/** Whether a candidate of a text has context: in the key, or in the words around it. */
export function hasContext(scan: Scan, entity: EntityName, start: number, end: number): boolean {
  const bit = BITS.get(entity) ?? 0;
  if ((scan.contextBits & bit) !== 0) return true;
  if ((possibleContext(scan, start, end) & bit) === 0) return false;
  return hasNearWord(SETS.get(entity) ?? NONE, scan.text, start, end);
}

/** Whether one of the words stands near a candidate. */
export function hasNearWord(words: ReadonlySet<string>, text: string, start: number, end: number): boolean {
  return wordsOf(windowAround(text, start, end)).some((word) => words.has(word));
}

/**
 * What is searched around a candidate. It ends at a label of ours: a label is shorter than what it stands for, so words
 * beyond it would come near in a second pass which were far in the first.
 */
function windowAround(text: string, start: number, end: number): string {
  const from = Math.max(0, start - BEFORE_UNITS);
  // A label may reach into the window, or out of it.
  const wideFrom = Math.max(0, from - LABEL_UNITS);
  let before = from;
  for (const label of text.slice(wideFrom, start).matchAll(LABELS)) {
    before = Math.max(before, wideFrom + label.index + label[0].length);
  }
  const label = text.slice(end, end + BEHIND_UNITS + LABEL_UNITS).search(LABELS);
  const behind = label < 0 ? BEHIND_UNITS : Math.min(label, BEHIND_UNITS);
  return `${text.slice(before, start)} ${text.slice(end, end + behind)}`;
}
