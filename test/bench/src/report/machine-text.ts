// SPDX-License-Identifier: Apache-2.0
import type { BenchResults } from './results.ts';

/** Where it was measured. */
export function machineText({ machine }: BenchResults): string {
  return (
    `Measured on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.platform}, Node ${machine.node}. ` +
    'Figures of another machine differ; the ratios should not differ much.'
  );
}
