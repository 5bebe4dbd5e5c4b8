// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Diagnostics, isLogferryError, type TimerHandle } from '@logferry/core';
import type { SecureContext } from 'node:tls';

import { type PemSource, readPem, readPemAgain, sourceName } from './pem-source.ts';
import type { TlsVersion } from './shared-options.ts';
import {
  checkCas,
  checkPair,
  type ClientPair,
  createTlsContext,
  type PairSource,
  type TlsSources,
} from './tls-material.ts';

/** Between two looks at the files that failed connections ask for. */
const MIN_LOOK_GAP_MILLIS = 1000;

/** How contexts are made and renewed. */
export interface TlsSettings {
  readonly minVersion: TlsVersion;
  /** Between two looks at the files; 0: never. */
  readonly reloadIntervalMillis: number;
}

/**
 * The TLS context of new connections. Certificates and keys that come from files are read again at an interval and when a
 * connection has failed; what is whole and fits together is used from then on, and else what was used before. The files'
 * content is compared, not their time or inode: it needs no watch, which misses a directory that is swapped by a symbolic
 * link, as Kubernetes does.
 */
export class TlsContexts {
  readonly #sources: TlsSources;
  readonly #settings: TlsSettings;
  readonly #clock: Clock;
  readonly #diagnostics: Diagnostics;
  #ca: string | undefined;
  #pair: ClientPair | undefined;
  #context: SecureContext;
  #timer: TimerHandle | undefined;
  #isLooking = false;
  #lookedAtMillis = -Infinity;
  #closed = false;

  /**
   * Reads and checks everything before the first connection, so that a mistake is an error at start and not a silent
   * fallback to other roots or to a connection without a client certificate.
   * @throws LogferryError `UNUSABLE_FILE` or `INVALID_OPTION` that names the option and the path, never the content.
   */
  constructor(sources: TlsSources, settings: TlsSettings, clock: Clock, diagnostics: Diagnostics) {
    this.#sources = sources;
    this.#settings = settings;
    this.#clock = clock;
    this.#diagnostics = diagnostics;
    const { ca, pair } = sources;
    if (ca !== undefined) {
      this.#ca = readPem(ca);
      checkCas(ca, this.#ca);
    }
    if (pair !== undefined) this.#pair = checkPair(pair, readPem(pair.cert), readPem(pair.key));
    this.#context = createTlsContext(settings.minVersion, this.#ca, this.#pair);
  }

  /** The context of a connection that is made now. The first call begins the looks at the files. */
  current(): SecureContext {
    if (this.#timer === undefined) this.#scheduleLook();
    this.#tellExpiry();
    return this.#context;
  }

  /** Tells that a connection has failed: perhaps the peer demands what the files hold by now. */
  connectionFailed(): void {
    if (this.#clock.monotonicMillis() - this.#lookedAtMillis >= MIN_LOOK_GAP_MILLIS) void this.#look();
  }

  /** Ends the looks at the files. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #scheduleLook(): void {
    const { reloadIntervalMillis } = this.#settings;
    if (reloadIntervalMillis === 0 || this.#closed || !this.#hasFiles()) return;
    this.#timer = this.#clock.setTimer(() => {
      void this.#look().then(() => this.#scheduleLook());
    }, reloadIntervalMillis);
  }

  #hasFiles(): boolean {
    const { ca, pair } = this.#sources;
    return [ca, pair?.cert, pair?.key].some((source) => source?.kind === 'file');
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.#closed || this.#settings.reloadIntervalMillis === 0) return;
    this.#isLooking = true;
    this.#lookedAtMillis = this.#clock.monotonicMillis();
    const [ca, pair] = await Promise.all([this.#latestCas(), this.#latestPair()]);
    this.#isLooking = false;
    if (this.#closed) return;
    if (ca !== this.#ca) this.#use('the CAs', this.#sources.ca, ca, this.#pair);
    if (pair !== this.#pair) this.#use('the client certificate', this.#sources.pair?.cert, this.#ca, pair);
    this.#tellExpiry();
  }

  #use(what: string, source: PemSource | undefined, ca: string | undefined, pair: ClientPair | undefined): void {
    try {
      this.#context = createTlsContext(this.#settings.minVersion, ca, pair);
    } catch (error) {
      this.#keep(what, error);
      return;
    }
    this.#ca = ca;
    this.#pair = pair;
    const from = source === undefined ? '' : ` of ${sourceName(source)}`;
    this.#diagnostics.info(`tls-reloaded:${what}`, `new connections use ${what}${from}, which changed`);
  }

  async #latestCas(): Promise<string | undefined> {
    const { ca } = this.#sources;
    if (ca === undefined) return this.#ca;
    try {
      const pem = await readPemAgain(ca);
      if (pem === this.#ca) return this.#ca;
      checkCas(ca, pem);
      return pem;
    } catch (error) {
      this.#keep('the CAs', error);
      return this.#ca;
    }
  }

  async #latestPair(): Promise<ClientPair | undefined> {
    const { pair } = this.#sources;
    if (pair === undefined) return this.#pair;
    try {
      // Once more, because an atomic swap can fall between the two reads.
      return await this.#readPair(pair).catch(() => this.#readPair(pair));
    } catch (error) {
      this.#keep('the client certificate', error);
      return this.#pair;
    }
  }

  async #readPair(pair: PairSource): Promise<ClientPair | undefined> {
    const [cert, key] = await Promise.all([readPemAgain(pair.cert), readPemAgain(pair.key)]);
    return cert === this.#pair?.cert && key === this.#pair.key ? this.#pair : checkPair(pair, cert, key);
  }

  #keep(what: string, error: unknown): void {
    // Another error's text could quote the content.
    const problem = isLogferryError(error) ? error.message : 'they can not be read';
    this.#diagnostics.warn(`tls-kept:${what}`, `${problem}; what was read before stays in use`);
  }

  #tellExpiry(): void {
    const { pair } = this.#sources;
    if (pair === undefined || this.#pair === undefined || this.#clock.wallMillis() <= this.#pair.endsAtMillis) return;
    const endedAt = new Date(this.#pair.endsAtMillis).toISOString();
    this.#diagnostics.warn(
      'tls-expired',
      `the client certificate of ${sourceName(pair.cert)} is in use and expired at ${endedAt}: servers refuse new connections with it`,
    );
  }
}
