// SPDX-License-Identifier: Apache-2.0
export type { BridgeOptions, BridgeStats, OtelLoggerProvider } from '@logferry/bridge-base';
export { OpenTelemetryDestination, type OpenTelemetryDestinationOptions } from './open-telemetry-destination.ts';
export { type TraceFields, traceMixin } from './trace-mixin.ts';
export { openTelemetryTransport } from './open-telemetry-transport.ts';
export type { TransportExporter, TransportOptions } from './transport/options.ts';
