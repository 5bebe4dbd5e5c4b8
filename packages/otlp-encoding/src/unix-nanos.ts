// SPDX-License-Identifier: Apache-2.0

const TWO_POWER_32 = 0x1_0000_0000;
const NANOS_PER_SECOND = 1_000_000_000;
const MAX_UINT64 = (1n << 64n) - 1n;

/** The last second whose nanoseconds since the epoch fit into 64 bits, and a whole second follows it. */
const MAX_SECONDS = 18_446_744_072;

/**
 * Turns `[seconds, nanoseconds]` into nanoseconds since the Unix epoch as two unsigned 32-bit halves, exactly. Records
 * come in the order of time, so the product for their second is mostly the last one.
 */
export class UnixNanos {
  /** Set by `read`. */
  low = 0;
  /** Set by `read`. */
  high = 0;
  #seconds = 0;
  #baseLow = 0;
  #baseHigh = 0;

  /**
   * Reads a time as the SDK makes it.
   * @returns false for anything else: `readAny` makes the best of it.
   */
  read(seconds: number, nanos: number): boolean {
    if ((nanos | 0) !== nanos || nanos < 0 || nanos >= NANOS_PER_SECOND) return false;
    if (seconds !== this.#seconds) {
      if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_SECONDS) return false;
      this.#setSeconds(seconds);
    }
    const low = this.#baseLow + nanos;
    if (low < TWO_POWER_32) {
      this.low = low;
      this.high = this.#baseHigh;
    } else {
      this.low = low - TWO_POWER_32;
      this.high = this.#baseHigh + 1;
    }
    return true;
  }

  /** Reads any value: what is no time, or before 1970, becomes 0 ("unknown"); what is too late becomes the latest time. */
  readAny(value: unknown): void {
    let nanos = 0n;
    try {
      nanos = toNanos(value);
    } catch {
      // A proxy that throws is no time.
    }
    this.low = Number(nanos & 0xffff_ffffn);
    this.high = Number(nanos >> 32n);
  }

  /** Parts of the product that stay below 2^53: the second's lower 16 bits, and the rest. */
  #setSeconds(seconds: number): void {
    const lower = (seconds % 0x1_0000) * NANOS_PER_SECOND;
    const upper = Math.floor(seconds / 0x1_0000) * NANOS_PER_SECOND;
    const low = (upper % 0x1_0000) * 0x1_0000 + (lower % TWO_POWER_32);
    this.#baseLow = low % TWO_POWER_32;
    this.#baseHigh = Math.floor(upper / 0x1_0000) + Math.floor(lower / TWO_POWER_32) + Math.floor(low / TWO_POWER_32);
    this.#seconds = seconds;
  }
}

function toNanos(value: unknown): bigint {
  if (!Array.isArray(value)) return 0n;
  // By index, as `read` is given them: the iterator of a Proxy around an array may say otherwise.
  const seconds: unknown = value[0];
  const nanos: unknown = value[1];
  if (typeof seconds !== 'number' || typeof nanos !== 'number') return 0n;
  if (!Number.isFinite(seconds) || !Number.isFinite(nanos)) return 0n;
  const whole = Math.trunc(seconds);
  const rest = Math.trunc((seconds - whole) * NANOS_PER_SECOND + nanos);
  const total = BigInt(whole) * BigInt(NANOS_PER_SECOND) + BigInt(rest);
  if (total < 0n) return 0n;
  return total > MAX_UINT64 ? MAX_UINT64 : total;
}
