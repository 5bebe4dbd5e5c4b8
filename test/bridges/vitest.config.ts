// SPDX-License-Identifier: Apache-2.0
import { configDefaults, defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
// @boundaries-ignore settings of all suites live once
import shared from '../../vitest.shared.ts';

/** The tests that need no Collector; the others are in vitest.collector.ts. */
const config: ViteUserConfig = mergeConfig(
  shared,
  defineConfig({ test: { exclude: [...configDefaults.exclude, 'src/**/*.collector.test.ts'] } }),
);

export default config;
