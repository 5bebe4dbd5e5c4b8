// SPDX-License-Identifier: Apache-2.0
import type { Machine } from '../harness/machine.ts';
import type { ScenarioResult } from '../harness/scenario.ts';

/** All that one run of the programme measured; results.json holds it. */
export interface BenchResults {
  readonly machine: Machine;
  readonly scenarios: readonly ScenarioResult[];
}
