// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bridgeApi, bridgeApiLogs } from '@logferry/bridge-api-logs';
import * as api from '@opentelemetry/api';
import { logs as apiLogs } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { OpenTelemetryTransportV3 } from '@opentelemetry/winston-transport';
import winston from 'winston';

import { logs } from './line.ts';

const is3x = 'logs' in api;

void test('what emits through api-logs reaches the provider of this line', async () => {
  if (is3x) await import('@logferry/bridge-api-logs/register');
  else await import('@logferry/bridge-api-logs/register-0.2xx');
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  logs.setGlobalLoggerProvider(provider);
  // The official transport has a copy of api-logs of its own.
  const logger = winston.createLogger({ transports: [new OpenTelemetryTransportV3()] });
  logger.info('order accepted', { order: { id: 42 } });
  apiLogs.getLogger('shop').emit({ body: 'direct' });
  await provider.forceFlush();
  const bodies = exporter.getFinishedLogRecords().map(({ body }) => body);
  assert.deepEqual(bodies, ['order accepted', 'direct']);
  // The second call returns the bridge of the first, which `register` made.
  if (is3x) assert.deepEqual(bridgeApiLogs().stats(), { forwarded: 2, withoutProvider: 0, looped: 0, failed: 0 });
  // An API before 1.10 has no logs to connect.
  else assert.equal(bridgeApi().isInstalled, false);
  await provider.shutdown();
});
