// SPDX-License-Identifier: Apache-2.0
import { type LogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

import type { Pipeline } from './pipeline.ts';
import type { Window } from './window.ts';
import { makeRecord } from '../records/records.ts';

/** A pipeline that begins at the official `Logger.emit` and goes on in the given processor. */
export function emittingPipeline(processor: LogRecordProcessor, window: Window): Pipeline {
  const provider = new LoggerProvider({ processors: [processor] });
  const logger = provider.getLogger('logferry-bench', '1.0.0');
  return {
    log(sequence) {
      window.logged();
      logger.emit(makeRecord(sequence));
    },
    room: () => window.room(),
    finish: () => provider.shutdown(),
  };
}
