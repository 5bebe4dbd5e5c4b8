// SPDX-License-Identifier: Apache-2.0
import type { EventEmitter } from 'node:events';

/** Resolves when the stream says that it takes more. */
export function drained(stream: EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    stream.once('drain', resolve);
  });
}
