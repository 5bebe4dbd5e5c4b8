// SPDX-License-Identifier: Apache-2.0
import type { ByteArena } from './byte-arena.ts';

/**
 * Room behind the reserved bytes that a write may spoil: fragments are copied in words of eight bytes and digits in
 * words of four, so that the last word of a write reaches beyond its end; and what closes a value needs no room of its own.
 */
const SPILL_BYTES = 64;

/**
 * Makes sure that `count` bytes can be written at `position`, and keeps the bytes before it. Afterwards the arena's
 * `bytes` and `view` must be read anew.
 */
export function reserve(arena: ByteArena, position: number, count: number): void {
  const needed = position + count + SPILL_BYTES;
  if (needed > arena.bytes.length) arena.grow(needed, position);
}
