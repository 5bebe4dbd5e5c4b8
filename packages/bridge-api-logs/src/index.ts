// SPDX-License-Identifier: Apache-2.0
export type { ApiLogsBridge } from './api-logs-bridge.ts';
export { bridgeApi } from './bridge-api.ts';
export { bridgeApiLogs } from './bridge-api-logs.ts';
export type { ForwardingStats } from './forwarding-provider.ts';
