// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream';
import { type MessagePort, parentPort } from 'node:worker_threads';

import { type Clock, Diagnostics, Environment, systemClock } from '@logferry/core';
import { DiagConsoleLogger, diag, DiagLogLevel } from '@opentelemetry/api';

import { LineStream } from './line-stream.ts';
import { LineWindow } from './line-window.ts';
import { loadExporter, loadProcessor } from './load-exporter.ts';
import { resolveTransportOptions, type TransportOptions } from './options.ts';
import { LoggerFormat } from './pino-config.ts';
import { queueBounds, QueueRoom } from './queue-room.ts';
import { RecordPipeline } from './record-pipeline.ts';
import { transportResource } from './resource.ts';

/** What surrounds a transport: its worker, unless a test says otherwise. */
export interface TransportSurroundings {
  readonly port?: MessagePort | null;
  readonly clock?: Clock;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const DIAGNOSTIC_LEVELS = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
} as const;

export async function openTransport(
  options: TransportOptions,
  { port = parentPort, clock = systemClock, environment = process.env }: TransportSurroundings = {},
): Promise<Writable> {
  const resolved = resolveTransportOptions(options);
  // In its worker nobody else can have set one.
  if (port !== null) diag.setLogger(new DiagConsoleLogger(), DIAGNOSTIC_LEVELS[resolved.diagnostics]);
  const format = new LoggerFormat(resolved, port);
  const exporter = await loadExporter(resolved.exporter, resolved.exporterOptions);
  const processor = await loadProcessor(exporter, resolved.processorOptions);
  const diagnostics = new Diagnostics('@logferry/bridge-pino', clock);
  const variables = new Environment(environment, diagnostics);
  const bounds = queueBounds(resolved.processorOptions, variables);
  const room = new QueueRoom({ processor, bounds, timeoutMillis: resolved.backpressureTimeoutMillis, clock });
  const resource = transportResource(resolved.resourceAttributes, variables, diagnostics);
  const pipeline = new RecordPipeline({
    format,
    processor,
    resource,
    room,
    defaultScope: resolved.name,
    clock,
    diagnostics,
  });
  return new LineStream({ sink: pipeline, window: new LineWindow(), linesPerLook: room.linesPerLook });
}
