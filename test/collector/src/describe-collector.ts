// SPDX-License-Identifier: Apache-2.0
import { describe, inject } from 'vitest';

/** A suite that needs the Collector. Without Go it is skipped; `global-setup.ts` says so, and fails in CI. */
export function describeCollector(name: string, suite: (binary: string) => void): void {
  const binary = inject('collectorBinary');
  describe.skipIf(binary === undefined)(name, () => suite(binary ?? ''));
}
