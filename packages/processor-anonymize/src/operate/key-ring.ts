// SPDX-License-Identifier: Apache-2.0

/**
 * The keys of pseudonyms, keyed hashes and encryption. One is active; the others are kept so that what was made with
 * them can be decrypted and found. From each key another one is derived for each use and entity (HKDF, RFC 5869), so
 * that no key serves two algorithms.
 */
import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { invalidOption, LogferryError } from '@logferry/core';

/** A key with its name. */
export interface KeyOptions {
  /** 1 to 32 characters from A-Z, a-z, 0-9, `_` and `-`. It stands in every token. */
  readonly id: string;
  /** At least 32 random bytes; as a text, in base64 or hexadecimal. */
  readonly key: Uint8Array | string;
}

/** Where keys come from when they are not at hand. The first key is the active one. */
export type KeyProvider = () => readonly KeyOptions[] | Promise<readonly KeyOptions[]>;

const LEAST_BYTES = 32;
/** A random key of 32 bytes has fewer different ones in less than one of 10^18 cases. */
const LEAST_DIFFERENT = 14;

interface Epoch {
  readonly id: string;
  readonly key: Buffer;
  readonly derived: Map<string, Buffer>;
}

export class KeyRing {
  #epochs: readonly Epoch[] = [];

  /**
   * @param keys the active one first. Without any, keyed operators redact until `rotate` or `load`.
   * @throws LogferryError `INVALID_OPTION` for a key that is short or weak; the message holds nothing of it.
   */
  constructor(keys: readonly KeyOptions[] = []) {
    this.#epochs = readKeys(keys);
  }

  /**
   * The keys of an environment variable: `id:base64`, several with commas between, the active one first.
   * @throws LogferryError `INVALID_OPTION`
   */
  static fromEnvironment(
    name: string,
    environment: Readonly<Record<string, string | undefined>> = process.env,
  ): KeyRing {
    const value = environment[name]?.trim();
    if (value === undefined || value === '') throw new LogferryError('INVALID_OPTION', `${name} must be set to keys`);
    return new KeyRing(parseKeys(value, name));
  }

  /**
   * The keys of a file with a line `id:base64` for each, the active one first.
   * @throws LogferryError `UNUSABLE_FILE` when it can't be read, `INVALID_OPTION` for what is in it.
   */
  static fromFile(path: string): KeyRing {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (cause) {
      throw new LogferryError('UNUSABLE_FILE', `the key file ${JSON.stringify(path)} can't be read`, { cause });
    }
    return new KeyRing(parseKeys(text, 'the key file'));
  }

  /** The name of the key that new tokens get; undefined without keys. */
  get activeId(): string | undefined {
    return this.#epochs[0]?.id;
  }

  /** The names of all keys, the active one first. */
  get ids(): readonly string[] {
    return this.#epochs.map(({ id }) => id);
  }

  /**
   * Makes a key the active one from now on. The older ones stay for `keep` rotations: what they made is still decrypted
   * and found, and what comes is not linkable with it.
   *
   * @param keep how many older keys stay. Default: all.
   * @throws LogferryError `INVALID_OPTION`
   */
  rotate(key: KeyOptions, keep: number = Infinity): void {
    const [epoch] = readKeys([key]);
    if (epoch === undefined) return;
    const older = this.#epochs.filter(({ id }) => id !== epoch.id);
    this.#epochs = [epoch, ...(keep === Infinity ? older : older.slice(0, keep))];
  }

  /** Forgets a key: what it encrypted can't be read any more. */
  forget(id: string): void {
    this.#epochs = this.#epochs.filter((epoch) => epoch.id !== id);
  }

  /**
   * Replaces the keys with those of a provider. On failure the keys stay as they are, and the promise rejects.
   */
  async load(provider: KeyProvider): Promise<void> {
    this.#epochs = readKeys(await provider());
  }

  /** The key for a use and an entity. @internal */
  derive(use: string, entity: string, id: string | undefined = this.activeId): Buffer | undefined {
    const epoch = this.#epochs.find((candidate) => candidate.id === id);
    if (epoch === undefined) return undefined;
    const info = `logferry/${use}/${entity}`;
    let derived = epoch.derived.get(info);
    if (derived === undefined) {
      derived = Buffer.from(hkdfSync('sha256', epoch.key, '', info, 32));
      epoch.derived.set(info, derived);
    }
    return derived;
  }
}

function parseKeys(text: string, name: string): readonly KeyOptions[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line, index) => {
      const colon = line.indexOf(':');
      // Nothing of the line may be said: it holds a key.
      if (colon < 1)
        throw new LogferryError('INVALID_OPTION', `${name} must hold id:key, and entry ${index + 1} does not`);
      return { id: line.slice(0, colon), key: line.slice(colon + 1) };
    });
}

function readKeys(keys: readonly KeyOptions[]): readonly Epoch[] {
  if (!Array.isArray(keys)) throw invalidOption('keys', undefined, 'a list of keys');
  const ids = new Set<string>();
  return keys.map(({ id, key }) => {
    if (typeof id !== 'string' || !/^[\w-]{1,32}$/.test(id)) {
      throw invalidOption('keys.id', undefined, '1 to 32 characters from A-Z, a-z, 0-9, "_" and "-"');
    }
    if (ids.has(id)) throw new LogferryError('INVALID_OPTION', `keys must have different ids, and ${id} comes twice`);
    ids.add(id);
    return { id, key: strongKey(id, keyBytes(key)), derived: new Map<string, Buffer>() };
  });
}

function keyBytes(key: unknown): Buffer {
  if (key instanceof Uint8Array) return Buffer.from(key);
  if (typeof key !== 'string') return Buffer.alloc(0);
  return /^(?:[\da-f]{2}){32,}$/i.test(key) ? Buffer.from(key, 'hex') : Buffer.from(key, 'base64');
}

function strongKey(id: string, bytes: Buffer): Buffer {
  if (bytes.length < LEAST_BYTES) {
    throw new LogferryError(
      'INVALID_OPTION',
      `the key ${id} must have at least ${LEAST_BYTES} bytes; it has ${bytes.length}`,
    );
  }
  if (new Set(bytes).size < LEAST_DIFFERENT || bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) {
    throw new LogferryError('INVALID_OPTION', `the key ${id} must be random bytes; it is a text or repeats itself`);
  }
  return bytes;
}
