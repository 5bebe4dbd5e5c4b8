// SPDX-License-Identifier: Apache-2.0
import { errorOf } from './problem.ts';
import type { Problem } from './protocol.ts';

interface Request {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Flushes and shutdowns that the worker was asked for and has not answered. */
export class ThreadRequests {
  readonly #open = new Map<number, Request>();
  #nextId = 1;

  /** @param post is given the id to ask with. */
  async ask(post: (id: number) => void): Promise<void> {
    const id = this.#nextId;
    this.#nextId += 1;
    await new Promise<void>((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      post(id);
    });
  }

  answered(id: number, problem: Problem | undefined): void {
    const request = this.#open.get(id);
    this.#open.delete(id);
    if (problem === undefined) request?.resolve();
    else request?.reject(errorOf(problem));
  }

  /** The worker is gone: there is nothing left in it to wait for. */
  resolveAll(): void {
    for (const { resolve } of this.#open.values()) resolve();
    this.#open.clear();
  }
}
