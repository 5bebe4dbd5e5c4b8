// SPDX-License-Identifier: Apache-2.0
import { describe, inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the Collector; undefined where there is no Go to build it with. */
    readonly collectorBinary: string | undefined;
  }
}

/** A suite that needs the Collector. Without Go it is skipped; `global-setup.ts` says so, and fails in CI. */
export function describeCollector(name: string, suite: (binary: string) => void): void {
  const binary = inject('collectorBinary');
  describe.skipIf(binary === undefined)(name, () => suite(binary ?? ''));
}
