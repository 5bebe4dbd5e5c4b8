// SPDX-License-Identifier: Apache-2.0
import { invalidOption, type WorkerSupport } from '@logferry/core';
import { resolve } from 'node:path';

import { restoreBatch } from './json/record-encoding.ts';
import type { RotatingFileOptions } from './options.ts';
import { checkPath } from './preflight.ts';
import { resolveOptions } from './resolve-options.ts';
import { syncDirectorySync } from './sync-directory.ts';

/** @param moduleUrl of the module that exports the exporter. */
export function workerSupport(moduleUrl: string): WorkerSupport<RotatingFileOptions> {
  return {
    moduleUrl,
    exportName: 'RotatingFileLogRecordExporter',
    prepare(options) {
      const settings = resolveOptions(options);
      const { archiveDirectory, currentLink, encoding, output, rotateOnSignal } = settings;
      if (output === 'stdout') throw invalidOption('output', output, "'file' in a worker thread");
      if (rotateOnSignal !== undefined) {
        throw invalidOption('rotateOnSignal', rotateOnSignal, 'undefined in a worker thread: it receives no signal');
      }
      for (const name of ['header', 'footer'] as const) {
        if (typeof settings[name] !== 'function') continue;
        throw invalidOption(
          name,
          settings[name],
          'a text in a worker thread: it can not wait for a function of another',
        );
      }
      const path = resolve(settings.path);
      const { parents } = checkPath(path, settings.directoryMode, settings.owner);
      if (settings.fsync !== 'never') syncDirectories(parents);
      return {
        options: { ...options, path, archiveDirectory, currentLink },
        // Records are formatted here, before they go to the thread: there the format is never called.
        callbacks: ['onError', 'onArchived', 'format'],
        maxConcurrentSends: 1,
        createEncoder: () => encoding.createEncoder('shared'),
      };
    },
    restoreBatch,
  };
}

/** The thread finds them made. Where directories can't be synced, it says so for the log's own one, at the first file. */
function syncDirectories(directories: readonly string[]): void {
  for (const directory of directories) {
    try {
      syncDirectorySync(directory);
    } catch {
      // See above.
    }
  }
}
