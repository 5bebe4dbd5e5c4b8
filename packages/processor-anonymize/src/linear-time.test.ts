// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';

import { HOSTILE_PIECES } from './corpus/hostile-pieces.ts';
import { Anonymizer, type EntityRule, extendPolicy, KeyRing, PRESETS } from './index.ts';
import { testKey } from './test-doubles/test-key.ts';

const SHORT = 5000;
const FACTOR = 16;

const pseudonym: EntityRule = { operator: { kind: 'pseudonym' }, reason: 'so that texts are searched for tokens' };

/** Every entity is looked for, and tokens of its own key are told from other text. */
function anonymizer(): Anonymizer {
  return new Anonymizer({
    environment: {},
    maxRecordUnits: 100_000_000,
    keys: new KeyRing([{ id: 'a', key: testKey(1) }]),
    policy: extendPolicy(PRESETS.gdpr, { entities: { email: pseudonym, secret: pseudonym } }),
  });
}

/** The processor time that one text takes: the least of some runs, because others have work on the machine as well. */
function millisOf(text: string, runs: number): number {
  const one = anonymizer();
  let least = Infinity;
  for (let run = 0; run < runs; run += 1) {
    const before = process.cpuUsage();
    one.redact(`${run} ${text}`);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

// Sixteen times the text may take 16 times as long, and 256 times where the time grows with the square. In between there is room for
// a compiler that warms up, for memory, and for a busy machine.
it.each(HOSTILE_PIECES)(
  'many %j take time that grows with their number',
  (piece) => {
    const short = piece.repeat(Math.ceil(SHORT / piece.length));
    const least = Math.max(millisOf(short, 4), 1);
    expect(millisOf(short.repeat(FACTOR), 2)).toBeLessThan(least * FACTOR * 4);
  },
  60_000,
);
