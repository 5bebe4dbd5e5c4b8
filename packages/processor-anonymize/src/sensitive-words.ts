// SPDX-License-Identifier: Apache-2.0

/**
 * Which keys name a secret. A word counts as a whole: `author`, `primary_key` and `pinned` hold none of the words, and
 * what follows can take it back: `token_count` and `password_policy` are about secrets and are none.
 */
import type { EntityName } from './entities.ts';
import { wordsOf } from './detect/words.ts';

/** The default list, with the entity that a value under such a key is. */
export const DEFAULT_SENSITIVE_WORDS: Readonly<Record<string, EntityName>> = {
  password: 'secret',
  passwd: 'secret',
  passphrase: 'secret',
  passcode: 'secret',
  pwd: 'secret',
  secret: 'secret',
  secrets: 'secret',
  token: 'secret',
  'api key': 'secret',
  'access key': 'secret',
  'account key': 'secret',
  'encryption key': 'secret',
  'signing key': 'secret',
  'private key': 'secret',
  authorization: 'secret',
  'www authenticate': 'secret',
  cookie: 'secret',
  cookies: 'secret',
  'session id': 'secret',
  sessionid: 'secret',
  'connect sid': 'secret',
  jsessionid: 'secret',
  phpsessid: 'secret',
  credential: 'secret',
  credentials: 'secret',
  csrf: 'secret',
  xsrf: 'secret',
  otp: 'secret',
  totp: 'secret',
  pin: 'secret',
  'connection string': 'secret',
  cvv: 'card_security_code',
  cvv2: 'card_security_code',
  cvc: 'card_security_code',
  cvc2: 'card_security_code',
  'security code': 'card_security_code',
  ssn: 'us_ssn',
  'social security number': 'us_ssn',
  'card number': 'payment_card',
  'credit card': 'payment_card',
  iban: 'iban',
};

/** Words that make the word before them harmless. */
const ABOUT: ReadonlySet<string> = new Set(
  (
    'count counts counter limit limits length len size type types name names policy policies version expiry expires ' +
    'expiration expired expire ttl age strength changed change reset required enabled disabled attempts attempt status ' +
    'usage used budget provider providers issuer url uri endpoint path file arn ref rotation rotated at on manager ' +
    'service server store field fields label format algorithm alg valid invalid validity missing hint error errors ' +
    'rate per ratio index position max min total bucket input output seconds millis ms class method scheme domain'
  ).split(' '),
);

/** Joined forms that end with one of these are secrets as well: `dbpassword`, `authtoken`. */
const ENDINGS = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'apikey',
  'accesskey',
  'privatekey',
  'accesstoken',
  'authtoken',
  'refreshtoken',
  'idtoken',
  'sessiontoken',
  'sessionid',
  'cardnumber',
  'creditcard',
  'setcookie',
];
const ENDING_ENTITIES: Readonly<Record<string, EntityName>> = {
  cardnumber: 'payment_card',
  creditcard: 'payment_card',
};

/** Keys of texts that are remembered. */
const MAX_KNOWN = 2048;

/** Longer keys are cut: their end tells. */
const MAX_KEY_UNITS = 256;

/** A list of words, ready to be looked up. */
export class SensitiveWords {
  readonly #single = new Map<string, string>();
  readonly #joined = new Map<string, string>();
  readonly #known = new Map<string, string | undefined>();
  #longest = 1;

  /** @param words phrases (words with spaces between) and their entities. */
  constructor(words: Readonly<Record<string, string>>) {
    for (const [phrase, entity] of Object.entries(words)) {
      const parts = wordsOf(phrase);
      this.#longest = Math.max(this.#longest, parts.length);
      if (parts.length === 1) this.#single.set(parts[0] ?? '', entity);
      this.#joined.set(parts.join(''), entity);
    }
  }

  /** The entity of a key, from its words; undefined when it names no secret. */
  find(words: readonly string[]): string | undefined {
    for (let index = words.length - 1; index >= 0; index -= 1) {
      for (let count = Math.min(this.#longest, index + 1); count >= 1; count -= 1) {
        const first = index + 1 - count;
        const entity = this.#joined.get(count === 1 ? (words[index] ?? '') : words.slice(first, index + 1).join(''));
        if (entity !== undefined && !isAbout(words, index)) return entity;
      }
      const ending = ENDINGS.find((candidate) => (words[index] ?? '').endsWith(candidate));
      if (ending !== undefined && this.#single.size > 0 && !isAbout(words, index)) {
        return ENDING_ENTITIES[ending] ?? 'secret';
      }
    }
    return undefined;
  }

  /** Like `find`, for a key that is written in a text. */
  findKey(key: string): string | undefined {
    if (this.#known.has(key)) return this.#known.get(key);
    const entity = this.find(wordsOf(key.length > MAX_KEY_UNITS ? key.slice(-MAX_KEY_UNITS) : key));
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(key, entity);
    return entity;
  }
}

function isAbout(words: readonly string[], index: number): boolean {
  const next = words[index + 1];
  return next !== undefined && ABOUT.has(next);
}
