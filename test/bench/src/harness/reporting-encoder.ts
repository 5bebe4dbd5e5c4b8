// SPDX-License-Identifier: Apache-2.0
import type { EncodingLogRecordExporter } from '@logferry/core';

import type { Window } from './window.ts';

/** An encoding exporter, telling the window of each batch that is done with. */
export function reportingTo(window: Window, exporter: EncodingLogRecordExporter): EncodingLogRecordExporter {
  return {
    createEncoder: () => exporter.createEncoder(),
    async send(batch, signal) {
      const records = batch.recordCount;
      const outcome = await exporter.send(batch, signal);
      window.delivered(records);
      return outcome;
    },
    maxConcurrentSends: exporter.maxConcurrentSends,
    export: (records, done) => exporter.export(records, done),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
