// SPDX-License-Identifier: Apache-2.0

/**
 * Crypto-shredding: what is encrypted for a person has a key of that person, and to delete the key makes every copy
 * unreadable, wherever it is.
 */
import { randomBytes } from 'node:crypto';

import { openToken, seal } from './tokens.ts';

/** A data key of one subject. */
export interface SubjectKey {
  /** A random name of 1 to 64 characters from A-Z, a-z, 0-9, `_` and `-`: it stands in tokens, so it must not name the subject. */
  readonly id: string;
  /** 32 random bytes. */
  readonly key: Uint8Array;
}

/**
 * Where the keys of subjects are kept. It is asked while a record is emitted, so it answers from memory; what it throws,
 * or undefined, redacts the value.
 */
export interface SubjectKeyStore {
  /** The key of a subject, made when there is none; undefined when the subject was deleted. */
  keyOf(subject: string): SubjectKey | undefined;
  /** A key by its name, for decryption; undefined once it was deleted. */
  keyById(id: string): SubjectKey | undefined;
}

/** Keeps keys in memory: for tests, and as the front of a store that persists them. */
export class MemorySubjectKeyStore implements SubjectKeyStore {
  readonly #bySubject = new Map<string, SubjectKey | undefined>();
  readonly #byId = new Map<string, SubjectKey>();

  keyOf(subject: string): SubjectKey | undefined {
    if (this.#bySubject.has(subject)) return this.#bySubject.get(subject);
    const key = { id: randomBytes(12).toString('base64url'), key: randomBytes(32) };
    this.#bySubject.set(subject, key);
    this.#byId.set(key.id, key);
    return key;
  }

  keyById(id: string): SubjectKey | undefined {
    return this.#byId.get(id);
  }

  /** Deletes a subject's key for good. Records that come later for it are redacted. */
  delete(subject: string): void {
    const key = this.#bySubject.get(subject);
    if (key !== undefined) this.#byId.delete(key.id);
    this.#bySubject.set(subject, undefined);
  }
}

/** Undefined when the subject has no key. */
export function shreddableToken(
  store: SubjectKeyStore,
  subject: string,
  entity: string,
  value: string,
): string | undefined {
  const key = store.keyOf(subject);
  if (key === undefined || key.key.length !== 32 || !/^[\w-]{1,64}$/.test(key.id)) return undefined;
  return seal(Buffer.from(key.key), entity, key.id, value);
}

/** The value of a token that the shred operator made; undefined once its subject's key was deleted. */
export function decryptForSubject(token: string, store: SubjectKeyStore): string | undefined {
  return openToken(token, (_entity, id) => {
    const key = store.keyById(id);
    return key === undefined ? undefined : Buffer.from(key.key);
  })?.value;
}
