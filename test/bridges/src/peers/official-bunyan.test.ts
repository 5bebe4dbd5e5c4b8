// SPDX-License-Identifier: Apache-2.0
import { captureDiagnostics } from '@logferry-test/support';
import { addOpenTelemetryStream } from '@logferry/bridge-bunyan';
import { logs } from '@opentelemetry/api';
import { OpenTelemetryBunyanStream } from '@opentelemetry/instrumentation-bunyan';
import bunyan from 'bunyan';
import { afterEach, expect, test } from 'vitest';

import { collect, SDK_LINES, type SdkLine } from '../sdk-lines.ts';

const [LINE_3X] = SDK_LINES as readonly [SdkLine, SdkLine];

afterEach(() => logs.disable());

test('where the official instrumentation has added its stream, records arrive once, as ours', () => {
  const diagnostics = captureDiagnostics();
  const { provider, records } = collect(LINE_3X);
  logs.setGlobalLoggerProvider(provider as never);
  const definition = { type: 'raw', level: 'info', stream: new OpenTelemetryBunyanStream() as never } as const;
  const logger = bunyan.createLogger({ name: 'shop', hostname: 'a.test', streams: [definition] });
  logger.error(Object.assign(new TypeError('theirs'), { code: 'ENOENT' }), 'x');
  addOpenTelemetryStream(logger);
  logger.error(Object.assign(new TypeError('ours'), { code: 'ENOENT' }), 'x');
  diagnostics.stop();
  expect(records).toMatchObject([
    { attributes: { 'exception.type': 'ENOENT', 'exception.message': 'theirs' } },
    { attributes: { 'exception.type': 'TypeError', 'exception.message': 'ours', 'exception.code': 'ENOENT' } },
  ]);
  expect(records).toHaveLength(2);
  expect(diagnostics.messages).toEqual([
    'warn: @logferry/bridge-bunyan: @opentelemetry/instrumentation-bunyan had added its stream to the same logger: it was removed, so that records arrive once',
  ]);
});
