// SPDX-License-Identifier: Apache-2.0
import type { WorkerSupport } from '@logferry/core';
import { OtlpJsonEncoder, restoreJsonLinesBatch } from '@logferry/otlp-encoding';

import { FileNames } from './file-names.ts';
import { resolveOptions, type RotatingFileOptions } from './options.ts';
import { checkPath } from './preflight.ts';

/** @param moduleUrl of the module that exports the exporter. */
export function workerSupport(moduleUrl: string): WorkerSupport<RotatingFileOptions> {
  return {
    moduleUrl,
    exportName: 'RotatingFileLogRecordExporter',
    prepare(options) {
      const settings = resolveOptions(options);
      const path = new FileNames(settings.path).currentPath;
      checkPath(path, settings.directoryMode);
      return {
        options: { ...options, path },
        callbacks: ['onError'],
        maxConcurrentSends: 1,
        createEncoder: () => new OtlpJsonEncoder({ ...settings.encoding, memory: 'shared' }),
      };
    },
    restoreBatch: restoreJsonLinesBatch,
  };
}
