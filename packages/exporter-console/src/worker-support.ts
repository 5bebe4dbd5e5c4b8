// SPDX-License-Identifier: Apache-2.0
import type { WorkerSupport } from '@logferry/core';

import { restoreConsoleBatch } from './console-batch.ts';
import { ConsoleEncoder } from './console-encoder.ts';
import { type ConsoleLogRecordExporterOptions, resolveOptions } from './options.ts';

/** @param moduleUrl of the module that exports the exporter. */
export function workerSupport(moduleUrl: string): WorkerSupport<ConsoleLogRecordExporterOptions> {
  return {
    moduleUrl,
    exportName: 'ConsoleLogRecordExporter',
    prepare(options) {
      // Here the streams are looked at: whether they are terminals decides how the encoder writes.
      const resolved = resolveOptions(options);
      return { options, callbacks: [], maxConcurrentSends: 1, createEncoder: () => new ConsoleEncoder(resolved) };
    },
    restoreBatch: restoreConsoleBatch,
  };
}
