// SPDX-License-Identifier: Apache-2.0
import type { ViteUserConfig } from 'vitest/config';

import shared from '../../vitest.shared.ts';

/** The tests with processes: they need the tarballs, which are packed and installed once. */
const processes: ViteUserConfig = {
  ...shared,
  test: {
    ...shared.test,
    include: ['src/**/*.processes.ts'],
    globalSetup: ['src/projects.ts'],
    testTimeout: 120_000,
    reporters: ['default', ['json', { outputFile: '.reports/register.json' }]],
  },
};

export default processes;
