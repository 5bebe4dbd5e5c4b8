// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';

import { type CollectedTest, collectTests, faultTable } from './collected-tests.ts';
import { FAULT_ROWS } from './fault-rows.ts';
import { replaceTable } from './readme-section.ts';

let tests: readonly CollectedTest[];

// Not while this file is collected: the collection would begin anew in it, for ever.
beforeAll(async () => {
  tests = await collectTests();
});

test.each(Object.keys(FAULT_ROWS))('a test stands for "%s"', (fault) => {
  expect(tests.filter((collected) => collected.fault === fault)).not.toEqual([]);
});

test('every test stands for a fault of the list', () => {
  expect(tests.filter(({ fault }) => !(fault in FAULT_ROWS))).toEqual([]);
});

test('the README lists all of them (pnpm --filter @logferry-test/faults table writes it)', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toBe(replaceTable(readme, faultTable(tests)));
});
