// SPDX-License-Identifier: Apache-2.0
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The tests with processes: they need the tarballs, which are packed and installed once. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.processes.ts'],
    globalSetup: ['src/projects.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: '.reports/register.json' }]],
  },
});

export default config;
