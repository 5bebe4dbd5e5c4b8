// SPDX-License-Identifier: Apache-2.0
import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
// @boundaries-ignore settings of all suites live once
import shared from '../../vitest.shared.ts';

const config: ViteUserConfig = mergeConfig(shared, defineConfig({ test: { globalSetup: ['src/global-setup.ts'] } }));

export default config;
