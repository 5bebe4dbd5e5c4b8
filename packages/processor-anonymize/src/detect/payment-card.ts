// SPDX-License-Identifier: Apache-2.0
import { passesLuhn } from './checksums.ts';

/** First digits of the issuers, with the lengths that each issues (ISO/IEC 7812 and the issuers' own tables). */
const ISSUERS: readonly (readonly [low: number, high: number, lengths: readonly number[]])[] = [
  [4, 4, [13, 16, 19]], // Visa
  [51, 55, [16]], // Mastercard
  [2221, 2720, [16]], // Mastercard
  [34, 34, [15]], // American Express
  [37, 37, [15]],
  [300, 305, [14, 16, 17, 18, 19]], // Diners Club
  [3095, 3095, [14, 16, 17, 18, 19]],
  [36, 36, [14, 15, 16, 17, 18, 19]],
  [38, 39, [14, 16, 17, 18, 19]],
  [6011, 6011, [16, 17, 18, 19]], // Discover
  [644, 649, [16, 17, 18, 19]],
  [65, 65, [16, 17, 18, 19]],
  [622126, 622925, [16, 17, 18, 19]],
  [62, 62, [16, 17, 18, 19]], // UnionPay
  [81, 81, [16, 17, 18, 19]],
  [3528, 3589, [16, 17, 18, 19]], // JCB
  [2131, 2131, [15]],
  [1800, 1800, [15]],
  [2200, 2204, [16, 17, 18, 19]], // Mir
  [9792, 9792, [16]], // Troy
  [60, 60, [16]], // RuPay
  [508, 508, [16]],
  [5018, 5018, [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro
  [5020, 5020, [12, 13, 14, 15, 16, 17, 18, 19]],
  [5038, 5038, [12, 13, 14, 15, 16, 17, 18, 19]],
  [5893, 5893, [12, 13, 14, 15, 16, 17, 18, 19]],
  [6304, 6304, [12, 13, 14, 15, 16, 17, 18, 19]],
  [6759, 6759, [12, 13, 14, 15, 16, 17, 18, 19]],
  [6761, 6763, [12, 13, 14, 15, 16, 17, 18, 19]],
  [676770, 676774, [12, 13, 14, 15, 16, 17, 18, 19]],
];

/** No prefix is longer. */
const PREFIX_DIGITS = 6;

/** The same for the first six digits, and with a bit for each length. */
const PREFIXES: readonly { readonly low: number; readonly high: number; readonly lengths: number }[] = ISSUERS.map(
  ([low, high, lengths]) => {
    const factor = 10 ** (PREFIX_DIGITS - String(low).length);
    return {
      low: low * factor,
      high: (high + 1) * factor - 1,
      lengths: lengths.reduce((bits, length) => bits | (1 << length), 0),
    };
  },
);

/** Whether digits are a card number: an issuer's prefix with one of its lengths, and the Luhn check. */
export function isPaymentCard(digits: string): boolean {
  if (digits.length < 12 || digits.length > 19) return false;
  return passesLuhn(digits) && hasIssuer(digits, true) && !/^(\d)\1+$/.test(digits);
}

/** Whether digits can be the first ones of a card number. */
export function canBeginPaymentCard(digits: string): boolean {
  return digits.length >= 6 && digits.length <= 19 && hasIssuer(digits, false);
}

function hasIssuer(digits: string, isWhole: boolean): boolean {
  const first = Number(digits.slice(0, PREFIX_DIGITS));
  const lengthBit = 1 << digits.length;
  for (const { low, high, lengths } of PREFIXES) {
    if (first >= low && first <= high && (!isWhole || (lengths & lengthBit) !== 0)) return true;
  }
  return false;
}
