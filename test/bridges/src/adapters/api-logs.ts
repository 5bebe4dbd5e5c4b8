// SPDX-License-Identifier: Apache-2.0
import { bridgeApi, bridgeApiLogs } from '@logferry/bridge-api-logs';
import * as older from '@logferry-test/sdk-0.2xx';
import { logs } from '@opentelemetry/api';
import { logs as apiLogs } from '@opentelemetry/api-logs';

import { type BridgeAdapter, type LevelName, SCOPE } from '../bridge-adapter.ts';

const SEVERITIES: Readonly<Record<LevelName, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };

/** Not a logger but an API: the record is handed over as it is. */
export const apiLogsAdapter: BridgeAdapter = {
  name: 'api-logs',
  levels: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
  // The API itself says in which forms it takes a time.
  timeForms: ['Date', 'milliseconds'],
  timeKey: undefined,
  // Attributes are attributes.
  readsTraceFields: false,
  log(line, provider, { level, message, fields, error, time }) {
    const record = {
      severityNumber: SEVERITIES[level],
      severityText: level,
      body: message,
      attributes: fields as never,
      ...(error === undefined ? {} : { exception: error }),
      ...(time === undefined ? {} : { timestamp: time as Date | number }),
    };
    if (line.name === '3.x') {
      const bridge = bridgeApiLogs();
      logs.setGlobalLoggerProvider(provider as never);
      apiLogs.getLogger(SCOPE).emit(record);
      logs.disable();
      bridge.uninstall();
    } else {
      const bridge = bridgeApi();
      older.logs.setGlobalLoggerProvider(provider as never);
      logs.getLogger(SCOPE).emit(record);
      older.logs.disable();
      bridge.uninstall();
    }
  },
};
