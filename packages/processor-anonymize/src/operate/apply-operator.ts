// SPDX-License-Identifier: Apache-2.0
import { isAlphanumeric } from '../detect/characters.ts';
import { labelOf } from '../entities.ts';
import { truncateIp } from './canonical-value.ts';
import type { KeyRing } from './key-ring.ts';
import type { GeneralizeOperator, MaskOperator, Operator } from './operator.ts';
import { shreddableToken, type SubjectKeyStore } from './subject-keys.ts';
import { encryptedToken, hashToken, pseudonymToken } from './tokens.ts';

/** What operators need beside the value. */
export interface OperatorSetup {
  readonly keys: KeyRing;
  readonly subjectKeys: SubjectKeyStore | undefined;
}

/** Pseudonyms remembered, and encryptions not: those must differ each time. */
const MAX_REMEMBERED = 2048;
const MAX_REMEMBERED_UNITS = 256;

export class OperatorRunner {
  readonly #setup: OperatorSetup;
  readonly #remembered = new Map<string, string>();
  /** The subject of the current record, for crypto-shredding. */
  subject: string | undefined;

  constructor(setup: OperatorSetup) {
    this.#setup = setup;
  }

  /**
   * What stands for a value. Where the operator has no key, or the value is not of its kind, that is the label: it fails
   * closed.
   */
  apply(operator: Operator, entity: string, value: string): string {
    return this.#apply(operator, entity, value) ?? labelOf(entity);
  }

  #apply(operator: Operator, entity: string, value: string): string | undefined {
    const { keys, subjectKeys } = this.#setup;
    switch (operator.kind) {
      case 'redact':
        return operator.label;
      case 'mask':
        return maskText(operator, value);
      case 'pseudonym':
        return this.#remember(`p${keys.revision}:${entity}:${value}`, value, () => pseudonymToken(keys, entity, value));
      case 'hash':
        return this.#remember(`h${keys.revision}:${entity}:${value}`, value, () => hashToken(keys, entity, value));
      case 'encrypt':
        return encryptedToken(keys, entity, value);
      case 'shred':
        if (subjectKeys === undefined || this.subject === undefined) return undefined;
        return shreddableToken(subjectKeys, this.subject, entity, value);
      case 'truncate-ip':
        return truncateIp(value);
      case 'generalize':
        return generalize(operator, value);
      case 'drop':
        return '';
      default:
        return value;
    }
  }

  /** An HMAC takes some two microseconds. What was not used for the longest time is forgotten first. */
  #remember(key: string, value: string, make: () => string | undefined): string | undefined {
    if (value.length > MAX_REMEMBERED_UNITS) return make();
    let token = this.#remembered.get(key);
    if (token !== undefined) {
      this.#remembered.delete(key);
      this.#remembered.set(key, token);
      return token;
    }
    token = make();
    if (token === undefined) return undefined;
    if (this.#remembered.size >= MAX_REMEMBERED) {
      const oldest = this.#remembered.keys().next();
      if (oldest.done !== true) this.#remembered.delete(oldest.value);
    }
    this.#remembered.set(key, token);
    return token;
  }
}

/** Letters and digits become `*`, but for those that are kept; what stands between stays. */
function maskText({ keepFirst = 0, keepLast = 0 }: MaskOperator, value: string): string {
  const units = Array.from(value);
  const isMasked = (unit: string): boolean => isAlphanumeric(unit.charCodeAt(0)) || unit.charCodeAt(0) >= 0x80;
  const count = units.filter(isMasked).length;
  const isLong = count >= 2 * (keepFirst + keepLast) || (count >= 12 && count > keepFirst + keepLast + 1);
  const first = isLong ? keepFirst : 0;
  const last = isLong ? keepLast : 0;
  let seen = 0;
  return units
    .map((unit) => {
      if (!isMasked(unit)) return unit;
      seen += 1;
      return seen <= first || seen > count - last ? unit : '*';
    })
    .join('');
}

const BUCKET = /^-?\d{1,15}-\d{1,15}$/;

function generalize({ bucket = 10, date = 'year' }: GeneralizeOperator, value: string): string | undefined {
  const text = value.trim();
  const day = /^(\d{4})-(\d{2})-\d{2}(?:$|[T ])/.exec(text);
  if (day !== null) return date === 'year' ? day[1] : `${day[1]}-${day[2]}`;
  // What it made before stays as it is.
  if (BUCKET.test(text) || (date === 'year' ? /^\d{4}$/ : /^\d{4}-\d{2}$/).test(text)) return text;
  const pair = /^([+-]?\d{1,3}\.\d{1,15})([,;\s]{1,2})([+-]?\d{1,3}\.\d{1,15})$/.exec(text);
  if (pair !== null) return `${Number(pair[1]).toFixed(1)}${pair[2]}${Number(pair[3]).toFixed(1)}`;
  if (!/^-?\d{1,15}(?:\.\d{1,20})?$/.test(text)) return undefined;
  const low = Math.floor(Number(text) / bucket) * bucket;
  return `${low}-${low + bucket - 1}`;
}
