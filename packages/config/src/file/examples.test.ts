// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import type { LogPipelineOptions } from '../options.ts';
import { createLogPipeline } from '../pipeline/log-pipeline.ts';
import { readConfigurationFile } from './read-configuration.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const OFFICIAL = fileURLToPath(new URL('../../../../../shared/data/otel-configuration/', import.meta.url));

test('the example of several destinations means what it looks like', async () => {
  const { options, logLevel, problems } = readConfigurationFile(`${EXAMPLES}several-destinations.yaml`, {
    environment: { BACKEND_API_KEY: 'k-123' },
  });
  expect(problems).toEqual([]);
  expect(logLevel).toBe('warn');
  expect(options).toEqual({
    resource: { attributes: { 'service.name': 'shop', 'deployment.environment.name': 'development' } },
    redaction: {
      policy: {
        extends: 'gdpr',
        entities: {
          email: { operator: { kind: 'mask', keepLast: 4 }, reason: 'the domain is needed for support' },
          uuid: false,
          employee_id: { operator: { kind: 'redact' }, reason: 'configured' },
        },
        paths: [{ path: '**.session_token', operator: { kind: 'redact' }, reason: 'configured' }],
        detectors: [{ entity: 'employee_id', pattern: /EMP-\d{4}/u, context: ['employee'] }],
      },
    },
    destinations: {
      files: {
        queue: { scheduledDelayMillis: 200 },
        exporter: {
          type: 'rotating-file',
          path: '/var/log/shop/shop.jsonl',
          maxFileBytes: 50_000_000,
          rotateEvery: 'day',
          maxFiles: 14,
          compression: 'gzip',
          fileMode: 0o640,
        },
      },
      backend: {
        minimumSeverity: 'warn',
        loggers: { exclude: ['health.*'], levels: [{ name: 'payments.*', minimumSeverity: 'debug' }] },
        sampling: { ratio: 0.5, exemptFrom: 'error' },
        rateLimit: { perSecond: 500, key: 'logger' },
        redaction: { policy: 'pci-dss' },
        queue: { maxQueueSize: 50_000, maxQueueBytes: 33_554_432, overflowPolicy: 'drop-oldest' },
        exporter: {
          type: 'otlp-grpc',
          endpoint: 'https://collector.example:4317',
          headers: { 'api-key': 'k-123' },
          tls: { caFile: '/etc/ssl/backend-ca.pem', minVersion: 'TLSv1.3' },
          compression: 'gzip',
          retry: { maxElapsedMillis: 600_000 },
        },
      },
      console: {
        minimumSeverity: 'info',
        fingersCrossed: { passFrom: 'info', releaseFrom: 'error' },
        exporter: { type: 'console', format: 'auto', stderrMinSeverity: 17 },
      },
    },
    loggers: {
      defaultConfig: { minimumSeverity: 'debug' },
      rules: [{ name: 'noisy.*', config: { enabled: false } }],
    },
    flushOn: ['SIGTERM', 'beforeExit'],
    reload: { signal: 'SIGHUP' },
  });
  // Without the files of the machine it is for, it builds as it is.
  const { redaction, loggers, destinations } = options!;
  const exporter = { type: 'console' } as const;
  const built = Object.entries(destinations).map(([name, destination]) => [name, { ...destination, exporter }]);
  const pipeline = createLogPipeline({
    ...(redaction !== undefined && { redaction }),
    ...(loggers !== undefined && { loggers }),
    destinations: Object.fromEntries(built) as LogPipelineOptions['destinations'],
  });
  expect(Object.keys(pipeline.stats().destinations)).toEqual(['files', 'backend', 'console']);
  await pipeline.shutdown();
});

test('the standard section is taken as it is, every key of it', () => {
  const { options, logLevel, problems } = readConfigurationFile(`${EXAMPLES}standard.yaml`, {
    environment: { OTEL_RESOURCE_ATTRIBUTES: 'team=shop%2Cweb,service.name=loses,broken' },
  });
  expect(problems).toEqual([
    {
      severity: 'warning',
      file: `${EXAMPLES}standard.yaml`,
      position: { line: 7, column: 20 },
      path: 'resource.attributes_list',
      message: 'pair 3 is left out: it must be name=value, percent-encoded',
    },
  ]);
  expect(logLevel).toBeUndefined();
  expect(options).toEqual({
    disabled: false,
    limits: { attributeCountLimit: 32, attributeValueLengthLimit: 4096 },
    resource: {
      attributes: { team: 'shop,web', 'service.name': 'shop', 'shop.regions': ['eu', 'us'] },
      schemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
    },
    destinations: {
      'otlp-grpc': {
        queue: {
          scheduledDelayMillis: 1000,
          exportTimeoutMillis: 30_000,
          maxQueueSize: 2048,
          maxExportBatchSize: 512,
        },
        exporter: {
          type: 'otlp-grpc',
          endpoint: 'http://localhost:4317',
          insecure: false,
          headers: { tenant: 'shop one', 'api-key': 'none' },
          compression: 'gzip',
          timeoutMillis: 10_000,
        },
      },
      'otlp-http': {
        exporter: { type: 'otlp-http', endpoint: 'https://collector.example/v1/logs', protocol: 'http/json' },
      },
      'otlp-file': { queue: { maxExportBatchSize: 1 }, exporter: { type: 'otlp-file', path: '/var/log/shop.jsonl' } },
      console: { queue: { maxExportBatchSize: 1 }, exporter: { type: 'console' } },
    },
    loggers: {
      defaultConfig: { minimumSeverity: 'info2', sampledTracesOnly: false },
      rules: [{ name: 'io.*', config: { enabled: false } }],
    },
  });
});

test('a file of JSON is read by the same rules, and a text of variables alone may be a number there', () => {
  const read = (environment: Record<string, string>) =>
    readConfigurationFile(`${EXAMPLES}one-file.json`, { environment });
  const destination = (scheduledDelayMillis: number) => ({
    destinations: {
      'rotating-file': {
        queue: { scheduledDelayMillis },
        exporter: { type: 'rotating-file', path: '/var/log/shop.jsonl', maxFiles: Infinity, format: 'json' },
      },
    },
  });
  expect(read({})).toEqual({ options: destination(500), logLevel: undefined, problems: [] });
  expect(read({ FLUSH_MILLIS: '0x10' })).toEqual({ options: destination(16), logLevel: undefined, problems: [] });
});

describe('the example files of the OpenTelemetry configuration project', () => {
  if (!existsSync(OFFICIAL)) {
    test('are not beside this repository: that they are read is not shown here, only what the own examples have of them', () => {
      console.warn(`the example files of the OpenTelemetry configuration project are missing: ${OFFICIAL}`);
      expect(existsSync(OFFICIAL)).toBe(false);
    });
    return;
  }
  const files = readdirSync(OFFICIAL).filter((name) => name.endsWith('.yaml'));

  test('are there', () => {
    expect(files).toEqual(['otel-getting-started.yaml', 'otel-sdk-config.yaml', 'otel-sdk-migration-config.yaml']);
  });

  const queue = {
    scheduledDelayMillis: 1000,
    exportTimeoutMillis: 30_000,
    maxQueueSize: 2048,
    maxExportBatchSize: 512,
  };
  const exporter = {
    type: 'otlp-http',
    endpoint: 'http://localhost:4318/v1/logs',
    compression: 'gzip',
    timeoutMillis: 10_000,
  };
  const whole = {
    disabled: false,
    resource: { attributes: { 'service.name': 'unknown_service' } },
    limits: { attributeCountLimit: 128 },
    destinations: { 'otlp-http': { queue, exporter } },
  };

  test.each([
    [
      'otel-getting-started.yaml',
      {
        resource: { attributes: expect.objectContaining({ 'process.pid': process.pid }) },
        destinations: { 'otlp-http': { exporter: { type: 'otlp-http', endpoint: exporter.endpoint } } },
      },
    ],
    ['otel-sdk-config.yaml', whole],
    ['otel-sdk-migration-config.yaml', whole],
  ])('%s is read without an error, and its logger_provider section builds', async (name, options) => {
    const read = readConfigurationFile(`${OFFICIAL}${name}`, { environment: {} });
    expect(read.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(read.options).toEqual(options);
    const pipeline = createLogPipeline({ ...read.options!, environment: {} });
    expect(Object.keys(pipeline.stats().destinations)).toEqual(['otlp-http']);
    await pipeline.shutdown();
  });

  test('the one for migration follows the variables that it names', () => {
    const { options } = readConfigurationFile(`${OFFICIAL}otel-sdk-migration-config.yaml`, {
      environment: {
        OTEL_SDK_DISABLED: 'true',
        OTEL_SERVICE_NAME: 'shop',
        OTEL_BLRP_SCHEDULE_DELAY: '50',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example',
        OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE: '/etc/ca.pem',
        OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'api-key=a%20b',
        OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: '500',
      },
    });
    expect(options).toEqual({
      disabled: true,
      resource: { attributes: { 'service.name': 'shop' } },
      limits: { attributeCountLimit: 128, attributeValueLengthLimit: 500 },
      destinations: {
        'otlp-http': {
          queue: { ...queue, scheduledDelayMillis: 50 },
          exporter: {
            ...exporter,
            endpoint: 'https://collector.example/v1/logs',
            headers: { 'api-key': 'a b' },
            tls: { caFile: '/etc/ca.pem' },
          },
        },
      },
    });
  });
});
