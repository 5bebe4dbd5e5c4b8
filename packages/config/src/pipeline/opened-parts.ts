// SPDX-License-Identifier: Apache-2.0

/** Something that holds files, sockets or threads. */
interface Closable {
  shutdown(): Promise<void>;
}

/** What was opened while a pipeline is built, so that an error leaves nothing open. */
export class OpenedParts {
  readonly #parts: Closable[] = [];

  add<T extends Closable>(part: T): T {
    this.#parts.push(part);
    return part;
  }

  /** What is in another part now is closed by that part. */
  handOver(part: Closable): void {
    const index = this.#parts.indexOf(part);
    if (index >= 0) this.#parts.splice(index, 1);
  }

  /** Closes what was opened, the last part first. Never throws, never rejects. */
  async close(): Promise<void> {
    const shutdowns = this.#parts.toReversed().map(async (part) => await part.shutdown());
    await Promise.allSettled(shutdowns);
  }
}
