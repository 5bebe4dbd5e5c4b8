// SPDX-License-Identifier: Apache-2.0
export { buildCollector, type CollectorBuild } from './build-collector.ts';
export { type RunningCollector, startCollector } from './collector.ts';
