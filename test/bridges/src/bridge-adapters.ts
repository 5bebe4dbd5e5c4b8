// SPDX-License-Identifier: Apache-2.0
import { apiLogsAdapter } from './adapters/api-logs.ts';
import { bunyanAdapter } from './adapters/bunyan.ts';
import { consoleAdapter } from './adapters/console.ts';
import { log4jsAdapter } from './adapters/log4js.ts';
import { pinoAdapter } from './adapters/pino.ts';
import { winstonAdapter } from './adapters/winston.ts';
import type { BridgeAdapter } from './bridge-adapter.ts';

export const BRIDGE_ADAPTERS: readonly BridgeAdapter[] = [
  apiLogsAdapter,
  bunyanAdapter,
  consoleAdapter,
  log4jsAdapter,
  pinoAdapter,
  winstonAdapter,
];
