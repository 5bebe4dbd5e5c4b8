// SPDX-License-Identifier: Apache-2.0
import type { TestProject } from 'vitest/node';
import { buildCollector } from './build-collector.ts';

/** Builds the Collector once, before the suites. */
export default async function setup(project: TestProject): Promise<void> {
  const startedAt = Date.now();
  const build = await buildCollector();
  if (build.kind === 'ready') {
    if (build.rebuilt) console.log(`Collector built in ${Math.round((Date.now() - startedAt) / 1000)} s`);
    project.provide('collectorBinary', build.binary);
    return;
  }
  const missing = 'Go is not installed, so the OpenTelemetry Collector can not be built';
  if (isContinuousIntegration()) throw new Error(`${missing}; in CI the Collector suite must run`);
  console.warn(`${missing}: the Collector suite is SKIPPED. Install Go 1.25 or later to run it.`);
  project.provide('collectorBinary', undefined);
}

function isContinuousIntegration(): boolean {
  const value = process.env['CI'] ?? '';
  return value !== '' && value.toLowerCase() !== 'false';
}
