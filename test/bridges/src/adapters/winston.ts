// SPDX-License-Identifier: Apache-2.0
import { OpenTelemetryTransport } from '@logferry/bridge-winston';
import winston from 'winston';

import { type BridgeAdapter, SCOPE } from '../bridge-adapter.ts';

// The names of the suite; npm's have neither fatal nor trace.
const LEVELS = { fatal: 0, error: 1, warn: 2, info: 3, debug: 4, trace: 5 };

export const winstonAdapter: BridgeAdapter = {
  name: 'winston',
  levels: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
  timeForms: ['Date', 'seconds', 'milliseconds', 'nanoseconds', 'ISO 8601', 'ISO 8601 with nanoseconds'],
  timeKey: 'timestamp',
  readsTraceFields: true,
  log(_line, loggerProvider, { level, message, fields, error, time }) {
    const logger = winston.createLogger({
      levels: LEVELS,
      level: 'trace',
      // The default format writes JSON, and throws where a getter throws.
      format: winston.format((info) => info)(),
      transports: [new OpenTelemetryTransport({ name: SCOPE, loggerProvider })],
    });
    const timestamp = time === undefined ? {} : { timestamp: time };
    logger.log({ level, message, ...timestamp, ...fields, ...(error === undefined ? {} : { error }) });
  },
};
