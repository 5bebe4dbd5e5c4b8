// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createLogPipeline } from '../pipeline/log-pipeline.ts';
import { problemText } from '../problems/problem-text.ts';
import { type ConfigurationSources, resolveConfiguration } from './resolve-configuration.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'logferry-config-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, `file_format: "1.1"\n${text}`);
  return path;
}

/** The options without the variables that go with them. */
function optionsOf(sources: ConfigurationSources): unknown {
  const { options, problems } = resolveConfiguration(sources);
  expect(problems.map(problemText)).toEqual([]);
  const { environment: _environment, reload: { source: _source, ...reload } = {}, ...rest } = options!;
  return Object.keys(reload).length === 0 ? rest : { ...rest, reload };
}

function problemsOf(sources: ConfigurationSources): string[] {
  const { options, problems } = resolveConfiguration(sources);
  expect(options === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
  return problems.map((problem) => `${problem.severity} ${problemText(problem)}`);
}

describe('without a file', () => {
  test('nothing said is the console', () => {
    expect(optionsOf({ environment: {} })).toEqual({ destinations: { console: { exporter: { type: 'console' } } } });
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'otlp-http'],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'otlp-grpc'],
    [{ OTEL_LOGS_EXPORTER: 'otlp' }, 'otlp-http'],
    [
      {
        OTEL_LOGS_EXPORTER: 'OTLP',
        OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      },
      'otlp-grpc',
    ],
    [{ OTEL_LOGS_EXPORTER: 'console', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'console'],
  ])('%j exports to %s, whose options the exporter reads by itself', (environment, type) => {
    expect(optionsOf({ environment })).toEqual({
      destinations: { [type === 'console' ? 'console' : 'otlp']: { exporter: { type } } },
    });
    expect(resolveConfiguration({ environment }).options?.environment).toEqual(environment);
  });

  test('several exporters, and none', () => {
    expect(optionsOf({ environment: { OTEL_LOGS_EXPORTER: 'otlp, console' } })).toEqual({
      destinations: { otlp: { exporter: { type: 'otlp-http' } }, console: { exporter: { type: 'console' } } },
    });
    expect(optionsOf({ environment: { OTEL_LOGS_EXPORTER: 'none' } })).toEqual({ destinations: {} });
  });

  test('every other variable becomes its option', () => {
    const environment = {
      OTEL_LOGS_EXPORTER: 'console',
      OTEL_SDK_DISABLED: 'TRUE',
      OTEL_LOG_LEVEL: 'VERBOSE',
      OTEL_RESOURCE_ATTRIBUTES: 'team=a%2Cb,service.name=loses',
      OTEL_SERVICE_NAME: 'shop',
      OTEL_ATTRIBUTE_COUNT_LIMIT: '10',
      OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '20',
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '30',
      LOGFERRY_MINIMUM_SEVERITY: 'Info',
      LOGFERRY_REDACTION: 'gdpr',
      LOGFERRY_REDACTION_KEYS: 'a:secret',
      LOGFERRY_CONSOLE_FORMAT: 'json',
      LOGFERRY_FILE: '/var/log/app.jsonl',
      LOGFERRY_FILE_FORMAT: 'json',
      LOGFERRY_FILE_MAX_BYTES: '1000000',
      LOGFERRY_FILE_MAX_FILES: 'unlimited',
      LOGFERRY_FILE_ROTATE_EVERY: 'day',
      LOGFERRY_FILE_COMPRESSION: 'gzip',
      LOGFERRY_FILE_WHEN_IN_USE: 'own-name',
      LOGFERRY_MAX_QUEUE_BYTES: '5000000',
      LOGFERRY_MAX_EXPORT_BATCH_BYTES: '50000',
      LOGFERRY_OVERFLOW_POLICY: 'drop-oldest',
      LOGFERRY_FLUSH_ON: 'SIGTERM,beforeExit',
      LOGFERRY_FLUSH_ON_TIMEOUT: '1000',
      LOGFERRY_RELOAD_SIGNAL: 'SIGHUP',
    };
    const queue = { maxQueueBytes: 5_000_000, maxExportBatchBytes: 50_000, overflowPolicy: 'drop-oldest' };
    expect(resolveConfiguration({ environment }).logLevel).toBe('verbose');
    expect(resolveConfiguration({ environment: {}, file: file('level.yaml', 'log_level: trace3') }).logLevel).toBe(
      'verbose',
    );
    expect(optionsOf({ environment })).toEqual({
      disabled: true,
      resource: { attributes: { team: 'a,b', 'service.name': 'shop' } },
      limits: { attributeCountLimit: 20, attributeValueLengthLimit: 30 },
      loggers: { defaultConfig: { minimumSeverity: 'info' } },
      redaction: { policy: 'gdpr', keysVariable: 'LOGFERRY_REDACTION_KEYS' },
      flushOn: ['SIGTERM', 'beforeExit'],
      flushOnTimeoutMillis: 1000,
      reload: { signal: 'SIGHUP' },
      destinations: {
        console: { queue, exporter: { type: 'console', format: 'json' } },
        'rotating-file': {
          queue,
          exporter: {
            type: 'rotating-file',
            path: '/var/log/app.jsonl',
            format: 'json',
            maxFileBytes: 1_000_000,
            maxFiles: Infinity,
            rotateEvery: 'day',
            compression: 'gzip',
            whenInUse: 'own-name',
          },
        },
      },
    });
  });

  test('a bad standard variable is told and ignored; its value is not shown', () => {
    const environment = {
      OTEL_SDK_DISABLED: 'hunter2',
      OTEL_LOG_LEVEL: 'hunter2',
      OTEL_LOGS_EXPORTER: 'hunter2',
      OTEL_RESOURCE_ATTRIBUTES: 'a=b,hunter2',
      OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '-1',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'hunter2',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
    };
    expect(problemsOf({ environment })).toEqual([
      'warning OTEL_SDK_DISABLED: is ignored: it must be true or false',
      'warning OTEL_RESOURCE_ATTRIBUTES: is ignored: it must hold name=value, percent-encoded, and entry 2 does not',
      'warning OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: is ignored: it must be a whole number of at least 0',
      'warning OTEL_LOG_LEVEL: is ignored: it must be one of none, error, warn, info, debug, verbose, all',
      'warning OTEL_LOGS_EXPORTER: is ignored: it must be a list with commas between, each one of otlp, console, none',
      'warning OTEL_EXPORTER_OTLP_PROTOCOL: is ignored: it must be one of grpc, http/protobuf, http/json',
    ]);
    expect(Object.keys(resolveConfiguration({ environment }).options?.destinations ?? {})).toEqual(['otlp']);
  });

  test('a bad or mistyped variable of Logferry is an error: it may have been meant to keep something private', () => {
    const environment = {
      LOGFERRY_REDACTION: 'hunter2',
      LOGFERRY_REDACTON_KEYS: 'hunter2',
      LOGFERRY_OF_SOMEBODY_ELSE: 'hunter2',
      LOGFERRY_FILE_FORMAT: 'json',
    };
    expect(problemsOf({ environment })).toEqual([
      'warning LOGFERRY_OF_SOMEBODY_ELSE: is not a variable of Logferry',
      'error LOGFERRY_REDACTON_KEYS: is not a variable of Logferry; did you mean LOGFERRY_REDACTION_KEYS?',
      'error LOGFERRY_REDACTION: must be one of default, gdpr, pci-dss, hipaa, secrets-only',
      'error LOGFERRY_FILE_FORMAT: must stand beside LOGFERRY_FILE',
    ]);
  });

  test('an empty variable is as one that is not set', () => {
    const environment = { OTEL_SDK_DISABLED: '', LOGFERRY_FILE: ' ', OTEL_CONFIG_FILE: '', LOGFERRY_CONFIG_FILE: '' };
    expect(optionsOf({ environment })).toEqual({ destinations: { console: { exporter: { type: 'console' } } } });
  });
});

const ONE_OTLP = `
disabled: false
resource: { attributes: [{ name: service.name, value: of-file }, { name: kept, value: yes }] }
logger_provider:
  processors:
    - logferry_anonymize: { preset: hipaa, keys_file: /keys }
    - logferry_fan_out:
        destinations:
          backend:
            queue: { schedule_delay: 7, max_queue_size: 9000, max_queue_bytes: 8000 }
            exporter:
              otlp_http:
                endpoint: https://of-file/v1/logs
                headers: [{ name: api-key, value: of-file }]
                timeout: 5
                tls: { ca_file: /of-file.pem }
          console: { exporter: { logferry_console: { format: pretty } } }
`;

describe('a file below the variables', () => {
  test('says what the variables do not say', () => {
    const path = file('below.yaml', ONE_OTLP);
    const environment = {
      OTEL_SERVICE_NAME: 'of-variable',
      OTEL_BLRP_SCHEDULE_DELAY: '70',
      OTEL_BLRP_MAX_QUEUE_SIZE: 'bad',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://of-variable',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=of-variable',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/of-variable.pem',
      OTEL_EXPORTER_OTLP_TIMEOUT: 'bad',
      LOGFERRY_REDACTION: 'gdpr',
      LOGFERRY_REDACTION_KEYS: 'a:b',
      LOGFERRY_MAX_QUEUE_BYTES: '80000',
      LOGFERRY_CONFIG_FILE: path,
    };
    expect(optionsOf({ environment })).toEqual({
      disabled: false,
      resource: { attributes: { 'service.name': 'of-variable', kept: 'yes' } },
      redaction: { policy: 'gdpr', keysVariable: 'LOGFERRY_REDACTION_KEYS' },
      destinations: {
        backend: {
          // The processor and the exporter read the other variables; a bad one leaves what the file says.
          queue: { maxQueueSize: 9000, maxQueueBytes: 80_000 },
          exporter: { type: 'otlp-http', timeoutMillis: 5, tls: {} },
        },
        console: { queue: { maxQueueBytes: 80_000 }, exporter: { type: 'console', format: 'pretty' } },
      },
    });
    expect(resolveConfiguration({ environment }).options?.environment).toBe(environment);
  });

  test('keeps where its records go where several destinations export by OTLP, and says so', () => {
    const path = file(
      'several.yaml',
      `
logger_provider:
  processors:
    - batch: { exporter: { otlp_http: { endpoint: "https://a/v1/logs", timeout: 5 } } }
    - batch: { exporter: { otlp_http: { endpoint: "https://b/v1/logs", headers: [{ name: k, value: b }] } } }
`,
    );
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c',
      OTEL_EXPORTER_OTLP_TIMEOUT: '9',
      OTEL_EXPORTER_OTLP_HEADERS: 'k=c',
    };
    const sources = { environment, file: path };
    expect(resolveConfiguration(sources).options?.destinations).toEqual({
      // An empty object keeps the key in the variable from an endpoint that it isn't for.
      'otlp-http': { exporter: { type: 'otlp-http', endpoint: 'https://a/v1/logs', headers: {} } },
      'otlp-http-2': { exporter: { type: 'otlp-http', endpoint: 'https://b/v1/logs', headers: { k: 'b' } } },
    });
    expect(problemsOf(sources)).toEqual([
      'warning OTEL_EXPORTER_OTLP_ENDPOINT: does not replace what is said of the destination otlp-http, because it is not the only one that exports by OTLP',
      'warning OTEL_EXPORTER_OTLP_HEADERS: does not replace what is said of the destination otlp-http, because it is not the only one that exports by OTLP',
      'warning OTEL_EXPORTER_OTLP_ENDPOINT: does not replace what is said of the destination otlp-http-2, because it is not the only one that exports by OTLP',
      'warning OTEL_EXPORTER_OTLP_HEADERS: does not replace what is said of the destination otlp-http-2, because it is not the only one that exports by OTLP',
    ]);
  });

  test('gives way to the exporters that a variable names', () => {
    const sources = { environment: { OTEL_LOGS_EXPORTER: 'console' }, file: file('named.yaml', ONE_OTLP) };
    expect(resolveConfiguration(sources).options?.destinations).toEqual({ console: { exporter: { type: 'console' } } });
    expect(problemsOf(sources)).toEqual([
      'warning OTEL_LOGS_EXPORTER: stands in place of the destinations of the file',
    ]);
  });

  test('with an error gives no options at all', () => {
    const sources = { environment: {}, file: file('bad.yaml', 'disabled: 1\n') };
    expect(problemsOf(sources)).toEqual([`error ${sources.file}:2:11 disabled: must be true or false; found 1`]);
  });
});

describe('OTEL_CONFIG_FILE', () => {
  test('stands alone: variables count only where the file refers to them, and no component reads them', () => {
    const path = file(
      'alone.yaml',
      `
resource: { attributes: [{ name: service.name, value: "\${OTEL_SERVICE_NAME}" }] }
logger_provider:
  processors:
    - logferry_anonymize: { keys_variable: OTEL_KEYS }
    - batch: { exporter: { otlp_http: } }
`,
    );
    const environment = {
      OTEL_CONFIG_FILE: path,
      OTEL_SERVICE_NAME: 'shop',
      OTEL_SDK_DISABLED: 'true',
      OTEL_BLRP_MAX_QUEUE_SIZE: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://elsewhere',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_KEYS: 'a:b',
      LOGFERRY_REDACTION: 'no-preset',
      NO_COLOR: '1',
    };
    expect(resolveConfiguration({ environment })).toEqual({
      file: path,
      logLevel: undefined,
      problems: [],
      options: {
        resource: { attributes: { 'service.name': 'shop' } },
        redaction: { keysVariable: 'OTEL_KEYS' },
        destinations: { 'otlp-http': { exporter: { type: 'otlp-http' } } },
        environment: { NO_COLOR: '1', OTEL_KEYS: 'a:b' },
        reload: { source: expect.any(Function) },
      },
    });
  });

  test('that can not be read is an error, not a fallback to something else', () => {
    expect(problemsOf({ environment: { OTEL_CONFIG_FILE: '/nowhere.yaml' } })).toEqual([
      'error /nowhere.yaml can not be read: ENOENT',
    ]);
  });
});

describe('options of the program', () => {
  test('win over variables and file, value by value', () => {
    const onDrop = (): void => {};
    const sources: ConfigurationSources = {
      environment: { OTEL_SERVICE_NAME: 'of-variable', LOGFERRY_REDACTION: 'gdpr' },
      file: file('program.yaml', ONE_OTLP),
      options: {
        resource: { attributes: { kept: 'no' } },
        redaction: { policy: 'pci-dss' },
        destinations: {
          console: { minimumSeverity: 'warn' },
          backend: { exporter: { type: 'otlp-grpc' } },
          own: { exporter: { type: 'console' } },
        },
        onDrop,
      },
    };
    expect(optionsOf(sources)).toEqual({
      disabled: false,
      resource: { attributes: { 'service.name': 'of-variable', kept: 'no' } },
      redaction: { policy: 'pci-dss', keysFile: '/keys' },
      destinations: {
        backend: {
          queue: { scheduledDelayMillis: 7, maxQueueSize: 9000, maxQueueBytes: 8000 },
          exporter: { type: 'otlp-grpc' },
        },
        console: { minimumSeverity: 'warn', exporter: { type: 'console', format: 'pretty' } },
        own: { exporter: { type: 'console' } },
      },
      onDrop,
    });
  });

  test('that name destinations keep the console from being added', () => {
    const sources = { environment: {}, options: { destinations: {} } };
    expect(optionsOf(sources)).toEqual({ destinations: {} });
  });
});

test('what comes from all sources builds', async () => {
  const { options } = resolveConfiguration({
    environment: {
      OTEL_BLRP_SCHEDULE_DELAY: '70',
      LOGFERRY_REDACTION: 'gdpr',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:1',
    },
    file: file(
      'builds.yaml',
      'logger_provider: { processors: [{ batch: { schedule_delay: 5, exporter: { otlp_http: } } }, { simple: { exporter: { logferry_console: { format: json } } } }] }',
    ),
  });
  const pipeline = createLogPipeline(options!);
  expect(Object.keys(pipeline.stats().destinations)).toEqual(['otlp-http', 'console']);
  await pipeline.shutdown();
});

test('the options know how to be read again: as the sources are then', () => {
  const path = file('again.yaml', 'logger_provider: { processors: [{ simple: { exporter: { console: } } }] }');
  const environment: Record<string, string> = {};
  const { options } = resolveConfiguration({ file: path, environment, options: { disabled: true } });
  environment['LOGFERRY_REDACTION'] = 'gdpr';
  file('again.yaml', 'logger_provider: { processors: [{ simple: { exporter: { otlp_http: } } }] }');
  expect(options?.reload?.source?.()).toMatchObject({
    disabled: true,
    redaction: { policy: 'gdpr' },
    destinations: { 'otlp-http': { exporter: { type: 'otlp-http' } } },
  });
  file('again.yaml', 'logger_provider: 1');
  expect(() => options?.reload?.source?.()).toThrow(
    `the configuration has an error:\n  ${path}:2:18 logger_provider: must be a mapping; found 1`,
  );
});
