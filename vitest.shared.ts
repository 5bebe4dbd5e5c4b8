// SPDX-License-Identifier: Apache-2.0
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Every package's tests run from TypeScript sources, so no build has to come first. */
const shared: ViteUserConfig = defineConfig({
  // Vitest hands these to Node, also for require(). Without `module`: that condition of the 0.2xx packages names files that
  // Node can't load. Without `import`: protobufjs would get the ESM form of `long`, and decode 64-bit integers inexactly.
  ssr: { resolve: { conditions: ['@logferry/source', 'node'] } },
  test: {
    include: ['src/**/*.test.ts'],
    // As many cases as FC_RUNS asks for take their time.
    testTimeout: process.env['FC_RUNS'] === undefined ? 60_000 : 0,
    hookTimeout: 120_000,
    // The JSON report, which the runner of all suites tells failures from, has the message without its diff.
    chaiConfig: { truncateThreshold: 400 },
    // What a test waits for comes late on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default', ['json', { outputFile: '.reports/vitest.json' }]],
  },
});

export default shared;
