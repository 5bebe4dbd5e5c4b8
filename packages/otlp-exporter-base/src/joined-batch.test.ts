// SPDX-License-Identifier: Apache-2.0
import { logBatch, logBodies } from '@logferry-test/support';
import { expect, test } from 'vitest';

import type { EncodedBatch } from '@logferry/core';

import { joinBatches } from './joined-batch.ts';

/** A batch of records that say their severities. */
function batchOf(...severities: readonly number[]): EncodedBatch {
  const batch: EncodedBatch = {
    ...logBatch(severities.map(String)),
    filterBySeverity(keep) {
      const kept = severities.filter(keep);
      if (kept.length === severities.length) return batch;
      return kept.length === 0 ? undefined : batchOf(...kept);
    },
  };
  return batch;
}

test('the rest of a batch gives up its records of low severity, in every part', () => {
  const joined = joinBatches([batchOf(9, 17), batchOf(5, 5), batchOf(13)]);
  const kept = joined.filterBySeverity?.((severity) => severity >= 13);
  expect(kept?.recordCount).toBe(2);
  expect(logBodies(kept?.bytes ?? new Uint8Array())).toEqual(['17', '13']);
});

test('it is itself when all of it is wanted, and nothing when none is', () => {
  const joined = joinBatches([batchOf(9), batchOf(17)]);
  expect(joined.filterBySeverity?.(() => true)).toBe(joined);
  expect(joined.filterBySeverity?.(() => false)).toBeUndefined();
});

test('with a part that can not tell its severities, it can not either', () => {
  expect(typeof joinBatches([batchOf(9), logBatch(['unknown'])]).filterBySeverity).toBe('undefined');
});
