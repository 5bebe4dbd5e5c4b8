// SPDX-License-Identifier: Apache-2.0
import { LogferryError, sanitizeUntrustedText } from '@logferry/core';

import type { DestinationOutcome } from './destination.ts';
import { countOf, exporterError, type Reporter } from './reporter.ts';

/** Records of one send, by what became of them. */
export interface SendCounts {
  readonly records: number;
  readonly rejected: number;
  readonly failed: number;
  readonly kept: number;
}

/** Says what went wrong with a send. Drops are reported by the ledger's reporter; here is why. */
export function reportOutcome(reporter: Reporter, outcome: DestinationOutcome<unknown>, counts: SendCounts): void {
  switch (outcome.kind) {
    case 'delivered': {
      if (outcome.message === undefined && counts.rejected === 0) return;
      const said = outcome.message === undefined ? '' : `: ${clean(outcome.message)}`;
      reporter.diagnostics.warn(
        'destination',
        `the destination refused ${counts.rejected} of ${countOf(counts.records)}${said}`,
      );
      return;
    }
    case 'retryable':
      reporter.diagnostics.warn(
        'retry',
        `${countOf(counts.kept)} could not be delivered and stay queued: ${clean(outcome.reason)}`,
      );
      return;
    default: {
      const what = `the export of ${countOf(counts.failed)} failed: ${clean(outcome.reason)}`;
      const error =
        outcome.error === undefined ? new LogferryError('EXPORT_FAILED', what) : exporterError(what, outcome.error);
      reporter.error('failed', error);
    }
  }
}

/** An exporter of someone else's may pass on what a server said, or no text at all. */
function clean(text: unknown): string {
  return typeof text === 'string' ? sanitizeUntrustedText(text) : 'no reason given';
}
