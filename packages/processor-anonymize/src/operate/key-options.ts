// SPDX-License-Identifier: Apache-2.0

/** Keys as they are given, and what makes one too weak. */
import { LogferryError } from '@logferry/core';

/** A key with its name. */
export interface KeyOptions {
  /** 1 to 32 characters from A-Z, a-z, 0-9, `_` and `-`. It stands in every token. */
  readonly id: string;
  /** At least 32 random bytes; as a text, in base64 or hexadecimal. */
  readonly key: Uint8Array | string;
}

/**
 * Where keys come from when they are not at hand; all of them each time, the active one first. One that answers at once is
 * asked at the start, and what it throws is thrown there.
 */
export type KeyProvider = () => readonly KeyOptions[] | Promise<readonly KeyOptions[]>;

/** A key that was checked. */
export interface StrongKey {
  readonly id: string;
  readonly key: Buffer;
}

const LEAST_BYTES = 32;
/** A random key of 32 bytes has fewer different ones in less than one of 10^18 cases. */
const LEAST_DIFFERENT = 14;

/**
 * @param nameOf what an error calls the key, by its position from 1 and its id.
 * @throws LogferryError `INVALID_OPTION` for keys that are short or weak; the message holds nothing of them.
 */
export function checkKeys(
  keys: readonly KeyOptions[],
  nameOf: (position: number, id: string) => string = (_position, id) => `the key ${id}`,
): readonly StrongKey[] {
  if (!Array.isArray(keys)) throw new LogferryError('INVALID_OPTION', 'keys must be a list of keys');
  const ids = new Set<string>();
  return keys.map((entry: unknown, index) => {
    const { id, key } = (entry ?? {}) as Partial<KeyOptions>;
    if (typeof id !== 'string' || !/^[\w-]{1,32}$/.test(id)) {
      throw new LogferryError(
        'INVALID_OPTION',
        `${nameOf(index + 1, '')} must have an id of 1 to 32 characters from A-Z, a-z, 0-9, "_" and "-"`,
      );
    }
    const name = nameOf(index + 1, id);
    if (ids.has(id)) throw new LogferryError('INVALID_OPTION', `${name} must have an id that no other key has`);
    ids.add(id);
    return { id, key: strongKey(name, keyBytes(name, key)) };
  });
}

/**
 * Keys that are written as `id:base64`, one on each line or with commas between. Lines that begin with `#` are comments.
 * @throws LogferryError `INVALID_OPTION`, with the position of what is wrong and nothing of it: it may be a key.
 */
export function parseKeys(text: string, source: string): readonly StrongKey[] {
  const nameOf = (position: number): string => `entry ${position} of ${source}`;
  const entries = text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line, index) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw new LogferryError('INVALID_OPTION', `${nameOf(index + 1)} must be id:key`);
      return { id: line.slice(0, colon), key: line.slice(colon + 1) };
    });
  if (entries.length === 0) throw new LogferryError('INVALID_OPTION', `${source} must hold a key, and is empty`);
  return checkKeys(entries, nameOf);
}

function keyBytes(name: string, key: unknown): Buffer {
  if (key instanceof Uint8Array) return Buffer.from(key);
  if (typeof key !== 'string') throw new LogferryError('INVALID_OPTION', `${name} must be bytes or a text`);
  if (/^(?:[\da-f]{2})+$/i.test(key)) return Buffer.from(key, 'hex');
  // Buffer.from skips what is no base64, so that a sentence would pass for a key.
  if (!/^(?:[A-Za-z\d+/]*|[\w-]*)={0,2}$/.test(key)) {
    throw new LogferryError('INVALID_OPTION', `${name} must be base64 or hexadecimal`);
  }
  const bytes = Buffer.from(key, 'base64');
  // Of 43 random characters some are of each case; of a pass phrase in one case none are.
  if (bytes.length >= LEAST_BYTES && (!/[A-Z]/.test(key) || !/[a-z]/.test(key))) throw weakKey(name);
  return bytes;
}

function strongKey(name: string, bytes: Buffer): Buffer {
  if (bytes.length < LEAST_BYTES) {
    throw new LogferryError(
      'INVALID_OPTION',
      `${name} must have at least ${LEAST_BYTES} bytes; it has ${bytes.length}`,
    );
  }
  if (new Set(bytes).size < LEAST_DIFFERENT || bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) throw weakKey(name);
  return bytes;
}

function weakKey(name: string): LogferryError {
  return new LogferryError('INVALID_OPTION', `${name} must be random bytes; it is a text or repeats itself`);
}
