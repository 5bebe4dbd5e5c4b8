// SPDX-License-Identifier: Apache-2.0
export { OpenTelemetryTransport, type OpenTelemetryTransportOptions } from './open-telemetry-transport.ts';
export type { BridgeOptions, BridgeStats, OtelLoggerProvider } from '@logferry/bridge-base';
