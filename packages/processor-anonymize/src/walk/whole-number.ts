// SPDX-License-Identifier: Apache-2.0

/** So that what is taken apart digit by digit is small: a division of a large number takes ten times as long. */
const HALF = 100_000_000;

/**
 * Whether a whole number from 0 to below 2^53 can be a card: its digits pass the Luhn check. No issuer has numbers of 13 or 16
 * digits that begin with 1, as times in milliseconds and microseconds do.
 */
export function canBeCard(value: number): boolean {
  if ((value >= 1e12 && value < 2e12) || (value >= 1e15 && value < 2e15)) return false;
  const high = Math.floor(value / HALF);
  const low = value - high * HALF;
  // The lower half has an even number of digits, so that doubling goes on in turn.
  return (luhnSum(low | 0) + luhnSum(high | 0)) % 10 === 0;
}

function luhnSum(value: number): number {
  let sum = 0;
  let rest = value;
  while (rest > 0) {
    const pair = rest % 100;
    const doubled = ((pair / 10) | 0) * 2;
    sum += (pair % 10) + (doubled > 9 ? doubled - 9 : doubled);
    rest = (rest / 100) | 0;
  }
  return sum;
}
