// SPDX-License-Identifier: Apache-2.0
import { diag } from '@opentelemetry/api';

import { type Clock, systemClock } from './clock.ts';

/** How long the same diagnostic stays silent after it was said. */
const DEFAULT_INTERVAL_MILLIS = 60_000;

/** Distinct keys remembered; the oldest is forgotten first, so that memory is bounded. */
const MAX_KEYS = 256;

/**
 * What a component says about itself through the API's `diag`: loud the first time, then counted and said at most once in
 * an interval, with the number of times it was held back. A message never holds a header value, a key, or record content.
 */
export class Diagnostics {
  readonly #component: string;
  readonly #clock: Clock;
  readonly #intervalMillis: number;
  readonly #said = new Map<string, { atMillis: number; heldBack: number }>();

  /** @param component the package's name, such as `@logferry/exporter-file`. */
  constructor(component: string, clock: Clock = systemClock, intervalMillis: number = DEFAULT_INTERVAL_MILLIS) {
    this.#component = component;
    this.#clock = clock;
    this.#intervalMillis = intervalMillis;
  }

  /** @param key what counts as the same diagnostic. */
  error(key: string, message: string): void {
    this.#say('error', key, message);
  }

  /** @param key what counts as the same diagnostic. */
  warn(key: string, message: string): void {
    this.#say('warn', key, message);
  }

  /** @param key what counts as the same diagnostic. */
  info(key: string, message: string): void {
    this.#say('info', key, message);
  }

  #say(level: 'error' | 'warn' | 'info', key: string, message: string): void {
    const now = this.#clock.monotonicMillis();
    const last = this.#said.get(key);
    if (last !== undefined && now - last.atMillis < this.#intervalMillis) {
      last.heldBack += 1;
      return;
    }
    const repeated =
      last === undefined || last.heldBack === 0 ? '' : ` (and ${last.heldBack} times since it was last said)`;
    this.#said.delete(key);
    this.#said.set(key, { atMillis: now, heldBack: 0 });
    if (this.#said.size > MAX_KEYS) {
      const oldest = this.#said.keys().next();
      if (oldest.done !== true) this.#said.delete(oldest.value);
    }
    try {
      diag[level](`${this.#component}: ${message}${repeated}`);
    } catch {
      // The application's diag logger threw; there is nobody left to tell.
    }
  }
}
