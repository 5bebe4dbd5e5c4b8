// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os';

import * as older from '@logferry-test/sdk-0.2xx';
import { logs } from '@opentelemetry/api';
import type { OtelLoggerProvider } from '@logferry/bridge-winston';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';

/**
 * What detectors find, as in a deployment. The official stream of bunyan counts on it, and leaves `pid` and `hostname` out of every record;
 * ours does where the resource has the same values, and keeps them otherwise.
 */
const DETECTED = { 'process.pid': process.pid, 'host.name': hostname() };

/** Where the records of a bridge end: in the SDK, with a processor that only counts them. */
export interface CountingProvider<P> {
  readonly provider: P;
  readonly count: () => number;
}

/** Of the 3.x line, also registered as the global one of `@opentelemetry/api`, where instrumentations of that line look for it. */
export function countingProvider(): CountingProvider<LoggerProvider> {
  const { processor, count } = counter();
  const provider = new LoggerProvider({ resource: resourceFromAttributes(DETECTED), processors: [processor] });
  logs.disable();
  logs.setGlobalLoggerProvider(provider);
  return { provider, count };
}

/** Of the 0.2xx line, also registered as the global one of `@opentelemetry/api-logs`: two of the peers know no other. */
export function olderCountingProvider(): CountingProvider<OtelLoggerProvider> {
  const { processor, count } = counter();
  const provider = new older.LoggerProvider({
    resource: older.resourceFromAttributes(DETECTED),
    processors: [processor],
  });
  older.logs.disable();
  older.logs.setGlobalLoggerProvider(provider);
  return { provider, count };
}

function counter(): { readonly processor: LogRecordProcessor; readonly count: () => number } {
  let records = 0;
  const processor: LogRecordProcessor = {
    onEmit: () => {
      records += 1;
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  return { processor, count: () => records };
}
