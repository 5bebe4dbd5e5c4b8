// SPDX-License-Identifier: Apache-2.0

/** Addresses of Bitcoin (base58check, bech32 and bech32m) and Ethereum (EIP-55), by their checksums. */
import { createHash } from 'node:crypto';
import { isWordUnit, unitAt } from './characters.ts';
import { hasContext } from './context.ts';
import { keccak256Hex } from './keccak.ts';
import { note, type Scan } from './scan-input.ts';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** Looks at a run of word characters. */
export function findCryptoAddress(scan: Scan, start: number, end: number): void {
  const { text } = scan;
  const length = end - start;
  if (isWordUnit(unitAt(text, start - 1))) return;
  const first = text[start];
  const second = text[start + 1];
  if (first === '0' && second === 'x') {
    if (length === 42 && isEthereum(scan, start, end)) note(scan, 'crypto_address', start, end);
  } else if (text[start + 2] === '1' && /^(?:bc|tb)$/i.test(text.slice(start, start + 2))) {
    if (length >= 14 && length <= 90 && isBech32(text.slice(start, end))) note(scan, 'crypto_address', start, end);
  } else if (
    (first === '1' || first === '3') &&
    length >= 26 &&
    length <= 35 &&
    isBase58(text, start, end) &&
    isBase58Check(text.slice(start, end))
  ) {
    note(scan, 'crypto_address', start, end);
  }
}

/** With mixed case the case is a checksum; one case alone could be any hash, so it needs context. */
function isEthereum(scan: Scan, start: number, end: number): boolean {
  const address = scan.text.slice(start + 2, end);
  if (!/^[\da-fA-F]{40}$/.test(address) || /^0+$/.test(address)) return false;
  const lower = address.toLowerCase();
  if (address === lower || address === address.toUpperCase()) {
    return hasContext(scan, 'crypto_address', start, end);
  }
  const hash = keccak256Hex(lower);
  for (let index = 0; index < 40; index += 1) {
    const isUpper = Number.parseInt(hash[index] ?? '0', 16) >= 8;
    const character = lower[index] ?? '';
    if (address[index] !== (isUpper ? character.toUpperCase() : character)) return false;
  }
  return true;
}

const BASE58_UNITS: Uint8Array = new Uint8Array(128);
for (let index = 0; index < BASE58.length; index += 1) BASE58_UNITS[BASE58.charCodeAt(index)] = 1;

function isBase58(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (BASE58_UNITS[text.charCodeAt(at)] !== 1) return false;
  return true;
}

/** What a version, 20 bytes of a hash and four of a checksum make. */
const ADDRESS_BYTES = 25;

function isBase58Check(text: string): boolean {
  let number = 0n;
  for (const character of text) {
    const value = BASE58.indexOf(character);
    if (value < 0) return false;
    number = number * 58n + BigInt(value);
  }
  // Each zero in front is a `1` in front, so that most identifiers are too short; they are told without a hash.
  const zeros = text.search(/[^1]/);
  const digits = number.toString(16);
  const length = Math.ceil(digits.length / 2);
  if (length > ADDRESS_BYTES || zeros + length < ADDRESS_BYTES) return false;
  const bytes = Buffer.from(digits.padStart(ADDRESS_BYTES * 2, '0'), 'hex');
  if (bytes[0] !== 0 && bytes[0] !== 5) return false;
  const hash = createHash('sha256')
    .update(createHash('sha256').update(bytes.subarray(0, 21)).digest())
    .digest();
  return hash.subarray(0, 4).equals(bytes.subarray(21));
}

/** BIP 173, and BIP 350 with its other constant. */
function isBech32(text: string): boolean {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return false;
  const values: number[] = [];
  for (const character of lower.slice(0, 2)) values.push(character.charCodeAt(0) >> 5);
  values.push(0);
  for (const character of lower.slice(0, 2)) values.push(character.charCodeAt(0) & 31);
  for (const character of lower.slice(3)) {
    const value = BECH32.indexOf(character);
    if (value < 0) return false;
    values.push(value);
  }
  const check = polymod(values);
  return check === 1 || check === 0x2bc830a3;
}

const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function polymod(values: readonly number[]): number {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (let index = 0; index < 5; index += 1) if ((top >>> index) & 1) check ^= GENERATOR[index] ?? 0;
  }
  return check;
}
