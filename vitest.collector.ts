// SPDX-License-Identifier: Apache-2.0
import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
import shared from './vitest.shared.ts';

/** The tests of a package below test/ that need the real Collector, which may have to be built first. */
const config: ViteUserConfig = mergeConfig(
  shared,
  defineConfig({
    test: { globalSetup: ['../collector/src/global-setup.ts'] },
  }),
);

// Replaced and not merged: the shared ones stand for the tests without a Collector.
config.test = {
  ...config.test,
  include: ['src/**/*.collector.test.ts'],
  reporters: ['default', ['json', { outputFile: '.reports/collector.json' }]],
};

export default config;
