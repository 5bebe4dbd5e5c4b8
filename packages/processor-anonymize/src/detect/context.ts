// SPDX-License-Identifier: Apache-2.0

/**
 * Words near a candidate, or in the key of the attribute that holds it, that make it likely: about one in ten numbers
 * of ten digits passes a check modulo 11, so some entities count only where such a word stands.
 */
import type { EntityName } from '../entities.ts';
import type { Scan } from './scan-input.ts';
import { wordsOf } from './words.ts';

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

/** The entities for which the words of a key are context. */
export function keyContext(words: readonly string[]): ReadonlySet<string> {
  let found: Set<string> | undefined;
  for (const [entity, set] of SETS) {
    if (words.some((word) => set.has(word))) (found ??= new Set()).add(entity);
  }
  return found ?? NONE;
}

/** Finds the letters of the words anywhere: what it does not find is not there as a word either. */
const LETTERS: ReadonlyMap<string, RegExp> = new Map(
  Object.entries(WORDS).map(([entity, words]) => [entity, new RegExp(words.join('|'), 'i')]),
);

/** A text of this length is not searched as a whole for each of its numbers. */
const SEARCHED_UNITS = 4096;

/** Whether a candidate of a text has context: in the key, or in the words around it. */
export function hasContext(scan: Scan, entity: EntityName, start: number, end: number): boolean {
  if (scan.context.has(entity)) return true;
  const { text, mayHaveContext } = scan;
  if (text.length <= SEARCHED_UNITS) {
    let isPossible = mayHaveContext.get(entity);
    if (isPossible === undefined) {
      isPossible = LETTERS.get(entity)?.test(text) === true;
      mayHaveContext.set(entity, isPossible);
    }
    if (!isPossible) return false;
  } else if (LETTERS.get(entity)?.test(windowAround(text, start, end)) !== true) {
    return false;
  }
  return hasNearWord(SETS.get(entity) ?? NONE, text, start, end);
}

/** Whether one of the words stands near a candidate. */
export function hasNearWord(words: ReadonlySet<string>, text: string, start: number, end: number): boolean {
  return wordsOf(windowAround(text, start, end)).some((word) => words.has(word));
}

function windowAround(text: string, start: number, end: number): string {
  return `${text.slice(Math.max(0, start - BEFORE_UNITS), start)} ${text.slice(end, end + BEHIND_UNITS)}`;
}
