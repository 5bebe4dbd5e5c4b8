// SPDX-License-Identifier: Apache-2.0
import type { AttemptOutcome } from '@logferry/otlp-exporter-base';

/** So many attempts in a row that nobody answered, and the connection is given up: it may lead nowhere. */
const SILENT_ATTEMPTS_BEFORE_RECONNECT = 2;

/**
 * Finds peers that do not answer any more. A connection that leads nowhere (a peer that was switched off) would stay
 * until TCP gives up, a quarter of an hour later; grpc-js does not look for it without keepalive pings.
 */
export class SilenceDetector {
  readonly #silentAttempts = new Map<string, number>();

  /** @returns whether the peer has to be connected to anew. */
  isSilent(peer: string, outcome: AttemptOutcome): boolean {
    if (outcome.kind === 'cancelled') return false;
    if (outcome.kind === 'accepted' || outcome.status !== 'DEADLINE_EXCEEDED') {
      this.#silentAttempts.delete(peer);
      return false;
    }
    const attempts = (this.#silentAttempts.get(peer) ?? 0) + 1;
    // Forgotten, so that the next connection has as many attempts, and peers that are gone take no memory.
    if (attempts >= SILENT_ATTEMPTS_BEFORE_RECONNECT) this.#silentAttempts.clear();
    else this.#silentAttempts.set(peer, attempts);
    return attempts >= SILENT_ATTEMPTS_BEFORE_RECONNECT;
  }
}
