// SPDX-License-Identifier: Apache-2.0
import { BridgeEmitter, type BridgeOptions, type BridgeStats } from '@logferry/bridge-base';

import { eventEntry, type LoggingEvent, severityOf } from './logging-event.ts';

/** An appender as `log4js.configure` takes it. */
export interface OpenTelemetryAppender {
  readonly type: { readonly configure: () => (event: LoggingEvent) => void };
  /** What became of the events so far. */
  readonly stats: () => BridgeStats;
}

/**
 * A log4js appender whose events become OpenTelemetry log records, of either SDK line:
 * `log4js.configure({ appenders: { otel: openTelemetryAppender() }, … })`.
 *
 * It is made by a call and not named by `type`, because log4js copies its configuration, and a copied provider is none.
 */
export function openTelemetryAppender(options: BridgeOptions = {}): OpenTelemetryAppender {
  const emitter = new BridgeEmitter({ packageName: '@logferry/bridge-log4js', options });
  const append = (event: LoggingEvent): void => {
    emitter.emit(event.categoryName, severityOf(event.level), () => eventEntry(event));
  };
  return { type: { configure: () => append }, stats: () => emitter.stats() };
}
