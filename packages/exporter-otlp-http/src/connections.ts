// SPDX-License-Identifier: Apache-2.0
import type { Client } from 'undici';

interface Connection {
  readonly client: Client;
  inFlight: number;
}

/**
 * Kept-alive connections: the first one that is free is used, so that sends which come one after the other share one.
 * undici's own pool takes a second connection for a request that comes right behind a response.
 */
export class Connections {
  readonly #make: () => Client;
  readonly #limit: number;
  readonly #connections: Connection[] = [];

  /** @param limit of connections at the same time; work beyond it waits behind the least of other work. */
  constructor(limit: number, make: () => Client) {
    this.#limit = limit;
    this.#make = make;
  }

  /** Runs `work` with a connection that counts as taken until its promise settles. */
  async use<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const connection = this.#take();
    connection.inFlight += 1;
    try {
      return await work(connection.client);
    } finally {
      connection.inFlight -= 1;
    }
  }

  /** What is in flight ends with an error. */
  close(): void {
    // Rejects only for a second call.
    for (const { client } of this.#connections) client.destroy().catch(() => undefined);
  }

  #take(): Connection {
    const free = this.#connections.find(({ inFlight }) => inFlight === 0);
    if (free !== undefined) return free;
    if (this.#connections.length < this.#limit) {
      const made = { client: this.#make(), inFlight: 0 };
      this.#connections.push(made);
      return made;
    }
    return this.#connections.reduce((least, other) => (other.inFlight < least.inFlight ? other : least));
  }
}
