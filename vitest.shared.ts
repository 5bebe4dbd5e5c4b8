// SPDX-License-Identifier: Apache-2.0
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Every package's tests run from TypeScript sources, so no build has to come first. */
const shared: ViteUserConfig = defineConfig({
  // Without `module`: vitest hands these to Node, where that condition of the 0.2xx packages names files it can't load.
  ssr: { resolve: { conditions: ['@logferry/source', 'node', 'import', 'default'] } },
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: '.reports/vitest.json' }]],
  },
});

export default shared;
