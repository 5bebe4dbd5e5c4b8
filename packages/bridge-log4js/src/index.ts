// SPDX-License-Identifier: Apache-2.0
export type { BridgeOptions, BridgeStats, OtelLoggerProvider } from '@logferry/bridge-base';
export { type OpenTelemetryAppender, openTelemetryAppender } from './open-telemetry-appender.ts';
export type { LoggingEvent } from './logging-event.ts';
