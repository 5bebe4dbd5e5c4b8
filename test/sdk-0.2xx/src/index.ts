// SPDX-License-Identifier: Apache-2.0

import { fileURLToPath } from 'node:url';

// The tree of this package holds the 0.2xx line; a test that imports from here gets that line's copies.
export { ROOT_CONTEXT, trace } from '@opentelemetry/api';
export { logs, SeverityNumber } from '@opentelemetry/api-logs';
export { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
export { resourceFromAttributes } from '@opentelemetry/resources';
export { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
export { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

/** The file of the transport, which brings SDK packages of this line; pino loads it in a worker. */
export const PINO_OPENTELEMETRY_TRANSPORT: string = fileURLToPath(import.meta.resolve('pino-opentelemetry-transport'));
