// SPDX-License-Identifier: Apache-2.0

/**
 * The tokens that keyed operators leave:
 *
 * - pseudonym `entity:keyId:mac`, mac: 128 bits of HMAC-SHA-256 in base64url, 22 characters
 * - encrypted `enc:entity:keyId:payload`, payload: base64url of 12 bytes of nonce, the ciphertext, 16 bytes of tag;
 *   the entity and the key's name are additional data, so that a token can't be moved to another entity
 * - hash: as a pseudonym, of another derived key, with `hash.` before the entity
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

import { LABEL_UNITS } from '../detect/words.ts';
import { canonicalValue } from './canonical-value.ts';
import type { KeyRing } from './key-ring.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MAC_BYTES = 16;

/** Undefined without a key. */
export function pseudonymToken(ring: KeyRing, entity: string, value: string, id?: string): string | undefined {
  return macToken(ring, 'pseudonym', entity, entity, value, id);
}

/** Undefined without a key. */
export function hashToken(ring: KeyRing, entity: string, value: string): string | undefined {
  return macToken(ring, 'hash', entity, `hash.${entity}`, value);
}

function macToken(
  ring: KeyRing,
  use: string,
  entity: string,
  name: string,
  value: string,
  id: string | undefined = ring.activeId,
): string | undefined {
  const key = ring.derive(use, entity, id);
  if (key === undefined) return undefined;
  const mac = createHmac('sha256', key).update(canonicalValue(entity, value)).digest();
  return `${name}:${id}:${mac.subarray(0, MAC_BYTES).toString('base64url')}`;
}

/** Undefined without a key. */
export function encryptedToken(ring: KeyRing, entity: string, value: string): string | undefined {
  const id = ring.activeId;
  const key = ring.derive('encrypt', entity);
  return key === undefined || id === undefined ? undefined : seal(key, entity, id, value);
}

export function seal(key: Buffer, entity: string, id: string, value: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(additionalData(entity, id));
  const sealed = Buffer.concat([nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `enc:${entity}:${id}:${sealed.toString('base64url')}`;
}

function additionalData(entity: string, id: string): Buffer {
  return Buffer.from(`logferry:${entity}:${id}`);
}

const ENCRYPTED = /^enc:([a-z][a-z\d_]{1,39}):([\w-]{1,64}):([\w-]{38,})$/;

export interface OpenedToken {
  readonly entity: string;
  readonly keyId: string;
  readonly value: string;
}

/**
 * What an encrypted token holds; undefined when it is none, its key is not there, or it was changed.
 */
export function openToken(
  token: string,
  keyFor: (entity: string, id: string) => Buffer | undefined,
): OpenedToken | undefined {
  const [, entity = '', keyId = '', payload = ''] = ENCRYPTED.exec(token) ?? [];
  const key = entity === '' ? undefined : keyFor(entity, keyId);
  if (key === undefined) return undefined;
  const bytes = Buffer.from(payload, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
      .setAAD(additionalData(entity, keyId))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const value = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return { entity, keyId, value: value.toString('utf8') };
  } catch {
    return undefined;
  }
}

/** The value of a token that the encrypt operator made; undefined when its key is not in the ring or it was changed. */
export function decrypt(token: string, ring: KeyRing): string | undefined {
  return openToken(token, (entity, id) => ring.derive('encrypt', entity, id))?.value;
}

/** The pseudonyms of a value with every key of the ring, the active one first: to search for what is logged of it. */
export function pseudonymsOf(entity: string, value: string, ring: KeyRing): readonly string[] {
  return ring.ids.map((id) => pseudonymToken(ring, entity, value, id)).filter((token) => token !== undefined);
}

/** What stands beside one is anything: the sentence, the list or the key that the value stood in. */
const TOKEN = /enc:[a-z][a-z\d_]{1,39}:[\w-]{1,64}:[\w-]{38,}|(?:hash\.)?[a-z][a-z\d_]{1,39}:[\w-]{1,64}:[\w-]{22}/g;

/** Where tokens of these keys stand in a text: a second pass leaves them alone. */
export function tokenRanges(text: string, isKnown: (keyId: string) => boolean): readonly (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  for (const match of text.matchAll(TOKEN)) {
    if (isKnown(match[0].split(':').at(-2) ?? '')) ranges.push([match.index, match.index + match[0].length]);
  }
  return ranges;
}

/**
 * The text with labels as long as the tokens in their place: the name in front of a token is no key of a value, and no word in it
 * announces a number, or a second pass would find more than the first.
 */
export function labelled(text: string, tokens: readonly (readonly [number, number])[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const [start, end] of tokens) {
    pieces.push(text.slice(from, start), labelOfLength(end - start));
    from = end;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

/** As many labels as it takes: one has 3 units at least. */
function labelOfLength(units: number): string {
  if (units <= LABEL_UNITS) return `[${'X'.repeat(units - 2)}]`;
  const first = Math.min(LABEL_UNITS, units - 3);
  return `${labelOfLength(first)}${labelOfLength(units - first)}`;
}
