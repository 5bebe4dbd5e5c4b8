// SPDX-License-Identifier: Apache-2.0
import { createLogPipeline, type DestinationOptions } from '@logferry/config';
import { LoggerProvider, type LogRecordExporter, type LogRecordProcessor } from '@opentelemetry/sdk-logs';

export const DEBUG = 5;
const ERROR = 17;

type Logger = ReturnType<LoggerProvider['getLogger']>;

const nothing: LogRecordProcessor = {
  onEmit() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

const nowhere: LogRecordExporter = {
  export: (_, resultCallback) => resultCallback({ code: 0 }),
  forceFlush: async () => {},
  shutdown: async () => {},
};

const LOGGER = 'shop.orders';

/** A pipeline with so many destinations, of which none wants anything below an error. */
function destinations(count: number): Record<string, DestinationOptions> {
  const one = (): DestinationOptions => ({ exporter: { ...nowhere }, minimumSeverity: 'error' });
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`destination-${index}`, one()]));
}

/** A logger of each contestant, for which only errors are wanted. */
export const CONTESTANTS = {
  logferry: (): Logger =>
    createLogPipeline({ destinations: destinations(5) })
      .createLoggerProvider()
      .getLogger(LOGGER),
  'logferry-one': (): Logger =>
    createLogPipeline({ destinations: destinations(1) })
      .createLoggerProvider()
      .getLogger(LOGGER),
  'logferry-loggers': (): Logger =>
    createLogPipeline({
      destinations: destinations(5),
      loggers: { defaultConfig: { minimumSeverity: 'error' } },
    })
      .createLoggerProvider()
      .getLogger(LOGGER),
  sdk: (): Logger =>
    new LoggerProvider({
      processors: [nothing],
      loggerConfigurator: () => ({ enabled: true, minimumSeverity: ERROR, traceBased: false }),
    }).getLogger(LOGGER),
} as const;

export type ContestantName = keyof typeof CONTESTANTS;
