// SPDX-License-Identifier: Apache-2.0
import {
  captureDiagnostics,
  type CertificateAuthority,
  createCertificateAuthority,
  logBatch,
  type ReceivedHttpRequest,
  startOtlpHttpReceiver,
} from '@logferry-test/support';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { OtlpHttpLogRecordExporter, type OtlpHttpLogRecordExporterOptions } from './index.ts';

let ca: CertificateAuthority;

beforeAll(async () => {
  ca = await createCertificateAuthority();
});
afterAll(() => ca.dispose());

const ENDPOINT = 'https://host[:port][/path], http://host[:port][/path] or unix:/path/of/socket';

test.each<[Record<string, unknown>, string]>([
  [{ endpoint: 'localhost:4318' }, `endpoint must be ${ENDPOINT}; it is "localhost:4318"`],
  [{ endpoint: 'ftp://host' }, `endpoint must be ${ENDPOINT}; it is "ftp://host"`],
  [{ endpoint: '//host?api-key=secret' }, `endpoint must be ${ENDPOINT}; it is "//host"`],
  [{ endpoint: 'unix:relative.sock' }, `endpoint must be ${ENDPOINT}; it is "unix:relative.sock"`],
  [{ endpoint: 5 }, `endpoint must be ${ENDPOINT}; it is 5`],
  [{ endpoint: 'https://user:secret@host/' }, 'endpoint must not hold a user name or password; use headers'],
  [{ endpoint: 'user:secret@host' }, 'endpoint must not hold a user name or password; use headers'],
  [{ protocol: 'grpc' }, `protocol must be one of 'http/protobuf', 'http/json'; it is "grpc"`],
  [{ compression: 'zstd' }, `compression must be one of 'gzip', 'none'; it is "zstd"`],
  [{ compressionLevel: 0 }, 'compressionLevel must be a whole number from 1 to 9; it is 0'],
  [{ compressionLevel: 10 }, 'compressionLevel must be a whole number from 1 to 9; it is 10'],
  [{ timeoutMillis: -1 }, 'timeoutMillis must be a whole number from 0 to 2147483647; it is -1'],
  [{ maxRecordBytes: 10 }, 'maxRecordBytes must be a whole number from 16384 to 67108864; it is 10'],
  [
    { protocol: 'http/json', maxRecordBytes: 2_000_000 },
    'maxRecordBytes must be a whole number from 16384 to 1000000; it is 2000000',
  ],
  [{ headers: { 'Content-Type': 'x' } }, 'headers: the header content-type is set by the protocol'],
  [{ headers: { host: 'x' } }, 'headers: the header host is set by the protocol'],
  [{ headers: { 'proxy-authorization': 'x' } }, 'headers: the header proxy-authorization is set by the protocol'],
  [{ headers: { authorization: 'secret\nvalue' } }, 'headers: the value of authorization must be printable ASCII text'],
  [
    { tls: {} },
    'tls must be left out with the plaintext endpoint http://localhost:4318/v1/logs; it is a value of type object',
  ],
  [{ proxy: 'socks5://host' }, 'proxy must be a proxy: http://[user:password@]host[:port] or https://…'],
  [{ proxy: true }, 'proxy must be a proxy: http://[user:password@]host[:port] or https://…'],
])('the options %j are refused', (options, message) => {
  expect(() => new OtlpHttpLogRecordExporter({ environment: {}, ...options })).toThrow(
    expect.objectContaining({ name: 'LogferryError', code: 'INVALID_OPTION', message }),
  );
});

test('a certificate file that can not be read is refused', () => {
  const options = { endpoint: 'https://localhost/v1/logs', environment: {}, tls: { caFile: '/no/such/ca.pem' } };
  expect(() => new OtlpHttpLogRecordExporter(options)).toThrow(
    expect.objectContaining({
      code: 'UNUSABLE_FILE',
      message: 'tls.caFile (/no/such/ca.pem) can not be read: ENOENT',
    }),
  );
});

test('what a worker is prepared with is checked the same way, and its files are absolute', () => {
  const { workerSupport } = OtlpHttpLogRecordExporter;
  expect(() => workerSupport.prepare({ timeoutMillis: -1 })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION' }),
  );
  const relative = ca.certFile.slice(1);
  const before = process.cwd();
  process.chdir('/');
  onTestFinished(() => process.chdir(before));
  const { options, callbacks } = workerSupport.prepare({
    endpoint: 'https://localhost/v1/logs',
    tls: { caFile: relative },
    environment: {},
  });
  expect(options.tls).toEqual({ caFile: ca.certFile });
  expect(callbacks).toEqual(['headers']);
});

describe('environment variables', () => {
  /** The first request of an exporter with the variables, in which `ORIGIN` stands for the receiver. */
  async function arrivesWith(
    environment: Record<string, string>,
    options: OtlpHttpLogRecordExporterOptions = {},
  ): Promise<ReceivedHttpRequest | undefined> {
    const receiver = await startOtlpHttpReceiver();
    onTestFinished(() => receiver.close());
    const origin = `http://127.0.0.1:${receiver.port}`;
    const exporter = new OtlpHttpLogRecordExporter({
      environment: Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, value.replace('ORIGIN', origin)]),
      ),
      ...options,
    });
    onTestFinished(() => exporter.shutdown());
    const encoder = exporter.createEncoder();
    encoder.append({ body: 'a', attributes: {} } as never);
    await exporter.send(encoder.take() ?? logBatch(['a']), AbortSignal.timeout(5000));
    return receiver.requests[0];
  }

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'ORIGIN' }, '/v1/logs'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'ORIGIN/' }, '/v1/logs'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'ORIGIN/base' }, '/base/v1/logs'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'ORIGIN/base/' }, '/base/v1/logs'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'ORIGIN/base?key=1' }, '/base/v1/logs?key=1'],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'ORIGIN' }, '/'],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'ORIGIN/own?key=1' }, '/own?key=1'],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'ORIGIN/own', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, '/own'],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: '', OTEL_EXPORTER_OTLP_ENDPOINT: 'ORIGIN' }, '/v1/logs'],
  ])('%j leads to %s', async (environment, path) => {
    expect((await arrivesWith(environment as Record<string, string>))?.path).toBe(path);
  });

  test('a bad endpoint is an error: records would go elsewhere', () => {
    expect(
      () => new OtlpHttpLogRecordExporter({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' } }),
    ).toThrow(
      expect.objectContaining({
        message: `OTEL_EXPORTER_OTLP_ENDPOINT must be ${ENDPOINT}; it is "collector:4318"`,
      }),
    );
  });

  test.each([
    [{}, 'application/x-protobuf'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'application/json'],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/protobuf' },
      'application/x-protobuf',
    ],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'application/x-protobuf'],
  ])('the protocol of %j is %s', async (environment, type) => {
    const request = await arrivesWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'ORIGIN', ...environment });
    expect(request?.headers['content-type']).toBe(type);
  });

  test('the protocol option beats the variable', async () => {
    const request = await arrivesWith(
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'ORIGIN', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      { protocol: 'http/protobuf' },
    );
    expect(request?.headers['content-type']).toBe('application/x-protobuf');
  });

  test('headers and compression come from variables', async () => {
    const request = await arrivesWith({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'ORIGIN',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi',
      OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'gzip',
    });
    expect(request?.headers).toMatchObject({ authorization: 'Basic YTpi', 'content-encoding': 'gzip' });
  });

  test('bad values are reported and ignored', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const request = await arrivesWith({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'ORIGIN',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/xml',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1,host=evil',
      OTEL_EXPORTER_OTLP_TIMEOUT: 'soon',
    });
    expect(request).toBeDefined();
    const prefix = 'warn: @logferry/exporter-otlp-http:';
    expect(diagnostics.messages).toEqual([
      `${prefix} the environment variable OTEL_EXPORTER_OTLP_TIMEOUT is ignored: it must be a whole number of at least 0`,
      `${prefix} the environment variable OTEL_EXPORTER_OTLP_PROTOCOL is ignored: it must be one of http/protobuf, http/json, grpc`,
      `${prefix} pair 2 of the environment variable OTEL_EXPORTER_OTLP_HEADERS is ignored: the header host is set by the protocol`,
    ]);
  });

  test('certificates of variables make mutual TLS', async () => {
    const receiver = await startOtlpHttpReceiver({ tls: await ca.server(), clientCa: ca.cert });
    onTestFinished(() => receiver.close());
    const client = await ca.client();
    const exporter = new OtlpHttpLogRecordExporter({
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${receiver.port}`,
        OTEL_EXPORTER_OTLP_CERTIFICATE: ca.certFile,
        OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE: client.certFile,
        OTEL_EXPORTER_OTLP_CLIENT_KEY: client.keyFile,
      },
    });
    onTestFinished(() => exporter.shutdown());
    expect(await exporter.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  });
});
