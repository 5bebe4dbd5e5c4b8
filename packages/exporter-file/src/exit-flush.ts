// SPDX-License-Identifier: Apache-2.0

const REGISTRY = new Set<() => void>();

/**
 * Calls back from the process's `exit` event: after `process.exit`, an uncaught exception, or when nothing is left to do;
 * in a worker thread, when it ends. One listener serves all exporters, so that Node warns of no leak.
 *
 * @returns what takes the callback back.
 */
export function onProcessExit(callback: () => void): () => void {
  if (REGISTRY.size === 0) process.on('exit', callAll);
  REGISTRY.add(callback);
  return () => {
    REGISTRY.delete(callback);
    if (REGISTRY.size === 0) process.off('exit', callAll);
  };
}

function callAll(): void {
  for (const callback of REGISTRY) callback();
}
