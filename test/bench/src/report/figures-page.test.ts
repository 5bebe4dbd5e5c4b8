// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { EXAMPLE } from './example-results.ts';
import { figuresPage } from './figures-page.ts';

test('the page beside the pictures has every ratio and figure, and what each contestant ran with', () => {
  expect(figuresPage(EXAMPLE)).toBe(`# What was measured

\`pnpm bench\` writes this page. [How it is measured](../../test/bench/README.md), what each column means and what the contestants do.

Ratios are Logferry ÷ peer, run by run in the same round: the median, and in brackets the least and the most.

Measured on Some CPU, 2 cores, 4 GiB, linux x64, Node v24.21.0. Figures of another machine differ; the ratios should not differ much.

## Emit to a receiver

Two runs each. Measured on 2026-11-22.

|  | CPU per record (less is better) | records/s (more is better) | lost: Logferry and peer |
|---|---:|---:|---:|
| plaintext: Logferry ÷ official | 0.45 × (0.40–0.50) | 2.00 × | 0 and 1 (0–2) |
| TLS: Logferry ÷ official | 0.50 × | 3.00 × | 0 and 0 |

![Emit to a receiver: CPU per record, µs (less is better)](grpc-cpu.svg)

![Emit to a receiver: records/s (more is better)](grpc-rate.svg)

|  | CPU per record, µs | records/s | lost |
|---|---:|---:|---:|
| plaintext: Logferry | 4.5 (4.0–5.0) | 200,000 | 0 |
| plaintext: official | 10.0 | 100,000 | 1 (0–2) |
| TLS: Logferry | 5.0 | 300,000 | 0 |
| TLS: official | 10.0 | 100,000 | 0 |

- Logferry: defaults.
- official: batches of 512.`);
});
