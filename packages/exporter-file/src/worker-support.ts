// SPDX-License-Identifier: Apache-2.0
import { invalidOption, type WorkerSupport } from '@logferry/core';
import { resolve } from 'node:path';

import { restoreBatch } from './json/record-encoding.ts';
import type { RotatingFileOptions } from './options.ts';
import { checkPath } from './preflight.ts';
import { resolveOptions } from './resolve-options.ts';

/** @param moduleUrl of the module that exports the exporter. */
export function workerSupport(moduleUrl: string): WorkerSupport<RotatingFileOptions> {
  return {
    moduleUrl,
    exportName: 'RotatingFileLogRecordExporter',
    prepare(options) {
      const settings = resolveOptions(options);
      const { archiveDirectory, currentLink, encoding, output } = settings;
      if (output === 'stdout') throw invalidOption('output', output, "'file' in a worker thread");
      const path = resolve(settings.path);
      checkPath(path, settings.directoryMode, settings.owner);
      return {
        options: { ...options, path, archiveDirectory, currentLink },
        callbacks: ['onError', 'onArchived'],
        maxConcurrentSends: 1,
        createEncoder: () => encoding.createEncoder('shared'),
      };
    },
    restoreBatch,
  };
}
