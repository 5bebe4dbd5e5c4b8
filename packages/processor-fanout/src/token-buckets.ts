// SPDX-License-Identifier: Apache-2.0

export interface TokenBucketBounds {
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Tokens that a bucket holds. */
  readonly burst: number;
  /** Buckets that are kept. */
  readonly maxKeys: number;
}

/** Longer keys share the bucket of those that found no room, so that the table's memory is bounded. */
const MAX_KEY_LENGTH = 256;

/** From one search for full buckets to the next, at least: a flood of new keys must not search each time. */
const SWEEP_INTERVAL_MILLIS = 1000;

interface Bucket {
  tokens: number;
  atMillis: number;
}

/**
 * A token bucket for each key. A bucket that is full again is forgotten when room is needed; while there is none, all
 * further keys share one bucket, so that making up keys doesn't get round the limit.
 */
export class TokenBuckets {
  readonly #bounds: TokenBucketBounds;
  readonly #buckets = new Map<string, Bucket>();
  readonly #shared: Bucket;
  #nextSweepMillis = -Infinity;

  constructor(bounds: TokenBucketBounds) {
    this.#bounds = bounds;
    this.#shared = { tokens: bounds.burst, atMillis: -Infinity };
  }

  /** Takes a token; false when there is none. @param key undefined for the bucket that further keys share. */
  take(key: string | undefined, nowMillis: number): boolean {
    const bucket = this.#bucket(key, nowMillis);
    bucket.tokens = this.#tokensAt(bucket, nowMillis);
    bucket.atMillis = nowMillis;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #bucket(key: string | undefined, nowMillis: number): Bucket {
    if (key === undefined || key.length > MAX_KEY_LENGTH) return this.#shared;
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#bounds.maxKeys) this.#sweep(nowMillis);
    if (this.#buckets.size >= this.#bounds.maxKeys) return this.#shared;
    const bucket = { tokens: this.#bounds.burst, atMillis: nowMillis };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #sweep(nowMillis: number): void {
    if (nowMillis < this.#nextSweepMillis) return;
    this.#nextSweepMillis = nowMillis + SWEEP_INTERVAL_MILLIS;
    for (const [key, bucket] of this.#buckets) {
      if (this.#tokensAt(bucket, nowMillis) >= this.#bounds.burst) this.#buckets.delete(key);
    }
  }

  #tokensAt({ tokens, atMillis }: Bucket, nowMillis: number): number {
    const { perSecond, burst } = this.#bounds;
    return Math.min(burst, tokens + ((nowMillis - atMillis) / 1000) * perSecond);
  }
}
