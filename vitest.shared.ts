// SPDX-License-Identifier: Apache-2.0
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Every package's tests run from TypeScript sources, so no build has to come first. */
const shared: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ['@logferry/source', 'node', 'module', 'import', 'default'] } },
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: '.reports/vitest.json' }]],
  },
});

export default shared;
