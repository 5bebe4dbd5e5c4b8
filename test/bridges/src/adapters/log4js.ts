// SPDX-License-Identifier: Apache-2.0
import { openTelemetryAppender } from '@logferry/bridge-log4js';
import log4js from 'log4js';

import { type BridgeAdapter, SCOPE } from '../bridge-adapter.ts';

export const log4jsAdapter: BridgeAdapter = {
  name: 'log4js',
  levels: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
  writesLevelsInCapitals: true,
  // A call takes no time.
  timeForms: [],
  timeKey: undefined,
  readsTraceFields: true,
  log(_line, loggerProvider, { level, message, fields, error }) {
    const appenders = { otel: openTelemetryAppender({ loggerProvider }) };
    log4js.configure({ appenders, categories: { default: { appenders: ['otel'], level: 'all' } } });
    const logger = log4js.getLogger(SCOPE);
    logger[level](message, ...(error === undefined ? [fields] : [fields, error]));
  },
};
