// SPDX-License-Identifier: Apache-2.0
import type { MessagePort } from 'node:worker_threads';

import { type FromThread, SIGNAL_ENDED, SIGNAL_MESSAGES, type ToThread } from '../protocol.ts';

/** The thread's end of the line to the application. */
export class ThreadPort {
  readonly #port: MessagePort;
  readonly #signal: Int32Array;

  constructor(port: MessagePort, signal: Int32Array) {
    this.#port = port;
    this.#signal = signal;
  }

  /** From the first listener on the port keeps the thread alive. */
  listen(take: (message: ToThread) => void): void {
    this.#port.on('message', take);
  }

  /** @throws where the message holds what can't be cloned. */
  post(message: FromThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
    this.#wake();
  }

  /** Lets the thread end. */
  close(): void {
    this.#port.close();
  }

  sayEnded(): void {
    Atomics.store(this.#signal, SIGNAL_ENDED, 1);
    this.#wake();
  }

  /** The application blocks while its process exits, and sees messages only when it wakes. */
  #wake(): void {
    Atomics.add(this.#signal, SIGNAL_MESSAGES, 1);
    Atomics.notify(this.#signal, SIGNAL_MESSAGES);
  }
}
