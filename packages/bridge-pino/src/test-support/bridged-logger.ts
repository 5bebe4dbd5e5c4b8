// SPDX-License-Identifier: Apache-2.0
import type { Logger, LoggerOptions } from 'pino';

import { OpenTelemetryDestination } from '../open-telemetry-destination.ts';
import { type Collector, collector } from './collected-records.ts';
import type { PINO_VERSIONS } from './pino-versions.ts';

export interface Bridged extends Collector {
  readonly logger: Logger;
  readonly destination: OpenTelemetryDestination;
}

/** A logger of that pino, without bindings, whose records are collected. */
export function bridgedLogger(pino: (typeof PINO_VERSIONS)[number]['pino'], options: LoggerOptions = {}): Bridged {
  const collected = collector();
  const destination = new OpenTelemetryDestination({ loggerProvider: collected.loggerProvider });
  return { ...collected, destination, logger: pino({ base: null, ...options }, destination) };
}
