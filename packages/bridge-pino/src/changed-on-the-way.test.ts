// SPDX-License-Identifier: Apache-2.0
import type { LoggerOptions } from 'pino';
import { describe, expect, test } from 'vitest';

import { OpenTelemetryDestination } from './open-telemetry-destination.ts';
import { bridgedLogger } from './test-support/bridged-logger.ts';
import { collector } from './test-support/collected-records.ts';
import { PINO_VERSIONS } from './test-support/pino-versions.ts';

describe.each(PINO_VERSIONS)(
  'what the application changes on the way to the line is changed in the record, pino $version',
  ({ pino }) => {
    const bridged = (options?: LoggerOptions) => bridgedLogger(pino, options);
    const SECRET = 'hunter2';

    test.each<[string, LoggerOptions, object, object]>([
      [
        'a serializer',
        { serializers: { user: (user: { id: number }) => ({ id: user.id }) } },
        { user: { id: 1, password: SECRET }, other: 2 },
        { user: { id: 1 }, other: 2 },
      ],
      [
        'a serializer of the error',
        { serializers: { err: () => 'an error' } },
        { err: new Error(SECRET) },
        { err: 'an error' },
      ],
      [
        'redaction of a field',
        { redact: ['password', 'user.password'] },
        { password: SECRET, user: { id: 1, password: SECRET } },
        { password: '[Redacted]', user: { id: 1, password: '[Redacted]' } },
      ],
      [
        'redaction that removes',
        { redact: { paths: ['password'], remove: true } },
        { password: SECRET, left: 1 },
        { left: 1 },
      ],
      [
        'redaction under a wildcard',
        { redact: ['*.password'] },
        { any: { password: SECRET } },
        { any: { password: '[Redacted]' } },
      ],
      ['formatters.log', { formatters: { log: () => ({ replaced: true }) } }, { password: SECRET }, { replaced: true }],
      [
        'hooks.streamWrite',
        { hooks: { streamWrite: (line: string) => line.replaceAll(SECRET, '***') } },
        { password: SECRET },
        { password: '***' },
      ],
      [
        'formatters.log with a nested key',
        { nestedKey: 'data', formatters: { log: ({ id }: Record<string, unknown>) => ({ id }) } },
        { id: 1, password: SECRET },
        { data: { id: 1 } },
      ],
    ])('%s', (_about, options, fields, attributes) => {
      const { logger, only } = bridged({ base: {}, name: 'shop', ...options });
      logger.info(fields, 'hello');
      expect(only()).toMatchObject({ scope: 'shop', body: 'hello', severityNumber: 9, severityText: 'info' });
      expect(only().attributes).toEqual(attributes);
      expect(JSON.stringify(only())).not.toContain(SECRET);
    });

    test('redaction of a part of an error', () => {
      const { logger, only } = bridged({ redact: ['err.token', 'err.message'] });
      logger.error({ err: Object.assign(new RangeError('declined'), { token: SECRET, code: 7 }) }, 'failed');
      expect(only().attributes).toMatchObject({
        'exception.type': 'RangeError',
        'exception.message': '[Redacted]',
        'exception.code': 7,
        'exception.token': '[Redacted]',
      });
    });

    test('redaction of one field leaves the error of the record whole', () => {
      const { logger, only } = bridged({ redact: ['password'] });
      const cause = new TypeError('no route');
      const err = new RangeError('declined', { cause });
      logger.error({ err, password: SECRET }, 'failed');
      expect(only().attributes).toEqual({
        'exception.type': 'RangeError',
        'exception.message': 'declined',
        'exception.stacktrace': `${err.stack}\nCaused by: ${cause.stack}`,
        password: '[Redacted]',
      });
    });

    test('redaction and serializers of bindings, and of a child', () => {
      const { logger, records } = bridged({ redact: ['token'], serializers: { user: () => 'somebody' } });
      logger.child({ token: SECRET, user: SECRET }).info('a');
      logger
        .child({}, { serializers: { order: () => 'an order' }, redact: ['card'] })
        .info({ order: SECRET, card: SECRET }, 'b');
      expect(records.map(({ attributes }) => attributes)).toEqual([
        { token: '[Redacted]', user: 'somebody' },
        { order: 'an order', card: '[Redacted]' },
      ]);
    });

    test('a serializer and redaction of the message', () => {
      const { logger, only } = bridged({ serializers: { msg: (text: string) => text.replace(SECRET, '***') } });
      logger.info(`the password is ${SECRET}`);
      expect(only().body).toBe('the password is ***');
      const redacted = bridged({ redact: ['msg'] });
      redacted.logger.info(SECRET);
      expect(redacted.only().body).toBe('[Redacted]');
    });

    test('a prefix of messages', () => {
      const { logger, only } = bridged({ msgPrefix: '[shop] ' });
      logger.child({}, { msgPrefix: '[basket] ' }).info('hello');
      expect(only().body).toBe('[shop] [basket] hello');
    });

    test.each([
      ['a label', (label: string) => ({ level: label }), {}],
      ['another key', (label: string) => ({ severity: label.toUpperCase() }), {}],
      ['more than the level', (label: string, number: number) => ({ level: label, rank: number * 2 }), { rank: 60 }],
    ])('formatters.level that writes %s', (_about, level, attributes) => {
      const { logger, records } = bridged({ formatters: { level }, redact: ['password'] });
      logger.info('plain');
      logger.info({ password: SECRET }, 'redacted');
      expect(records).toMatchObject([
        { severityNumber: 9, severityText: 'info' },
        { severityNumber: 9, severityText: 'info' },
      ]);
      expect(records.map((record) => record.attributes)).toEqual([
        attributes,
        { password: '[Redacted]', ...attributes },
      ]);
    });

    test('formatters.bindings', () => {
      const collected = collector();
      const logger = pino(
        { formatters: { bindings: ({ pid }) => ({ process: pid as number }) } },
        new OpenTelemetryDestination(collected),
      );
      logger.info('hello');
      expect(collected.only().attributes).toEqual({ process: process.pid });
    });

    test('a line that streamWrite made something else of is the body', () => {
      const { logger, only } = bridged({ hooks: { streamWrite: () => 'not JSON\n' } });
      logger.warn({ password: SECRET }, SECRET);
      expect(only()).toMatchObject({ body: 'not JSON', severityNumber: 13, attributes: {} });
    });
  },
);
