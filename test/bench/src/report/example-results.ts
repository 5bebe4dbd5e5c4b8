// SPDX-License-Identifier: Apache-2.0
import type { BenchResults } from './results.ts';

/** A small result for the tests of the report. */
export const EXAMPLE: BenchResults = {
  machine: { cpu: 'Some CPU', cores: 2, memoryGib: 4, platform: 'linux x64', node: 'v24.21.0' },
  scenarios: [
    {
      name: 'grpc',
      date: '2026-11-22',
      title: 'Emit to a receiver',
      about: 'Two runs each.',
      metrics: [
        { key: 'cpu', label: 'CPU per record', unit: 'µs', better: 'lower', digits: 1, comparison: 'ratio' },
        { key: 'rate', label: 'records/s', unit: '', better: 'higher', digits: 0, comparison: 'ratio' },
        { key: 'lost', label: 'lost', unit: '', better: 'lower', digits: 0, comparison: 'side by side' },
      ],
      bars: [
        { case: 'plaintext', peer: 'official', metric: 'cpu', atMost: 0.45 },
        { case: 'plaintext', peer: 'official', metric: 'rate', atLeast: 2.5 },
      ],
      cases: [
        {
          name: 'plaintext',
          title: 'plaintext',
          contestants: [
            contestant('logferry', 'Logferry', 'defaults', [4, 200_000, 0], [5, 200_000, 0]),
            contestant('official', 'official', 'batches of 512', [10, 100_000, 0], [10, 100_000, 2]),
          ],
        },
        {
          name: 'tls',
          title: 'TLS',
          contestants: [
            contestant('logferry', 'Logferry', 'defaults', [5, 300_000, 0], [5, 300_000, 0]),
            contestant('official', 'official', 'batches of 512', [10, 100_000, 0], [10, 100_000, 0]),
          ],
        },
      ],
    },
  ],
};

function contestant(
  name: string,
  label: string,
  settings: string,
  ...runs: readonly (readonly [number, number, number])[]
): BenchResults['scenarios'][number]['cases'][number]['contestants'][number] {
  return { name, label, settings, runs: runs.map(([cpu, rate, lost]) => ({ cpu, rate, lost })) };
}
