// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';

import { pino } from 'pino';

import { bundledWrites, type WorkerStream } from './bundled-writes.ts';
import type { TransportOptions } from './transport/options.ts';

type PinoTransport = ReturnType<typeof pino.transport>;

// The tests run from the TypeScript sources.
const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
const TARGET = fileURLToPath(new URL(`./transport${EXTENSION}`, import.meta.url));

/**
 * Starts the transport in pino's worker thread, as `pino.transport({ target: '@logferry/bridge-pino/transport', options })` does, and
 * hands lines over once in a turn of the event loop, which costs the thread that logs less.
 */
export function openTelemetryTransport(options: TransportOptions = {}): PinoTransport {
  const stream = pino.transport({ target: TARGET, options }) as PinoTransport & WorkerStream;
  return bundledWrites(stream);
}
