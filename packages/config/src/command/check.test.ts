// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

import { type CertificateAuthority, createCertificateAuthority } from '@logferry-test/support';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { commandRuns } from '../test-doubles/command-runs.ts';

const { directory, file, logferry } = commandRuns();

let authority: CertificateAuthority;

beforeAll(async () => {
  authority = await createCertificateAuthority();
});
afterAll(() => {
  authority.dispose();
});

const DAY_MILLIS = 86_400_000;

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

test('check says what would run: levels, filters, redaction with its hash, queues, TLS files and directories', async () => {
  const soon = new Date(Date.now() + 5.5 * DAY_MILLIS);
  const client = await authority.client({ notAfter: soon });
  mkdirSync(join(directory, 'logs'));
  file(
    'good.yaml',
    `
log_level: error
logger_provider:
  processors:
    - logferry_anonymize: { preset: gdpr, entities: { uuid: false } }
    - logferry_fan_out:
        destinations:
          backend:
            minimum_severity: info
            loggers: { include: ["shop.*"], exclude: [shop.health], levels: [{ name: shop.db, minimum_severity: warn }] }
            sampling: { ratio: 0.25 }
            rate_limit: { per_second: 100, key: logger }
            redaction: { preset: pci-dss, dry_run: true }
            queue: { max_queue_size: 5000, overflow_policy: drop-oldest, max_export_batch_size: 100 }
            exporter:
              logferry_otlp_grpc:
                endpoint: https://collector.example:4317
                tls: { ca_file: ${authority.certFile}, cert_file: ${client.certFile}, key_file: ${client.keyFile} }
                headers: [{ name: api-key, value: "\${API_KEY}" }]
            worker: true
          files:
            fingers_crossed: {}
            exporter: { logferry_rotating_file: { path: logs/new/shop.jsonl, archive_directory: logs } }
    - simple: { exporter: { console: } }
  logger_configurator/development:
    default_config: { minimum_severity: debug }
    loggers: [{ name: "noisy.*", config: { enabled: false } }]
distribution: { logferry: { flush_on: [SIGTERM], reload_on_signal: SIGHUP } }
`,
  );
  const { code, lines, errors } = await logferry(['check', 'good.yaml'], { API_KEY: 'hunter2' });
  expect(errors).toBe('');
  const hashed = lines.map((line) => line.replace(/hash [0-9a-f]{16}/, 'hash #'));
  const ca = lines.find((line) => line.includes(authority.certFile))?.slice(-10);
  expect(hashed).toEqual([
    '  redaction    gdpr-extended 1, hash #',
    '  loggers      debug and above; noisy.*: off',
    '  flushes on   SIGTERM',
    '  reloads on   SIGHUP',
    '',
    'destination backend',
    '  exporter     otlp-grpc to https://collector.example:4317',
    `  CA           ${authority.certFile}, until ${ca}`,
    `! certificate  ${client.certFile}, until ${day(soon)}, in 5 days`,
    `  key          ${client.keyFile}`,
    '  gets         info and above; of shop.*; shop.db: warn and above; not shop.health; 25 % of those below error; at most 100 a second of each logger',
    '! redaction    pci-dss 1, hash #; a dry run: nothing is replaced',
    '  queue        5000 records, 67108864 bytes, drop-oldest',
    '  worker       the exporter runs in a thread of its own',
    '',
    'destination files',
    '  exporter     rotating-file to logs/new/shop.jsonl',
    `  file         the directory ${directory}/logs/new is missing; ${directory}/logs, where it would be made, is writable`,
    `  archive      the directory ${directory}/logs is writable`,
    '  gets         every level; below info only of traces that log error',
    '  queue        131072 records, 67108864 bytes, drop-newest',
    '',
    'destination console',
    '  exporter     console',
    '  gets         every level',
    '  queue        each record by itself',
    '',
    'good.yaml is right',
  ]);
  expect(code).toBe(0);
  // Nothing was made.
  expect(existsSync(join(directory, 'logs/new'))).toBe(false);
});

test('check ends with 1 for what only the components and the machine know', async () => {
  const expired = await authority.expiredServer();
  writeFileSync(join(directory, 'empty.pem'), '');
  writeFileSync(join(directory, 'taken'), '');
  symlinkSync('/etc/passwd', join(directory, 'link.jsonl'));
  file(
    'doomed.yaml',
    `
logger_provider:
  processors:
    - logferry_anonymize: { entities: { no_such_entity: { operator: redact } } }
    - logferry_fan_out:
        destinations:
          expired: { exporter: { otlp_http: { endpoint: "https://a.example/v1/logs", tls: { ca_file: ${expired.certFile} } } } }
          empty: { exporter: { otlp_http: { endpoint: "https://b.example/v1/logs", tls: { ca_file: ${directory}/empty.pem } } } }
          missing: { exporter: { otlp_grpc: { endpoint: "https://c.example", tls: { ca_file: /nowhere.pem } } } }
          path: { exporter: { otlp_grpc: { endpoint: "https://user:hunter2@d.example/path" } } }
          cron: { exporter: { logferry_rotating_file: { path: a.jsonl, rotate_every: "61 * * * *" } } }
          file: { exporter: { logferry_rotating_file: { path: taken/a.jsonl } } }
          link: { exporter: { "otlp_file/development": { output_stream: "file://${directory}/link.jsonl" } } }
          keys: { redaction: { keys_variable: NO_SUCH_KEYS }, exporter: { console: } }
          hidden: { exporter: { logferry_rotating_file: { path: b.jsonl, time_zone: "\${ZONE}" } } }
`,
  );
  const { code, lines, errors } = await logferry(['check', 'doomed.yaml'], { ZONE: 'hunter2' });
  expect(errors).toBe('');
  expect(lines.filter((line) => /^✗|^destination|^doomed/.test(line))).toEqual([
    '✗ redaction    can not be used',
    '✗ problem      policy.entities.no_such_entity is neither a known entity nor that of a detector',
    'destination expired',
    `✗ CA           ${expired.certFile}, expired since ${lines.find((line) => line.includes('expired since'))?.slice(-10)}`,
    'destination empty',
    `✗ CA           ${directory}/empty.pem holds no PEM certificate`,
    `✗ problem      tls.caFile (${directory}/empty.pem) holds no PEM certificate`,
    'destination missing',
    '✗ CA           /nowhere.pem can not be read: ENOENT',
    '✗ problem      tls.caFile (/nowhere.pem) can not be read: ENOENT',
    'destination path',
    '✗ problem      endpoint must not hold a user name or password; use headers',
    'destination cron',
    `✗ problem      rotateEvery must be 'minute', 'hour', 'day', 'week' or a cron expression of five fields; it is "61 * * * *"`,
    'destination file',
    `✗ file         the directory ${directory}/taken is not writable: ENOTDIR`,
    'destination link',
    `✗ file         ${directory}/link.jsonl is a symbolic link`,
    'destination keys',
    '✗ problem      NO_SUCH_KEYS must be set to keys',
    'destination hidden',
    '✗ problem      timeZone must be a name of the IANA time zone database; it is "(hidden)"',
    'doomed.yaml can not run as it is',
  ]);
  expect(lines.join('\n')).not.toContain('hunter2');
  expect(code).toBe(1);
});

test('check tells which variables components ignore, each once, without what they hold', async () => {
  const { code, lines } = await logferry(['check'], {
    OTEL_LOGS_EXPORTER: 'otlp,console',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer hunter2%ZZ',
    OTEL_BLRP_MAX_QUEUE_SIZE: 'many',
  });
  expect(lines.filter((line) => line.startsWith('warning'))).toEqual([
    'warning @logferry/processor-batch: the environment variable OTEL_BLRP_MAX_QUEUE_SIZE is ignored: it must be a whole number of at least 1',
    'warning @logferry/exporter-otlp-http: pair 1 of the environment variable OTEL_EXPORTER_OTLP_HEADERS is ignored: it must be name=value, percent-encoded',
  ]);
  expect(lines.at(-1)).toBe('the environment is right');
  expect(code).toBe(0);
});

test('check --connect names the option and the file of TLS that it can not use', async () => {
  file('garbage.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  const missing = join(directory, 'missing.pem');
  const garbage = join(directory, 'garbage.pem');
  const exporter = (tls: string): string =>
    `{ exporter: { otlp_grpc: { endpoint: "https://localhost:1", tls: { ${tls} } } } }`;
  file(
    'files.yaml',
    `
logger_provider:
  processors:
    - logferry_fan_out:
        destinations:
          missing: ${exporter(`ca_file: ${missing}`)}
          garbage: ${exporter(`cert_file: ${garbage}, key_file: ${garbage}`)}
`,
  );
  const { code, lines } = await logferry(['check', '--connect', 'files.yaml']);
  const [ofMissing, ofGarbage] = lines.filter((line) => line.includes('connection'));
  expect(ofMissing).toBe(
    `✗ connection   localhost:1: not tried, because tls.caFile (${missing}) can not be read: ENOENT`,
  );
  expect(ofGarbage).toMatch(/^✗ connection {3}localhost:1: the files of TLS can not be used: ERR_/);
  expect(code).toBe(1);
});

test('check tells all mistakes of a file and ends with 1', async () => {
  file('bad.yaml', 'disabled: maybe\nlogger_provider: { procesors: [] }\n');
  expect(await logferry(['check', 'bad.yaml'])).toEqual({
    code: 1,
    lines: [
      'error bad.yaml:2:11 disabled: must be true or false; found "maybe"',
      'error bad.yaml:3:18 logger_provider.processors: is missing; allowed: a list of at least 1',
      'error bad.yaml:3:20 logger_provider.procesors: is not a known name; allowed: processors, limits, logger_configurator/development; did you mean processors?',
      'bad.yaml has 3 errors; nothing of it would run',
    ],
    errors: '',
  });
});

test('check --connect tries each endpoint, by TLS with the files that the exporter would use', async () => {
  const pair = await authority.server();
  const secure = createTlsServer({ cert: pair.cert, key: pair.key, ALPNProtocols: ['h2'] }).on(
    'tlsClientError',
    () => {},
  );
  const plain = createServer();
  const closed = createServer();
  const port = (server: typeof plain): number => (server.address() as AddressInfo).port;
  const listen = (server: typeof plain): Promise<void> =>
    new Promise((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  await Promise.all([secure, plain, closed].map(listen));
  const closedPort = port(closed);
  closed.close();
  file(
    'connect.yaml',
    `
logger_provider:
  processors:
    - logferry_fan_out:
        destinations:
          trusted: { exporter: { otlp_grpc: { endpoint: "https://localhost:${port(secure)}", tls: { ca_file: ${authority.certFile} } } } }
          untrusted: { exporter: { otlp_grpc: { endpoint: "https://localhost:${port(secure)}" } } }
          plain: { exporter: { otlp_http: { endpoint: "http://127.0.0.1:${port(plain)}/v1/logs" } } }
          closed: { exporter: { otlp_grpc: { endpoint: "ipv4:127.0.0.1:${port(plain)},127.0.0.1:${closedPort}", tls: { insecure: true } } } }
`,
  );
  try {
    const { code, lines } = await logferry(['check', '--connect', 'connect.yaml']);
    expect(lines.filter((line) => /connection|^connect/.test(line))).toEqual([
      `  connection   localhost:${port(secure)} answers`,
      `✗ connection   localhost:${port(secure)}: UNABLE_TO_VERIFY_LEAF_SIGNATURE`,
      `  connection   127.0.0.1:${port(plain)} answers`,
      `  connection   127.0.0.1:${port(plain)} answers`,
      `✗ connection   127.0.0.1:${closedPort}: ECONNREFUSED`,
      'connect.yaml can not run as it is',
    ]);
    expect(code).toBe(1);
  } finally {
    secure.close();
    plain.close();
  }
});
