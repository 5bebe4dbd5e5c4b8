// SPDX-License-Identifier: Apache-2.0
export { pendingResource, testRecord, testResource } from './log-record.ts';
export { ManualClock } from './manual-clock.ts';
