// SPDX-License-Identifier: Apache-2.0

/** What is done with what was found. */
import { integerOption, invalidOption, LogferryError } from '@logferry/core';

/** Replaces the value with a label, by default the entity's: `[EMAIL]`. Tells neither length nor value. */
export interface RedactOperator {
  readonly kind: 'redact';
  /** Upper-case letters, digits, `_` and `:`, in brackets. */
  readonly label?: string;
}
/** Keeps some letters and digits at the ends, and nothing of a value of less than twice as many. */
export interface MaskOperator {
  readonly kind: 'mask';
  /** Default: 0. For payment cards at most 6 (PCI DSS 3.4.1). */
  readonly keepFirst?: number;
  /** Default: 0. For payment cards at most 4. */
  readonly keepLast?: number;
}
/** Replaces the value with `entity:keyId:mac` (HMAC-SHA-256): the same value has the same token while the key is the same. */
export interface PseudonymOperator {
  readonly kind: 'pseudonym';
}
/** Like a pseudonym, from another key, with `hash.` before it. There is no hash without a key. */
export interface HashOperator {
  readonly kind: 'hash';
}
/** Replaces the value with `enc:entity:keyId:payload` (AES-256-GCM); `decrypt` reads it. */
export interface EncryptOperator {
  readonly kind: 'encrypt';
}
/** As encrypt, with a key of the subject that the record names; see `subjectKeys`. */
export interface ShredOperator {
  readonly kind: 'shred';
}
/** Keeps the /24 of an IPv4 address and the /48 of an IPv6 address. */
export interface TruncateIpOperator {
  readonly kind: 'truncate-ip';
}
/** Numbers to buckets (`40-49`), dates to their year or month, coordinates to one decimal. What is neither is redacted. */
export interface GeneralizeOperator {
  readonly kind: 'generalize';
  /** Width of a bucket of numbers. Default: 10. */
  readonly bucket?: number;
  /** What is left of a date. Default: `year`. */
  readonly date?: 'year' | 'month';
}
/** Takes the attribute away; in a text, what was found. */
export interface DropOperator {
  readonly kind: 'drop';
}
/** Leaves the value as it is; for a path, unscanned. */
export interface KeepOperator {
  readonly kind: 'keep';
}

export type Operator =
  | RedactOperator
  | MaskOperator
  | PseudonymOperator
  | HashOperator
  | EncryptOperator
  | ShredOperator
  | TruncateIpOperator
  | GeneralizeOperator
  | DropOperator
  | KeepOperator;

const KINDS = ['redact', 'mask', 'pseudonym', 'hash', 'encrypt', 'shred', 'truncate-ip', 'generalize', 'drop', 'keep'];

/** PCI DSS 4.0, requirement 3.4.1. */
const CARD_FIRST = 6;
const CARD_LAST = 4;

/** @throws LogferryError `INVALID_OPTION` */
export function checkOperator(operator: Operator, option: string, entity?: string): void {
  if (typeof operator !== 'object' || operator === null || !KINDS.includes(operator.kind)) {
    throw invalidOption(`${option}.kind`, (operator as Operator | undefined)?.kind, `one of ${KINDS.join(', ')}`);
  }
  if (
    operator.kind === 'redact' &&
    operator.label !== undefined &&
    !/^\[[A-Z][A-Z\d_:]{0,40}\]$/.test(operator.label)
  ) {
    throw invalidOption(`${option}.label`, operator.label, 'upper-case letters, digits, "_" and ":" in brackets');
  }
  if (operator.kind === 'mask') {
    const isCard = entity === 'payment_card';
    integerOption(`${option}.keepFirst`, operator.keepFirst, 0, { min: 0, max: isCard ? CARD_FIRST : 64 });
    integerOption(`${option}.keepLast`, operator.keepLast, 0, { min: 0, max: isCard ? CARD_LAST : 64 });
  }
  if (operator.kind === 'generalize') {
    integerOption(`${option}.bucket`, operator.bucket, 10, { min: 2 });
    if (operator.date !== undefined && operator.date !== 'year' && operator.date !== 'month') {
      throw invalidOption(`${option}.date`, operator.date, "one of 'year', 'month'");
    }
  }
  if (operator.kind === 'truncate-ip' && entity !== undefined && entity !== 'ip_address') {
    throw new LogferryError('INVALID_OPTION', `${option}.kind can be truncate-ip for ip_address only`);
  }
}

/** Whether the operator needs a key ring. */
export function isKeyed(operator: Operator): boolean {
  return operator.kind === 'pseudonym' || operator.kind === 'hash' || operator.kind === 'encrypt';
}
