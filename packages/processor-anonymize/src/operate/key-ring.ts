// SPDX-License-Identifier: Apache-2.0

/**
 * The keys of pseudonyms, keyed hashes and encryption. One is active; the others are kept so that what was made with
 * them can be decrypted and found. From each key another one is derived for each use and entity (HKDF, RFC 5869), so
 * that no key serves two algorithms.
 */
import { hkdfSync } from 'node:crypto';

import { LogferryError } from '@logferry/core';

import { readKeyFile } from './key-file.ts';
import { checkKeys, type KeyOptions, parseKeys, type StrongKey } from './key-options.ts';

/** Entities whose keys are remembered; the tokens that are decrypted name them. */
const MAX_DERIVED = 256;

interface Epoch extends StrongKey {
  readonly derived: Map<string, Buffer>;
}

export class KeyRing {
  #epochs: readonly Epoch[] = [];
  #ids: readonly string[] = [];
  #revision = 0;

  /**
   * @param keys the active one first. Without any, keyed operators redact until `rotate` or `replace`.
   * @throws LogferryError `INVALID_OPTION` for a key that is short or weak; the message holds nothing of it.
   */
  constructor(keys: readonly KeyOptions[] = []) {
    this.#use(checkKeys(keys));
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
   * The keys of a file, as they are now; see `keyFile`, which reads it again when keys are refreshed.
   * @throws LogferryError `UNUSABLE_FILE` when it can't be read or others can read it, `INVALID_OPTION` for what is in it.
   */
  static fromFile(path: string): KeyRing {
    return new KeyRing(readKeyFile(path));
  }

  /** The name of the key that new tokens get; undefined without keys. */
  get activeId(): string | undefined {
    return this.#epochs[0]?.id;
  }

  /** The names of all keys, the active one first. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /**
   * Makes a key the active one from now on. The older ones stay for `keep` rotations: what they made is still decrypted
   * and found, and what comes is not linkable with it.
   *
   * @param keep how many older keys stay. Default: all.
   * @throws LogferryError `INVALID_OPTION`
   */
  rotate(key: KeyOptions, keep: number = Infinity): void {
    const [active] = checkKeys([key]);
    if (active === undefined) return;
    const older = this.#epochs.filter(({ id }) => id !== active.id);
    this.#use([active, ...(keep === Infinity ? older : older.slice(0, keep))]);
  }

  /** Forgets a key: what it encrypted can't be read any more. */
  forget(id: string): void {
    this.#use(this.#epochs.filter((epoch) => epoch.id !== id));
  }

  /**
   * Replaces all keys, the active one first. On an error the keys stay as they are.
   * @throws LogferryError `INVALID_OPTION` also for an empty list
   */
  replace(keys: readonly KeyOptions[]): void {
    const checked = checkKeys(keys);
    if (checked.length === 0) throw new LogferryError('INVALID_OPTION', 'keys must hold a key, and are empty');
    this.#use(checked);
  }

  /** Changes with every change of the keys: what was made with them and remembered is told apart by it. @internal */
  get revision(): number {
    return this.#revision;
  }

  /** The key for a use and an entity. @internal */
  derive(use: string, entity: string, id: string | undefined = this.activeId): Buffer | undefined {
    const epoch = this.#epochs.find((candidate) => candidate.id === id);
    if (epoch === undefined) return undefined;
    const info = `logferry/${use}/${entity}`;
    let derived = epoch.derived.get(info);
    if (derived === undefined) {
      if (epoch.derived.size >= MAX_DERIVED) epoch.derived.clear();
      derived = Buffer.from(hkdfSync('sha256', epoch.key, '', info, 32));
      epoch.derived.set(info, derived);
    }
    return derived;
  }

  #use(keys: readonly StrongKey[]): void {
    const known = this.#epochs;
    this.#revision += 1;
    this.#epochs = keys.map(({ id, key }) => {
      const same = known.find((epoch) => epoch.id === id && epoch.key.equals(key));
      return same ?? { id, key, derived: new Map<string, Buffer>() };
    });
    this.#ids = keys.map(({ id }) => id);
  }
}
