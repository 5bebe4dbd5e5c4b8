// SPDX-License-Identifier: Apache-2.0
// Logs through a transport of pino and ends, which delivers what was logged.
// Arguments: target, options of the transport as JSON, what to log.
import { setImmediate as eventLoopTurn } from 'node:timers/promises';

import { type LoggerOptions, pino } from 'pino';

const [target = '', options = '', what = '', ...fields] = process.argv.slice(2);

const LOGGERS: Readonly<Record<string, LoggerOptions<'notice'>>> = {
  isoTime: { timestamp: () => ',"time":"2026-01-02T03:04:05.006Z"' },
  unixTime: { timestamp: () => ',"time":1767323045' },
  'level as a name': { formatters: { level: (label) => ({ level: label }) } },
};

const transport = pino.transport({ target, options: JSON.parse(options) as object });
const logger = pino<'notice'>({ base: null, customLevels: { notice: 35 }, ...LOGGERS[what] }, transport);

switch (what) {
  case 'error':
    logger.error(new TypeError('no route'));
    break;
  case 'notice':
    logger.notice('x');
    break;
  case 'fields':
    logger.info(JSON.parse(fields[0] ?? '{}') as object, 'x');
    break;
  case 'burst':
    for (let sequence = 1; sequence <= Number(fields[0]); sequence += 1) {
      logger.info({ sequence }, 'x');
      if (sequence % 250 === 0) await eventLoopTurn();
    }
    break;
  default:
    logger.warn('x');
}
