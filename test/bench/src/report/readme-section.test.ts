// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { EXAMPLE } from './example-results.ts';
import { END_MARKER, readmeSection, replaceSection, START_MARKER } from './readme-section.ts';
import { verdicts, verdictText } from './verdicts.ts';

describe('the section of the README', () => {
  test('says what was wanted and measured, with a picture of each scenario, and on what machine', () => {
    expect(readmeSection(EXAMPLE, 'docs/bench')).toBe(
      `What was wanted, and what was measured: Logferry ÷ peer, run by run in the same round, the median, and in brackets the least and the most.

**Emit to a receiver**

|  | measured | wanted |  |
|---|---:|---:|---:|
| plaintext: CPU per record | 0.45 × (0.40–0.50) of official | at most 0.45 | kept |
| plaintext: records/s | 2.00 × of official | at least 2.5 | **missed** |

![Emit to a receiver: CPU per record, µs (less is better)](docs/bench/grpc-cpu.svg)

Measured on Some CPU, 2 cores, 4 GiB, linux x64, Node v24.21.0. Figures of another machine differ; the ratios should not differ much. [All peers, ratios and figures, and what each ran with](docs/bench/README.md).`,
    );
  });

  test('shows the main metric beside each peer where nothing was wanted', () => {
    const [scenario] = EXAMPLE.scenarios;
    expect(readmeSection({ ...EXAMPLE, scenarios: [{ ...scenario!, bars: [] }] }, 'docs/bench')).toContain(`
|  | measured |
|---|---:|
| plaintext: CPU per record | 0.45 × (0.40–0.50) of official |
| TLS: CPU per record | 0.50 × of official |
`);
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
    {
      kept: true,
      subject: 'plaintext: CPU per record',
      measured: '0.45 × (0.40–0.50) of official',
      wanted: 'at most 0.45',
    },
    { kept: false, subject: 'plaintext: records/s', measured: '2.00 × of official', wanted: 'at least 2.5' },
  ]);
});

test('a bar without a peer is for the figure itself', () => {
  const scenario = EXAMPLE.scenarios[0]!;
  const [verdict] = verdicts({ ...scenario, bars: [{ case: 'tls', metric: 'cpu', atMost: 4 }] });
  expect(verdict?.kept).toBe(false);
  expect(verdictText(verdict!)).toBe('TLS: CPU per record 5.0 µs; wanted at most 4');
});
