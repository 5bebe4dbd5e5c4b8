// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { configurationError, problemText } from '../problems/problem-text.ts';
import { readConfiguration } from './read-configuration.ts';

const SECRETS = { API_KEY: 's3cr3t-of-a-variable', NUMBER: '987654321987' };

function lines(text: string, name = 'app.yaml'): string[] {
  const { options, problems } = readConfiguration(text, name, { environment: SECRETS });
  const isUsable = problems.every(({ severity }) => severity === 'warning');
  expect(options !== undefined).toBe(isUsable);
  return problems.map((problem) => `${problem.severity} ${problemText(problem)}`);
}

const BAD = `file_format: "1.1"
log_level: wran
resorce: 1
logger_provider:
  procesors: []
  processors:
    - batch:
        shedule_delay: 5
        max_queue_size: 10
        max_export_batch_size: 20
        exporter:
          otlp_http: { endpoint: 5, headers: "api-key=secret", tls: { ca_file: ca.pem } }
    - batch: { max_queue_size: ten, exporter: }
    - logferry_bach: 1
    - batch:
        exporter:
          otlp_grpc: { timeout: "\${API_KEY}", headers: [{ name: a, value: 12345 }, { nam: b }], tls: { key_file: /k } }
    - simple: { exporter: { console: , otlp_http: } }
    - logferry_fan_out:
        destinations:
          a:
            minimum_severity: inf
            sampling: { ratio: 2 }
            exporter: { logferry_rotating_file: { file_mode: 0600, max_files: .inf } }
    - logferry_anonymize:
    - logferry_anonymize:
        entities: { email: true }
        detectors: [{ entity: x, pattern: "(" }]
        exporter: { console: }
    - simple: { exporter: { logferry_otlp_http: { proxy: http://user:password@host:x, timeout: "\${NUMBER}" } } }
    - logferry_fan_out: { destinations: {} }
`;

test('all mistakes of a file are told at once, with place, path, what was found, what is allowed and the nearest name', () => {
  const processor = (index: number, rest: string): string => `logger_provider.processors[${index}].${rest}`;
  expect(lines(BAD)).toEqual(
    [
      '2:12 log_level: must be one of trace, debug, info, warn, error, fatal (each also with 2, 3 or 4); found "wran"; did you mean warn?',
      '3:1 resorce: is not a known name; allowed: file_format, $schema, disabled, log_level, attribute_limits, resource, logger_provider, distribution, propagator, response_propagator/development, tracer_provider, meter_provider, instrumentation/development; did you mean resource?',
      '5:3 logger_provider.procesors: is not a known name; allowed: processors, limits, logger_configurator/development; did you mean processors?',
      `8:9 ${processor(0, 'batch.shedule_delay')}: is not a known name; allowed: schedule_delay, export_timeout, max_queue_size, max_export_batch_size, exporter; did you mean schedule_delay?`,
      `10:32 ${processor(0, 'batch.max_export_batch_size')}: must be at most max_queue_size, which is 10`,
      `12:34 ${processor(0, 'batch.exporter.otlp_http.endpoint')}: must be a text that is not empty; found 5; allowed: the same in quotes`,
      `12:46 ${processor(0, 'batch.exporter.otlp_http.headers')}: must be a list of at least 1, each a mapping with name, value; found a text`,
      `12:80 ${processor(0, 'batch.exporter.otlp_http.tls.ca_file')}: must be an absolute path; found "ca.pem"`,
      `13:32 ${processor(1, 'batch.max_queue_size')}: must be a whole number of at least 1; found "ten"`,
      `13:37 ${processor(1, 'batch.exporter')}: must not be empty; allowed: a mapping with one key, the type of an exporter`,
      `14:7 ${processor(2, 'logferry_bach')}: is not a known name; allowed: batch, simple, logferry_batch, logferry_anonymize, logferry_fan_out; did you mean logferry_batch?`,
      `17:33 ${processor(3, 'batch.exporter.otlp_grpc.timeout')}: must be a whole number from 0 to 2147483647; found a text from \${API_KEY}`,
      `17:75 ${processor(3, 'batch.exporter.otlp_grpc.headers[0].value')}: must be a text; found a whole number; allowed: the same in quotes`,
      `17:84 ${processor(3, 'batch.exporter.otlp_grpc.headers[1].name')}: is missing; allowed: a text`,
      `17:86 ${processor(3, 'batch.exporter.otlp_grpc.headers[1].nam')}: is not a known name; allowed: name, value; did you mean name?`,
      `17:102 ${processor(3, 'batch.exporter.otlp_grpc.tls')}: must have cert_file and key_file, or none of them: mutual TLS takes both`,
      `17:102 ${processor(3, 'batch.exporter.otlp_grpc.tls')}: is not used: the endpoint is plaintext`,
      `18:27 ${processor(4, 'simple.exporter')}: must be a mapping with one key, the type of an exporter; found 2 keys; allowed: one of otlp_grpc, otlp_http, otlp_file/development, console, logferry_otlp_grpc, logferry_otlp_http, logferry_rotating_file, logferry_console`,
      `22:31 ${processor(5, 'logferry_fan_out.destinations.a.minimum_severity')}: must be one of trace, debug, info, warn, error, fatal (each also with 2, 3 or 4), all, off, or a whole number from 1 to 24; found "inf"; did you mean info?`,
      `23:32 ${processor(5, 'logferry_fan_out.destinations.a.sampling.ratio')}: must be a number from 0 to 1; found 2`,
      `24:49 ${processor(5, 'logferry_fan_out.destinations.a.exporter.logferry_rotating_file')}: must have path, or output: stdout`,
      `24:62 ${processor(5, 'logferry_fan_out.destinations.a.exporter.logferry_rotating_file.file_mode')}: must be a whole number from 0 to 511; found 600`,
      `24:79 ${processor(5, 'logferry_fan_out.destinations.a.exporter.logferry_rotating_file.max_files')}: must be a whole number of at least 1, or unlimited; found Infinity`,
      '25:7 logger_provider.processors[6]: must stand first, where it is for all that follow, or have processor or exporter',
      `27:28 ${processor(7, 'logferry_anonymize.entities.email')}: must be false, or a mapping; found true`,
      `28:43 ${processor(7, 'logferry_anonymize.detectors[0].pattern')}: must be a regular expression, with the flag u`,
      `30:96 ${processor(8, 'simple.exporter.logferry_otlp_http.timeout')}: must be a whole number from 0 to 2147483647; found a text from \${NUMBER}`,
      '31:7 logger_provider.processors[9]: must be the only logferry_fan_out',
      `31:41 ${processor(9, 'logferry_fan_out.destinations')}: must be a mapping that is not empty, in which each key is the name of a destination; found an empty mapping`,
    ].map((line) => `${line.includes('is not used') ? 'warning' : 'error'} app.yaml:${line}`),
  );
});

test('an error of all mistakes names them line by line', () => {
  const { problems } = readConfiguration('file_format: "1.2"\nresource: 1\ndisabled: maybe\n', 'app.yaml');
  const { code, message } = configurationError(problems);
  expect(code).toBe('INVALID_OPTION');
  expect(message).toBe(
    [
      'the configuration has 2 errors:',
      '  app.yaml:2:11 resource: must be a mapping; found 1',
      '  app.yaml:3:11 disabled: must be true or false; found "maybe"',
    ].join('\n'),
  );
});

test('no message holds a secret, in whatever place it stands', () => {
  const secret = 'hunter2-hunter2';
  const places = [
    `headers: ${secret}`,
    `headers: [${secret}]`,
    `headers: [[${secret}]]`,
    `headers: { api-key: ${secret} }`,
    `headers: [{ name: a, value: [${secret}] }]`,
    `headers: [{ name: [${secret}], value: b }]`,
    `headers_list: [${secret}]`,
    `headers_list: "%zz${secret}"`,
    `proxy: [${secret}]`,
    'endpoint: [${SECRET}]',
    'timeout: ${SECRET}',
    'compression: ${SECRET}',
    'encoding: x${SECRET}',
    'retry: ${SECRET}',
    'tls: { ca_file: "${SECRET}" }',
    'tls: { min_version: "${SECRET}" }',
    'retry: { jitter: "${SECRET}" }',
    `broken: "${secret}`,
    `broken: !!${secret} x`,
    `- ${secret}`,
    `headers: "${secret}\\q"`,
    'endpoint: ${SECRET:?x}',
  ];
  for (const place of places) {
    const text = `file_format: "1.1"\nlogger_provider:\n  processors:\n    - simple:\n        exporter:\n          logferry_otlp_http:\n            ${place}\n`;
    const { options, problems } = readConfiguration(text, 'app.yaml', { environment: { SECRET: secret } });
    expect(options, place).toBeUndefined();
    expect(problems.length, place).toBeGreaterThan(0);
    expect(JSON.stringify(problems), place).not.toContain('hunter2');
  }
});

test('keys that stand where the name of their variable belongs are not shown', () => {
  const text = `file_format: "1.1"
logger_provider:
  processors: [{ logferry_anonymize: { keys_variable: "a:hunter2+", exporter: { console: } } }]
`;
  expect(lines(text)).toEqual([
    'error app.yaml:3:55 logger_provider.processors[0].logferry_anonymize.keys_variable: must be the name of an environment variable; found a text',
  ]);
});

test('the syntax of a file is told by its place, without a word of the file', () => {
  expect(lines('a: b: c\n')).toEqual([
    'error app.yaml:1:4 a mapping stands in the line of its key; begin it on a new, indented line, or put the text in quotes',
  ]);
  expect(lines('file_format: "1.1"\ndisabled: true\ndisabled: false\n')).toEqual([
    'error app.yaml:3:1 the key stands here for the second time',
  ]);
  expect(lines('file_format: "1.1"\n---\nfile_format: "1.1"\n')).toEqual([
    'error app.yaml:2:1 the file holds a second document; only one is read',
  ]);
  expect(lines('file_format: !version "1.1"\n')).toEqual([
    'error app.yaml:1:23 file_format: a tag that is not of the core schema has no meaning here',
  ]);
  expect(lines('a: { b: ${NAME}, c: d }\n')).toEqual([
    'error app.yaml:1:10 this is not expected here; inside of braces and brackets a reference such as ${NAME} must be in quotes',
  ]);
  expect(lines('')).toEqual(['error app.yaml is empty']);
  expect(lines('# nothing\n')).toEqual(['error app.yaml is empty']);
  expect(lines('- 1\n')).toEqual(['error app.yaml:1:1 must be a mapping; found a list']);
  expect(lines('{"file_format": "1.1",}', 'app.json')).toEqual([
    'error app.json:1:23 this is not JSON; a file of YAML must have the extension .yaml or .yml',
  ]);
  expect(lines('{\n  "file_format": "1.1",\n  "disabled": [true,]\n}', 'app.json')).toEqual([
    'error app.json:3:21 this is not JSON; a file of YAML must have the extension .yaml or .yml',
  ]);
});

test('brackets and braces that are not closed are told as that, and where what belongs to them ends', () => {
  const unclosed = (opening: string, closing: string): string =>
    `"${opening}" is not closed: what belongs to it ends here, and "${closing}" is missing`;
  const indented = ', or is not indented more than the line in which they begin';
  expect(lines('logger_provider:\n  processors: [{ simple: {} }\nfile_format: "1.1"\n')).toEqual([
    `error app.yaml:3:1 ${unclosed('[', ']')}${indented}`,
  ]);
  expect(lines('resource: { attributes_list: a=b\nfile_format: "1.1"\n')).toEqual([
    `error app.yaml:2:1 ${unclosed('{', '}')}${indented}`,
  ]);
  expect(lines('[1, 2')).toEqual([`error app.yaml:1:6 ${unclosed('[', ']')}`]);
  expect(lines('{"file_format": "1.1", "resource": {"attributes": []}\n', 'app.json')).toEqual([
    `error app.json:2:1 ${unclosed('{', '}')}`,
  ]);
});

test('headers as a mapping are told how a list of them looks, and a bound its nearest name with the same unit', () => {
  const text = `file_format: "1.1"
logger_provider:
  processors:
    - simple: { exporter: { otlp_http: { headers: { api-key: hunter2 } } } }
    - simple: { exporter: { logferry_rotating_file: { path: a.jsonl, max_bytes: 5000 } } }
`;
  const [headers, bound] = lines(text);
  expect(headers).toBe(
    'error app.yaml:4:51 logger_provider.processors[0].simple.exporter.otlp_http.headers: must be a list of at least 1, each a mapping with name, value; found a mapping',
  );
  expect(bound).toMatch(/logferry_rotating_file\.max_bytes: is not a known name; .*; did you mean max_file_bytes\?$/);
});

test('aliases are followed, and a few lines of them can not stand for a large file', () => {
  expect(
    lines(
      'file_format: "1.1"\nattribute_limits: &limits { attribute_count_limit: 9 }\nresource: {}\nlogger_provider: { processors: [{ simple: { exporter: { console: } } }], limits: *limits }\n',
    ),
  ).toEqual([]);
  const levels = Array.from(
    { length: 10 },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(10)}]`,
  );
  const bomb = lines(`file_format: "1.1"\nl0: &l0 x\n${levels.join('\n')}\n`);
  expect(bomb.find((line) => line.includes('20000'))).toMatch(
    /^error app\.yaml:\d+:\d+ the file must not be deeper than 64 levels or longer than 20000 values$/,
  );
  expect(lines('file_format: "1.1"\ndistribution: &a { x: *a }\n')).toEqual([
    'error app.yaml:2:18 the file must not be deeper than 64 levels or longer than 20000 values',
  ]);
});

test('a version is checked before all else: another major one is an error, a newer minor one a warning', () => {
  expect(lines('file_format: "2.0"\nfoo: 1\n')).toEqual([
    'error app.yaml:1:14 file_format: must be of the major version 1; "1.1" is the newest that is known here',
  ]);
  expect(lines('file_format: "0.4"\n')).toHaveLength(1);
  expect(lines('file_format: "1.2"\n')).toEqual([
    'warning app.yaml:1:14 file_format: is newer than "1.1", the newest that is known here; what is new in it is not understood',
  ]);
  expect(lines('file_format: "1.0"\n')).toEqual([]);
  expect(lines('file_format: "1.0-rc.2"\n')).toEqual([]);
  expect(lines('file_format: 1.1\n')).toEqual([
    'error app.yaml:1:14 file_format: must be a version in quotes, such as "1.1"; found 1.1; allowed: the same in quotes',
  ]);
  expect(lines('file_format: newest\n')).toEqual([
    'error app.yaml:1:14 file_format: must be a version in quotes, such as "1.1"; found "newest"',
  ]);
  expect(lines('disabled: true\n')).toEqual([
    'error app.yaml:1:1 file_format: is missing; allowed: a version in quotes, such as "1.1"',
  ]);
});

test('certificates beside a plaintext endpoint are told and left out, because the exporter refuses them', () => {
  const text = `file_format: "1.1"
logger_provider:
  processors:
    - simple: { exporter: { otlp_http: { endpoint: "http://localhost:4318/v1/logs", tls: { ca_file: /etc/ca.pem } } } }
`;
  const { options, problems } = readConfiguration(text, 'app.yaml');
  expect(problems.map(problemText)).toEqual([
    'app.yaml:4:90 logger_provider.processors[0].simple.exporter.otlp_http.tls: is not used: the endpoint is plaintext',
  ]);
  expect(options?.destinations['otlp-http']?.exporter).toEqual({
    type: 'otlp-http',
    endpoint: 'http://localhost:4318/v1/logs',
  });
});

test('processors of the standard have the names of their exporters, with a number where there are several', () => {
  const { options } = readConfiguration(
    `file_format: "1.1"
logger_provider:
  processors:
    - simple: { exporter: { console: } }
    - batch: { exporter: { console: } }
    - logferry_anonymize: { preset: gdpr, processor: { batch: { max_queue_size: 9000, exporter: { console: } } } }
    - logferry_fan_out: { destinations: { console: { exporter: { logferry_console: } } } }
`,
    'app.yaml',
  );
  expect(options?.destinations).toEqual({
    console: { exporter: { type: 'console' } },
    'console-2': { queue: { maxExportBatchSize: 1 }, exporter: { type: 'console' } },
    'console-3': { exporter: { type: 'console' } },
    'console-4': { queue: { maxQueueSize: 9000 }, exporter: { type: 'console' }, redaction: { policy: 'gdpr' } },
  });
});

test('nothing behind redaction is a redaction with its defaults, never none', () => {
  const text = (more: string): string => `file_format: "1.1"
logger_provider:
  processors:
    - logferry_fan_out: { destinations: { a: { exporter: { console: }, ${more} } } }
`;
  const read = (more: string) => readConfiguration(text(more), 'app.yaml', { environment: {} });
  expect(read('redaction: ').options?.destinations['a']?.redaction).toEqual({});
  expect(read('redaction: "${NONE}"').options).toBeUndefined();
  expect(read('fingers_crossed: ').options?.destinations['a']?.fingersCrossed).toEqual({});
  expect(read('redaction: { allow: }').problems.map(problemText)).toEqual([
    'app.yaml:4:92 logger_provider.processors[0].logferry_fan_out.destinations.a.redaction.allow.paths: is missing; allowed: a list, each a text',
  ]);
});

test('a file that can not be read is a problem, not an exception', async () => {
  const { readConfigurationFile } = await import('./read-configuration.ts');
  expect(readConfigurationFile('/nowhere/app.yaml').problems.map(problemText)).toEqual([
    '/nowhere/app.yaml can not be read: ENOENT',
  ]);
});

test('names that every object has are unknown names, and harmless as names of destinations', () => {
  const text = (name: string): string => `file_format: "1.1"
logger_provider:
  processors: [{ logferry_fan_out: { destinations: { ${name}: { exporter: { console: } } } } }]
`;
  for (const name of ['constructor', '__proto__', 'toString']) {
    const { options } = readConfiguration(text(name), 'app.yaml');
    expect(Object.keys(options?.destinations ?? {})).toEqual([name]);
    expect(Object.getPrototypeOf(options?.destinations)).toBe(Object.prototype);
  }
  expect(lines(`file_format: "1.1"\n__proto__: 1\nconstructor: 2\n`)).toHaveLength(2);
  expect(lines(`file_format: "1.1"\nlogger_provider: { processors: [{ constructor: }] }\n`)).toHaveLength(1);
});

test('detectors of the resource are followed, but for one that is left to the SDK', () => {
  const { options, problems } = readConfiguration(
    `file_format: "1.1"
resource:
  attributes: [{ name: host.name, value: of-the-file }]
  attributes_list: service.instance.id=of-the-list
  detection/development:
    attributes: { excluded: [process.runtime.*, "os.*"] }
    detectors: [{ service: }, { host: }, { process: }, { container: }]
`,
    'app.yaml',
    { environment: { OTEL_SERVICE_NAME: 'shop' } },
  );
  expect(problems.map(problemText)).toEqual([
    'app.yaml:7:58 resource.detection/development.detectors[3]: container is left to the SDK',
  ]);
  expect(options?.resource).toEqual({
    attributes: {
      'service.name': 'shop',
      'service.instance.id': 'of-the-list',
      'host.name': 'of-the-file',
      'host.arch': expect.any(String),
      'process.pid': process.pid,
      'process.executable.name': expect.any(String),
    },
  });
});

test('wherever a variable stands in the examples, no problem holds what it holds', () => {
  const examples = new URL('../../examples/', import.meta.url);
  let count = 0;
  for (const name of readdirSync(examples)) {
    const text = readFileSync(new URL(name, examples), 'utf8');
    const size = leaves(parse(text)).length;
    for (let index = 0; index < size; index += 1) {
      for (const reference of ['${SECRET}', 'x${SECRET}', '$$ ${SECRET:-y} $']) {
        const content: unknown = parse(text);
        const { holder, key } = leaves(content).at(index)!;
        holder[key] = reference;
        const { problems } = readConfiguration(JSON.stringify(content), 'app.json', {
          environment: { SECRET: 'hunter2,hunter2' },
        });
        expect(JSON.stringify(problems), `${name} ${key}`).not.toContain('hunter2');
        count += problems.length;
      }
    }
  }
  expect(count).toBeGreaterThan(100);
});

interface Leaf {
  readonly holder: Record<string | number, unknown>;
  readonly key: string | number;
}

/** Every place below, that of a mapping or list as well. */
function leaves(content: unknown): Leaf[] {
  if (typeof content !== 'object' || content === null) return [];
  const holder = content as Record<string | number, unknown>;
  const keys = Array.isArray(content) ? content.keys() : Object.keys(content);
  return [...keys].flatMap((key) => [{ holder, key }, ...leaves(holder[key])]);
}
