// SPDX-License-Identifier: Apache-2.0

const callbacks = new Set<() => void>();

function callAll(): void {
  for (const callback of callbacks) callback();
}

/**
 * Calls back whenever the process has nothing left to do, until the function that comes back is called. All processors
 * share one listener, so that many of them don't bring about Node's warning of a leak.
 */
export function onBeforeExit(callback: () => void): () => void {
  if (callbacks.size === 0) process.on('beforeExit', callAll);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) process.off('beforeExit', callAll);
  };
}
