// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { EXAMPLE } from './example-results.ts';
import { END_MARKER, readmeSection, replaceSection, START_MARKER } from './readme-section.ts';
import { verdicts } from './verdicts.ts';

describe('the section of the README', () => {
  test('says the ratios first, then the pictures, the figures, the settings and the machine', () => {
    expect(readmeSection(EXAMPLE, 'docs/bench')).toBe(
      `Ratios are Logferry ÷ peer, run by run in the same round: the median, and in brackets the least and the most.

**Emit to a receiver**

|  | CPU per record (less is better) | records/s (more is better) | lost: Logferry and peer |
|---|---:|---:|---:|
| plaintext: Logferry ÷ official | 0.45 × (0.40–0.50) | 2.00 × | 0 and 1 (0–2) |
| TLS: Logferry ÷ official | 0.50 × | 3.00 × | 0 and 0 |

![Emit to a receiver: CPU per record, µs (less is better)](docs/bench/grpc-cpu.svg)

![Emit to a receiver: records/s (more is better)](docs/bench/grpc-rate.svg)

<details>
<summary>The figures, and what each contestant ran with</summary>

**Emit to a receiver**. Two runs each.

|  | CPU per record, µs | records/s | lost |
|---|---:|---:|---:|
| plaintext: Logferry | 4.5 (4.0–5.0) | 200,000 | 0 |
| plaintext: official | 10.0 | 100,000 | 1 (0–2) |
| TLS: Logferry | 5.0 | 300,000 | 0 |
| TLS: official | 10.0 | 100,000 | 0 |

- Logferry: defaults.
- official: batches of 512.

</details>

Measured on 2026-11-22: Some CPU, 2 cores, 4 GiB, linux x64, Node v24.21.0. Figures of another machine differ; the ratios should not differ much. Medians, with the least and the most in brackets. \`pnpm bench\` measures again and rewrites this section.`,
    );
  });

  test('replaces what stands between the markers and nothing else', () => {
    const readme = `# Title\n\n${START_MARKER}\nold\n${END_MARKER}\n\nmore\n`;
    const once = replaceSection(readme, 'new');
    expect(once).toBe(`# Title\n\n${START_MARKER}\n\nnew\n\n${END_MARKER}\n\nmore\n`);
    expect(replaceSection(once, 'new')).toBe(once);
  });

  test('a README without markers is refused', () => {
    expect(() => replaceSection('# Title\n', 'new')).toThrow(
      'the README needs <!-- bench:start --> and, below it, <!-- bench:end -->',
    );
  });
});

test('a bar is kept or missed by the median of the ratios', () => {
  expect(verdicts(EXAMPLE.scenarios[0]!)).toEqual([
    { kept: true, text: 'plaintext: CPU per record 0.45 × (0.40–0.50) of official; wanted at most 0.45' },
    { kept: false, text: 'plaintext: records/s 2.00 × of official; wanted at least 2.5' },
  ]);
});

test('a bar without a peer is for the figure itself', () => {
  const scenario = EXAMPLE.scenarios[0]!;
  expect(verdicts({ ...scenario, bars: [{ case: 'tls', metric: 'cpu', atMost: 4 }] })).toEqual([
    { kept: false, text: 'TLS: CPU per record 5.0 µs; wanted at most 4' },
  ]);
});
