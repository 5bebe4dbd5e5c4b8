// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';

import {
  consoleBodies,
  expectedBodies,
  linesOf,
  receivedBodies,
  receiver,
  type Run,
  runApplication,
} from './application.ts';

const REGISTER = '@logferry/config/register';

const PLAIN: Pick<Run, 'module' | 'preload'> = { module: 'mjs', preload: ['--import', REGISTER] };

/** Writes a file into the application's folder. */
function writeConfiguration(line: Run['line'], name: string, content: string): string {
  const file = join(inject('projects')[line], name);
  writeFileSync(file, content);
  return file;
}

describe.each(['0.2xx', '3.x'] as const)('on the line %s, without a file,', (line) => {
  it('records go to the console as JSON lines where nothing is said', async () => {
    const { ended, stdout, stderr } = await runApplication({ line, ...PLAIN });
    expect([ended, consoleBodies(stdout), stderr]).toEqual([0, expectedBodies(), '']);
  });

  it('records go to the endpoint that is set, and nowhere else', async () => {
    const otlp = await receiver();
    const variables = {
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint.replace('/v1/logs', ''),
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    };
    const { ended, stdout, stderr } = await runApplication({ line, ...PLAIN, variables });
    expect([ended, stdout, stderr]).toEqual([0, '', '']);
    expect(receivedBodies(otlp)).toEqual(expectedBodies());
  });

  it.each([{ OTEL_SDK_DISABLED: 'TRUE' }, { OTEL_LOGS_EXPORTER: 'none' }])(
    'nothing is logged with %o',
    async (variables) => {
      const { ended, stdout, stderr } = await runApplication({ line, ...PLAIN, variables });
      expect([ended, stdout, stderr]).toEqual([0, '', '']);
    },
  );

  it('an exporter that is not known is said, and the default is used', async () => {
    const variables = { OTEL_LOGS_EXPORTER: 'zipkin' };
    const { ended, stdout, stderr } = await runApplication({ line, ...PLAIN, variables });
    expect([ended, consoleBodies(stdout)]).toEqual([0, expectedBodies()]);
    expect(linesOf(stderr, 'logferry:')).toEqual([
      'logferry: OTEL_LOGS_EXPORTER: is ignored: it must be a list with commas between, each one of otlp, console, none',
    ]);
  });
});

describe.each(['0.2xx', '3.x'] as const)('on the line %s, with a file,', (line) => {
  it('the file alone says where records go', async () => {
    const folder = join(inject('projects')[line], 'logs');
    const otlp = await receiver();
    const file = writeConfiguration(
      line,
      'files.yaml',
      `file_format: "1.1"
logger_provider:
  processors:
    - simple: { exporter: { console: } }
    - batch: { exporter: { otlp_file/development: { output_stream: "file://${folder}/all.jsonl" } } }
`,
    );
    const variables = {
      OTEL_CONFIG_FILE: file,
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint,
      OTEL_BLRP_MAX_QUEUE_SIZE: '1',
    };
    const { ended, stdout, stderr } = await runApplication({ line, ...PLAIN, end: 'exit', variables });
    expect([ended, consoleBodies(stdout), stderr, otlp.requests.length]).toEqual([7, expectedBodies(), '', 0]);
    expect(readdirSync(folder)).toEqual(['all.jsonl']);
    const text = readFileSync(join(folder, 'all.jsonl'), 'utf8');
    expect([...text.matchAll(/record \d+/g)].map(([body]) => body)).toEqual(expectedBodies());
  });

  it.each<[string, string | undefined, RegExp]>([
    ['is missing', undefined, /missing\.yaml can not be read: ENOENT/],
    ['has errors', 'file_format: "1.1"\nlogger_provider:\n  procesors: []\n', /procesors.*did you mean processors\?/s],
    [
      'names a certificate that can not be read',
      `file_format: "1.1"
logger_provider:
  processors:
    - batch:
        exporter:
          otlp_grpc: { endpoint: "https://localhost:4317", tls: { ca_file: /nowhere/ca.pem } }
`,
      /\/nowhere\/ca\.pem/,
    ],
  ])('one that %s is told of, and the application runs without', async (_, content, message) => {
    const file = content === undefined ? 'missing.yaml' : writeConfiguration(line, 'bad.yaml', content);
    const variables = { OTEL_CONFIG_FILE: file };
    const { ended, stdout, stderr } = await runApplication({ line, ...PLAIN, end: 'exit', variables });
    expect([ended, stdout]).toEqual([7, '']);
    expect(linesOf(stderr, 'logferry: @logferry/config/register has set up no logging: ')).toHaveLength(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });
});

describe.each(['0.2xx', '3.x'] as const)('on the line %s, the module', (line) => {
  it.each<[string, Pick<Run, 'module' | 'preload'>]>([
    ['an ES module with --require', { module: 'mjs', preload: ['--require', REGISTER] }],
    ['CommonJS with --import', { module: 'cjs', preload: ['--import', REGISTER] }],
    ['both, and sets up one provider', { module: 'mjs', preload: ['--require', REGISTER, '--import', REGISTER] }],
  ])('loads into %s', async (_, form) => {
    const { ended, stdout, stderr } = await runApplication({ line, ...form });
    expect([ended, consoleBodies(stdout), stderr]).toEqual([0, expectedBodies(), '']);
  });

  it('sets up no second provider where a NodeSDK has one, and says so', async () => {
    const preload = ['--require', './node-sdk.cjs', '--import', REGISTER];
    const variables = { OTEL_LOGS_EXPORTER: 'console' };
    const { ended, stdout, stderr } = await runApplication({ line, module: 'mjs', preload, variables });
    expect([ended, consoleBodies(stdout)]).toEqual([0, []]);
    expect(linesOf(stderr, 'logferry:')).toEqual([
      'logferry: @logferry/config/register has set up no logging: there is a LoggerProvider already, of a NodeSDK or of ' +
        'the application. Load this module before it, or without this module give it createLogPipeline(…).processors',
    ]);
  });
});

it('what emits through the older API reaches the provider of the line 3.x', async () => {
  const { ended, stdout, stderr } = await runApplication({
    line: '3.x',
    module: 'cjs',
    preload: ['--require', REGISTER],
    variables: { LINE: '0.2xx' },
  });
  expect([ended, consoleBodies(stdout), stderr]).toEqual([0, expectedBodies(), '']);
});

it.each(['0.2xx', '3.x'] as const)('a signal makes it read the file again, on the line %s', async (line) => {
  const content = (level: string): string => `file_format: "1.1"
distribution: { logferry: { reload_on_signal: SIGHUP } }
logger_provider:
  processors:
    - logferry_fan_out: { destinations: { lines: { minimum_severity: ${level}, exporter: { console: } } } }
`;
  const file = writeConfiguration(line, 'reloading.yaml', content('error'));
  const variables = { OTEL_CONFIG_FILE: file, BAD: content('loud'), GOOD: content('debug') };
  const preload = ['--require', REGISTER];
  const { ended, stdout, stderr } = await runApplication({
    line,
    program: 'reloading',
    module: 'cjs',
    preload,
    variables,
  });
  expect([ended, consoleBodies(stdout)]).toEqual([0, ['still works', 'after']]);
  expect(linesOf(stderr, 'opentelemetry:')).toEqual([
    "opentelemetry: @logferry/config: the running pipeline stays, because the new one can't be used: the configuration has an error:",
  ]);
  expect(stderr).toContain('reloading.yaml:5:');
});
