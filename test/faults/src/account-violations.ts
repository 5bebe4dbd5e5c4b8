// SPDX-License-Identifier: Apache-2.0
import type { BatchingProcessorStats } from '@logferry/processor-batch';

/**
 * What is wrong with the accounts of this moment; nothing, if all is well.
 * @param emitted records that the application handed over, by its own count.
 */
export function accountViolations(emitted: number, stats: BatchingProcessorStats): string[] {
  const dropped = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
  const bySeverity = Object.values(stats.droppedBySeverity).reduce((sum, count) => sum + count, 0);
  const rules: readonly (readonly [string, boolean])[] = [
    [`emitted ${stats.emitted} of ${emitted}`, stats.emitted === emitted],
    [
      `emitted ${stats.emitted} = accepted ${stats.accepted} + refused ${stats.refused}`,
      stats.emitted === stats.accepted + stats.refused,
    ],
    [
      `accepted ${stats.accepted} = delivered ${stats.delivered} + queued ${stats.queued} + dropped ${dropped - stats.refused}`,
      stats.accepted === stats.delivered + stats.queued + dropped - stats.refused,
    ],
    [`dropped ${dropped} = dropped by severity ${bySeverity}`, dropped === bySeverity],
    [`in flight ${stats.inFlight} <= queued ${stats.queued}`, stats.inFlight <= stats.queued],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}
