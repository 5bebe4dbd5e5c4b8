// SPDX-License-Identifier: Apache-2.0

/** What the user of a bridge has besides: the logger, and its types where it brings none. */
export interface Loggers {
  readonly packages: readonly string[];
  readonly types: readonly string[];
}

const NONE: Loggers = { packages: [], types: [] };

/** By folder of the bridge below `packages/`; the versions are those that this package depends on. */
const LOGGERS: Readonly<Record<string, Loggers>> = {
  'bridge-api-logs': {
    packages: ['@opentelemetry/api-logs', '@opentelemetry/winston-transport', 'winston'],
    types: [],
  },
  'bridge-bunyan': { packages: ['bunyan'], types: ['@types/bunyan'] },
  'bridge-log4js': { packages: ['log4js'], types: [] },
  'bridge-pino': { packages: ['pino'], types: [] },
  'bridge-winston': { packages: ['winston'], types: [] },
};

/** The loggers that the user of a package of ours has. */
export function loggersOf(folder: string): Loggers {
  return LOGGERS[folder] ?? NONE;
}
