// SPDX-License-Identifier: Apache-2.0
import { reserve } from './json-room.ts';
import type { ByteArena } from './byte-arena.ts';

/** Room for any number as text: 20 digits and a sign for an int64, at most 24 characters for a double. */
const NUMBER_ROOM = 32;

const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;
const QUOTE = 0x22;
const BILLION = 1_000_000_000;

/** Three decimal digits of 0 to 999 as one little-endian word, so that they are stored at once. */
const THREE_DIGITS = Int32Array.from(
  { length: 1000 },
  (_, value) =>
    (ZERO + Math.floor(value / 100)) | ((ZERO + (Math.floor(value / 10) % 10)) << 8) | ((ZERO + (value % 10)) << 16),
);

/** Writes an int64 in decimal. */
export function writeInteger(arena: ByteArena, position: number, value: number | bigint): number {
  reserve(arena, position, NUMBER_ROOM);
  if (typeof value === 'bigint') return writeAscii(arena, position, String(value));
  if (value >= 0) return writeNatural(arena, position, value);
  arena.bytes[position] = MINUS;
  return writeNatural(arena, position + 1, -value);
}

/** Writes a double so that it reads back the same: the shortest digits, `-0`, and strings for what JSON has no number for. */
export function writeDouble(arena: ByteArena, position: number, value: number): number {
  reserve(arena, position, NUMBER_ROOM);
  const { bytes } = arena;
  const magnitude = Math.abs(value);
  // A decimal of at most 15 digits that divides back to the double is its shortest form. Durations and prices are such
  // decimals, and String() takes several times as long.
  const thousandths = Math.round(magnitude * 1000);
  if (thousandths < 1e15 && thousandths / 1000 === magnitude) {
    let at = position;
    if (value < 0 || Object.is(value, -0)) {
      bytes[at] = MINUS;
      at += 1;
    }
    const whole = Math.floor(thousandths / 1000);
    return writeFraction(bytes, writeNatural(arena, at, whole), thousandths - whole * 1000);
  }
  if (Number.isFinite(value)) return writeAscii(arena, position, String(value));
  bytes[position] = QUOTE;
  const end = writeAscii(arena, position + 1, String(value));
  bytes[end] = QUOTE;
  return end + 1;
}

/** Writes nine digits, with leading zeros. */
export function writeNineDigits(arena: ByteArena, position: number, value: number): number {
  const { view } = arena;
  const millions = Math.floor(value / 1_000_000);
  const rest = value - millions * 1_000_000;
  const thousands = Math.floor(rest / 1000);
  view.setInt32(position, THREE_DIGITS[millions]!, true);
  view.setInt32(position + 3, THREE_DIGITS[thousands]!, true);
  view.setInt32(position + 6, THREE_DIGITS[rest - thousands * 1000]!, true);
  return position + 9;
}

function writeNatural(arena: ByteArena, position: number, value: number): number {
  if (value <= 0x7fff_ffff) return writeInt31(arena.bytes, position, value);
  if (value > Number.MAX_SAFE_INTEGER) return writeAscii(arena, position, String(BigInt(value)));
  const billions = Math.floor(value / BILLION);
  return writeNineDigits(arena, writeInt31(arena.bytes, position, billions), value - billions * BILLION);
}

function writeInt31(bytes: Uint8Array, position: number, value: number): number {
  const end = position + digitCount(value);
  let rest = value | 0;
  for (let at = end - 1; at >= position; at -= 1) {
    const tenth = (rest / 10) | 0;
    bytes[at] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}

function digitCount(value: number): number {
  if (value < 1000) return value < 10 ? 1 : value < 100 ? 2 : 3;
  if (value < 1_000_000) return value < 10_000 ? 4 : value < 100_000 ? 5 : 6;
  if (value < 100_000_000) return value < 10_000_000 ? 7 : 8;
  return value < BILLION ? 9 : 10;
}

/** Writes thousandths behind a point, without zeros at the end; nothing for 0. */
function writeFraction(bytes: Uint8Array, position: number, thousandths: number): number {
  if (thousandths === 0) return position;
  const digits = THREE_DIGITS[thousandths]!;
  bytes[position] = POINT;
  bytes[position + 1] = digits;
  bytes[position + 2] = digits >> 8;
  bytes[position + 3] = digits >> 16;
  if (thousandths % 10 !== 0) return position + 4;
  return thousandths % 100 === 0 ? position + 2 : position + 3;
}

function writeAscii(arena: ByteArena, position: number, text: string): number {
  const { bytes } = arena;
  for (let index = 0; index < text.length; index += 1) bytes[position + index] = text.charCodeAt(index);
  return position + text.length;
}
