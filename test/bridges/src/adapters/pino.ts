// SPDX-License-Identifier: Apache-2.0
import { OpenTelemetryDestination } from '@logferry/bridge-pino';
import { pino } from 'pino';

import { type BridgeAdapter, HOSTNAME, SCOPE } from '../bridge-adapter.ts';

/** Each of pino's time functions writes JSON of one of these. */
export const pinoAdapter: BridgeAdapter = {
  name: 'pino',
  levels: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
  timeForms: ['Date', 'seconds', 'milliseconds', 'nanoseconds', 'ISO 8601', 'ISO 8601 with nanoseconds'],
  timeKey: 'time',
  readsTraceFields: true,
  log(_line, loggerProvider, { level, message, fields, error, time }) {
    const logger = pino(
      {
        level: 'trace',
        name: SCOPE,
        base: { pid: process.pid, hostname: HOSTNAME },
        ...(time === undefined ? {} : { timestamp: () => `,"time":${JSON.stringify(time)}` }),
      },
      new OpenTelemetryDestination({ loggerProvider }),
    );
    logger[level]({ ...fields, ...(error === undefined ? {} : { err: error }) }, message);
  },
};
