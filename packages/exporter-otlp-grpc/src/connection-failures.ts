// SPDX-License-Identifier: Apache-2.0

/** Addresses that one message names. */
const MAX_SHOWN = 3;

/** Addresses that are remembered: a name can resolve to others for ever. */
const MAX_KEPT = 64;

/**
 * Told of a connection that was lost before it could be used.
 * @param cause why, in words; undefined where it has no name, such as a reset.
 */
export type AddressFailureObserver = (address: string, cause: string | undefined) => void;

/** Why connections failed after TCP had connected, by the address of their peer, until a request to it is answered. */
export class ConnectionFailures {
  readonly #causes = new Map<string, string>();

  readonly failed: AddressFailureObserver = (address, cause) => {
    // Anew, so that the latest is the last.
    this.#causes.delete(address);
    if (cause === undefined) return;
    this.#causes.set(address, cause);
    if (this.#causes.size > MAX_KEPT) {
      const oldest = this.#causes.keys().next();
      if (oldest.done !== true) this.#causes.delete(oldest.value);
    }
  };

  worked(address: string): void {
    this.#causes.delete(address);
  }

  /** Forgets an address that a text names: what the text says about it came later. */
  forgetNamedIn(text: string): void {
    for (const address of this.#causes.keys()) if (names(text, address)) this.#causes.delete(address);
  }

  /** What is known, by address; it is then forgotten until it happens again. */
  take(): [address: string, cause: string][] {
    const taken = [...this.#causes];
    this.#causes.clear();
    return taken;
  }

  /** The cause of the connection that failed last. */
  latest(): string | undefined {
    return [...this.#causes.values()].at(-1);
  }

  /** Every address with its cause, in a fixed order, so that the same state gives the same text. */
  everyAddress(): string | undefined {
    if (this.#causes.size === 0) return undefined;
    const each = [...this.#causes].map(([address, cause]) => `${address}: ${cause}`).toSorted();
    const more = each.length > MAX_SHOWN ? `; and ${each.length - MAX_SHOWN} more` : '';
    return `${each.slice(0, MAX_SHOWN).join('; ')}${more}`;
  }
}

/** Whether the text holds the address, written as Node does: an IPv6 address without brackets. */
function names(text: string, address: string): boolean {
  const written = address.replace(/^\[(.*)\]/, '$1');
  const at = text.indexOf(written);
  return at >= 0 && !/^\d/.test(text.slice(at + written.length));
}
