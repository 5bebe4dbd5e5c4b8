// SPDX-License-Identifier: Apache-2.0
export type { BridgeOptions, BridgeStats, OtelLoggerProvider } from '@logferry/bridge-base';
export { addOpenTelemetryStream, type AddStreamOptions, type BunyanLogger } from './add-stream.ts';
export type { BunyanRecord } from './bunyan-entry.ts';
export { OpenTelemetryStream, type StreamDefinition } from './open-telemetry-stream.ts';
