// SPDX-License-Identifier: Apache-2.0
import { addOpenTelemetryStream } from '@logferry/bridge-bunyan';
import bunyan from 'bunyan';

import { type BridgeAdapter, HOSTNAME, SCOPE } from '../bridge-adapter.ts';

export const bunyanAdapter: BridgeAdapter = {
  name: 'bunyan',
  levels: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
  timeForms: ['Date', 'seconds', 'milliseconds', 'nanoseconds', 'ISO 8601', 'ISO 8601 with nanoseconds'],
  timeKey: 'time',
  readsTraceFields: true,
  log(_line, loggerProvider, { level, message, fields, error, time }) {
    const logger = bunyan.createLogger({ name: SCOPE, hostname: HOSTNAME, streams: [] });
    addOpenTelemetryStream(logger, { loggerProvider, level: 'trace' });
    const given = { ...(time === undefined ? {} : { time }), ...(error === undefined ? {} : { err: error }) };
    logger[level]({ ...fields, ...given }, message);
  },
};
