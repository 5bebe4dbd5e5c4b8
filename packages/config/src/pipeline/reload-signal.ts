// SPDX-License-Identifier: Apache-2.0
import { isMainThread } from 'node:worker_threads';

import type { ReloadOptions } from '../options.ts';
import { diagnostics } from './pipeline-diagnostics.ts';

/**
 * Reloads whenever the signal comes. What a reload that failed has to say is said by the pipeline.
 * @returns what takes the listener away.
 */
export function listenForReload(signal: ReloadOptions['signal'], reload: () => Promise<void>): () => void {
  if (signal === undefined) return () => {};
  if (!isMainThread) {
    diagnostics.warn('reload-signal', `reload.signal (${signal}) is ignored: only the main thread gets signals`);
    return () => {};
  }
  const listener = (): void => void reload().catch(() => {});
  process.on(signal, listener);
  return () => void process.off(signal, listener);
}
