// SPDX-License-Identifier: Apache-2.0
import { type CollectedLogRecord, collectingProcessor } from '@logferry-test/support';
import * as older from '@logferry-test/sdk-0.2xx';
import type { OtelLoggerProvider } from '@logferry/bridge-base';
import type { LogRecordProcessor } from '@logferry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider } from '@opentelemetry/sdk-logs';

/** A provider of either line. */
export interface LineProvider extends OtelLoggerProvider {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

export interface Collected {
  readonly provider: LineProvider;
  readonly records: readonly CollectedLogRecord[];
}

type ResourceAttributes = Readonly<Record<string, string | number>>;

/** One of the two living lines of the official SDK. */
export interface SdkLine {
  readonly name: '0.2xx' | '3.x';
  openProvider(processor: LogRecordProcessor, resource: ResourceAttributes): LineProvider;
}

export const SDK_LINES: readonly SdkLine[] = [
  {
    name: '3.x',
    openProvider: (processor, resource) =>
      new LoggerProvider({ resource: resourceFromAttributes(resource), processors: [processor] }),
  },
  {
    name: '0.2xx',
    openProvider: (processor, resource) =>
      new older.LoggerProvider({
        resource: older.resourceFromAttributes(resource),
        processors: [processor],
      }),
  },
];

/** What bunyan and pino give to every record, and a resource has as well. */
export const PROCESS_RESOURCE: ResourceAttributes = { 'process.pid': process.pid, 'host.name': 'a.test' };

/** A provider of a line, and what its processor was given. */
export function collect(line: SdkLine, resource: ResourceAttributes = PROCESS_RESOURCE): Collected {
  const { records, processor } = collectingProcessor();
  return { provider: line.openProvider(processor, resource), records };
}
