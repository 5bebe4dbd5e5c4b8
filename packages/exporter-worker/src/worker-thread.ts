// SPDX-License-Identifier: Apache-2.0
import { extname } from 'node:path';
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type ResourceLimits,
  Worker,
} from 'node:worker_threads';

import { shortReason } from './problem.ts';
import { type FromThread, SIGNAL_ENDED, SIGNAL_MESSAGES, type ThreadSetup, type ToThread } from './protocol.ts';

export interface WorkerThreadSettings extends Omit<ThreadSetup, 'port' | 'signal'> {
  /** The environment that the thread sees. */
  readonly environment: NodeJS.ProcessEnv;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly execArgv: readonly string[];
}

export interface WorkerThreadEvents {
  message(message: FromThread): void;
  /** The thread is gone, and nothing in it reads shared memory any more. Called once, after the last message. */
  ended(reason: string): void;
}

/**
 * One worker thread, from its start to its end. Its messages come through events, or, in a process that is exiting and
 * whose event loop turns no more, through `waitForMessages`.
 */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #events: WorkerThreadEvents;
  readonly #signal: Int32Array = new Int32Array(new SharedArrayBuffer(8));
  #error: unknown;
  #hasEnded = false;

  /** @throws whatever Node says where it allows no worker threads. */
  constructor(settings: WorkerThreadSettings, events: WorkerThreadEvents) {
    const { environment, resourceLimits, execArgv, ...setup } = settings;
    const { port1, port2 } = new MessageChannel();
    this.#events = events;
    this.#port = port1;
    try {
      this.#worker = new Worker(threadModule(), {
        name: 'logferry-exporter',
        workerData: { ...setup, port: port2, signal: this.#signal } satisfies ThreadSetup,
        transferList: [port2],
        env: environment,
        // Not the application's: what it preloads, such as instrumentation, would trace and log the exporter's requests.
        execArgv: [...execArgv],
        ...(resourceLimits === undefined ? {} : { resourceLimits }),
      });
    } catch (error) {
      port1.close();
      throw error;
    }
    this.#port.on('message', (message: FromThread) => events.message(message));
    this.#worker.on('error', (error) => {
      this.#error = error;
    });
    this.#worker.on('exit', (code) => this.#end(code));
    this.#port.unref();
    this.#worker.unref();
  }

  post(message: ToThread): void {
    this.#port.postMessage(message);
  }

  /** Ends the thread wherever it is; `ended` is called as soon as it is gone. */
  terminate(): void {
    void this.#worker.terminate();
  }

  /** Blocks until the thread has said something or has ended, at most for so long. */
  waitForMessages(timeoutMillis: number): void {
    const count = Atomics.load(this.#signal, SIGNAL_MESSAGES);
    if (this.#drain() > 0) return;
    if (Atomics.load(this.#signal, SIGNAL_ENDED) === 1) {
      this.#end(undefined);
      return;
    }
    Atomics.wait(this.#signal, SIGNAL_MESSAGES, count, timeoutMillis);
    this.#drain();
  }

  #end(exitCode: number | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    // Outcomes that the thread posted before it ended need no second send.
    this.#drain();
    this.#port.close();
    const code = exitCode === undefined ? '' : ` with code ${exitCode}`;
    this.#events.ended(this.#error === undefined ? `it ended${code}` : shortReason(this.#error));
  }

  #drain(): number {
    let count = 0;
    for (;;) {
      const received: { message: FromThread } | undefined = receiveMessageOnPort(this.#port);
      if (received === undefined) return count;
      count += 1;
      this.#events.message(received.message);
    }
  }
}

/** Beside this file, with the same ending: in an installed package it is JavaScript, in the repository TypeScript. */
function threadModule(): URL {
  return new URL(`./thread/main${extname(import.meta.url)}`, import.meta.url);
}
