// SPDX-License-Identifier: Apache-2.0
export type { BridgeOptions, BridgeStats, OtelLoggerProvider } from '@logferry/bridge-base';
export { bridgeConsole, type ConsoleBridge, type ConsoleBridgeOptions } from './bridge-console.ts';
