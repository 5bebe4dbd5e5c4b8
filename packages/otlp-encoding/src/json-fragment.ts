// SPDX-License-Identifier: Apache-2.0
import { endianness } from 'node:os';
import type { ByteArena } from './byte-arena.ts';

const IS_LITTLE_ENDIAN = endianness() === 'LE';

const WORD_BYTES = 8;

/**
 * Bytes that are written again and again, such as an attribute's key with the quotes and braces around it. They are kept
 * as doubles, because a DataView copies eight bytes with one instruction that way, at any offset. That is only exact
 * while no double is a NaN, which an engine may rewrite: a NaN needs a byte 0x7f or 0xff, and JSON text as we write it
 * holds neither, for DEL is escaped and 0xff is not UTF-8.
 */
export class JsonFragment {
  readonly byteLength: number;
  readonly words: Float64Array;

  /** @param json complete JSON text, or a part of one; never a raw DEL. */
  constructor(json: string | Uint8Array) {
    const bytes = typeof json === 'string' ? Buffer.from(json, 'utf8') : json;
    const padded = new Uint8Array(Math.ceil(bytes.byteLength / WORD_BYTES) * WORD_BYTES);
    padded.set(bytes);
    this.byteLength = bytes.byteLength;
    this.words = new Float64Array(padded.buffer);
  }
}

/** Writes a fragment for which there is room. */
export function writeFragment(arena: ByteArena, position: number, fragment: JsonFragment): number {
  const { view } = arena;
  const { words } = fragment;
  for (let index = 0, at = position; index < words.length; index += 1, at += WORD_BYTES) {
    view.setFloat64(at, words[index]!, IS_LITTLE_ENDIAN);
  }
  return position + fragment.byteLength;
}
