// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { EXAMPLE } from './example-results.ts';
import { withScenario } from './results.ts';

const [GRPC] = EXAMPLE.scenarios;
const FILE = { ...GRPC!, name: 'file', date: '2026-11-23' };
const NAMES = ['file', 'grpc'];

test('a scenario stands beside what was measured on the same machine, in the order of the programme', () => {
  expect(withScenario(EXAMPLE, { ...EXAMPLE.machine }, FILE, NAMES)).toEqual({ ...EXAMPLE, scenarios: [FILE, GRPC] });
});

test('a scenario that is measured anew replaces what it gave before', () => {
  const again = { ...GRPC!, date: '2026-11-24' };
  expect(withScenario(EXAMPLE, EXAMPLE.machine, again, NAMES).scenarios).toEqual([again]);
});

test('figures of another machine, of a scenario that is gone, and of nothing before do not stay', () => {
  const other = { ...EXAMPLE.machine, node: 'v26.0.0' };
  expect(withScenario(EXAMPLE, other, FILE, NAMES)).toEqual({ machine: other, scenarios: [FILE] });
  expect(withScenario(EXAMPLE, EXAMPLE.machine, FILE, ['file']).scenarios).toEqual([FILE]);
  expect(withScenario(undefined, EXAMPLE.machine, FILE, NAMES).scenarios).toEqual([FILE]);
});
