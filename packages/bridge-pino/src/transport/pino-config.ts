// SPDX-License-Identifier: Apache-2.0
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';

import type { LineFormat } from '../foreign-line.ts';
import { LevelTable, PINO_LEVELS, type PinoLevels } from '../pino-levels.ts';
import type { ResolvedTransportOptions } from './options.ts';

/** What pino posts to a transport's worker when a logger is made that writes to it, before any line. */
interface PinoConfig {
  readonly code?: unknown;
  readonly config?: {
    readonly levels?: PinoLevels;
    readonly messageKey?: string;
    readonly errorKey?: string;
  };
}

/** How the lines of the logger are to be read: by the options, and by what pino says of the logger. */
export class LoggerFormat {
  readonly #options: ResolvedTransportOptions;
  readonly #port: MessagePort | null;
  #isTold = false;
  #current: LineFormat;

  /** @param port of the worker; null in a thread that is none. */
  constructor(options: ResolvedTransportOptions, port: MessagePort | null) {
    this.#options = options;
    this.#port = port;
    this.#current = this.#format({});
    port?.on('message', (message: unknown) => this.#hear(message));
  }

  current(): LineFormat {
    if (!this.#isTold) this.#askAtOnce();
    return this.#current;
  }

  /** The message was posted before the first line was, but the event loop may come to the line first. */
  #askAtOnce(): void {
    const port = this.#port;
    if (port === null) return;
    for (;;) {
      const received = receiveMessageOnPort(port);
      if (received === undefined) return;
      // It may be for another listener, such as pino's own.
      (port as MessagePort & { emit(name: string, message: unknown): void }).emit('message', received.message);
    }
  }

  #hear(message: unknown): void {
    const { code, config } = (message ?? {}) as PinoConfig;
    if (code !== 'PINO_CONFIG' || config === undefined) return;
    this.#isTold = true;
    this.#current = this.#format(config);
  }

  #format(config: NonNullable<PinoConfig['config']>): LineFormat {
    const { messageKey, errorKey, nestedKey, timeKey } = this.#options;
    return {
      messageKey: messageKey ?? config.messageKey ?? 'msg',
      errorKey: errorKey ?? config.errorKey ?? 'err',
      nestedKey,
      timeKey,
      levels: new LevelTable(config.levels ?? PINO_LEVELS),
    };
  }
}
