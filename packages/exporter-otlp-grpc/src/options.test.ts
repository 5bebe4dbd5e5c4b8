// SPDX-License-Identifier: Apache-2.0
import {
  captureDiagnostics,
  type CertificateAuthority,
  createCertificateAuthority,
  logBatch,
  type ReceivedRequest,
  startOtlpReceiver,
} from '@logferry-test/support';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

let ca: CertificateAuthority;

beforeAll(async () => {
  ca = await createCertificateAuthority();
});
afterAll(() => ca.dispose());

function make(options: Record<string, unknown>): OtlpGrpcLogRecordExporter {
  return new OtlpGrpcLogRecordExporter({ environment: {}, ...options });
}

function refused(options: Record<string, unknown>, code: string, message: string): void {
  expect(() => make(options)).toThrow(expect.objectContaining({ name: 'LogferryError', code, message }));
}

describe('a bad option is an error that names the option, the value and the bound', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ insecure: 'yes' }, 'insecure must be true or false; it is "yes"'],
    [{ compression: 'zstd' }, `compression must be one of 'gzip', 'none'; it is "zstd"`],
    [{ timeoutMillis: -1 }, 'timeoutMillis must be a whole number from 0 to 2147483647; it is -1'],
    [{ maxConcurrentSends: 0 }, 'maxConcurrentSends must be a whole number at least 1; it is 0'],
    [{ maxRequestBytes: 10 }, 'maxRequestBytes must be a whole number from 1024 to 67108864; it is 10'],
    [
      { retry: { initialBackoffMillis: 0 } },
      'retry.initialBackoffMillis must be a whole number from 1 to 2147483647; it is 0',
    ],
    [
      { retry: { initialBackoffMillis: 500, maxBackoffMillis: 400 } },
      'retry.maxBackoffMillis must be a whole number from 500 to 2147483647; it is 400',
    ],
    [{ retry: { multiplier: 0.5 } }, 'retry.multiplier must be a number from 1 to 100; it is 0.5'],
    [{ retry: { jitter: Number.NaN } }, 'retry.jitter must be a number from 0 to 1; it is NaN'],
    [{ retry: { maxAttempts: 0 } }, 'retry.maxAttempts must be a whole number at least 1, or Infinity; it is 0'],
    [
      { retry: { maxElapsedMillis: -1 } },
      'retry.maxElapsedMillis must be a whole number at least 0, or Infinity; it is -1',
    ],
    [
      { keepalive: { intervalMillis: 10 } },
      'keepalive.intervalMillis must be a whole number from 1000 to 2147483647; it is 10',
    ],
    [{ userAgentPrefix: 'a\r\nb' }, 'userAgentPrefix must be printable ASCII text; it is "a\\r\\nb"'],
    [{ headers: ['a'] }, 'headers must be an object of names and values, or a function'],
    [{ headers: { 'bad name': 'x' } }, 'headers: a header name must be made of letters, digits, "_", "-" and "."'],
    [{ headers: { 'grpc-timeout': '1S' } }, 'headers: the header grpc-timeout is set by the protocol'],
    [{ headers: { 'trace-bin': 'x' } }, 'headers: the header trace-bin is binary, which is not supported'],
    [
      { headers: { authorization: 'secret\nvalue' } },
      'headers: the value of authorization must be printable ASCII text',
    ],
    [
      { endpoint: 'http://localhost:4317', tls: {} },
      'tls must be left out with the plaintext endpoint localhost:4317; it is a value of type object',
    ],
    [
      { endpoint: 'https://localhost', tls: { minVersion: 'TLSv1.1' } },
      `tls.minVersion must be one of 'TLSv1.2', 'TLSv1.3'; it is "TLSv1.1"`,
    ],
  ])('%j', (options, message) => {
    refused(options, 'INVALID_OPTION', message);
  });
});

describe('certificates and keys are read and checked at construction', () => {
  const tls = (options: Record<string, unknown>): Record<string, unknown> => ({
    endpoint: 'https://localhost',
    tls: options,
  });

  test('a CA file that does not exist', () => {
    refused(
      tls({ caFile: '/no/such/ca.pem' }),
      'UNUSABLE_FILE',
      'tls.caFile (/no/such/ca.pem) can not be read: ENOENT',
    );
  });

  test('a CA file that a variable names and that does not exist', () => {
    refused(
      { endpoint: 'https://localhost', environment: { OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such/ca.pem' } },
      'UNUSABLE_FILE',
      'OTEL_EXPORTER_OTLP_CERTIFICATE (/no/such/ca.pem) can not be read: ENOENT',
    );
  });

  test('a CA file that is no PEM', () => {
    const path = join(ca.directory, 'rubbish.pem');
    writeFileSync(path, 'rubbish');
    refused(tls({ caFile: path }), 'UNUSABLE_FILE', `tls.caFile (${path}) holds no PEM certificate`);
  });

  test('a CA text whose certificate is damaged', () => {
    refused(
      tls({ ca: ca.cert.replace(/[A-Za-z0-9+/]{20}/, 'AAAAAAAAAAAAAAAAAAAA') }),
      'INVALID_OPTION',
      'tls.ca holds a certificate that can not be parsed',
    );
  });

  test('half of a mutual TLS pair', async () => {
    const { cert, certFile, keyFile } = await ca.client();
    refused(
      tls({ certFile }),
      'INVALID_OPTION',
      'tls.certFile needs a client private key beside it: mutual TLS takes both',
    );
    refused(
      tls({ keyFile }),
      'INVALID_OPTION',
      'tls.keyFile needs a client certificate beside it: mutual TLS takes both',
    );
    refused(tls({ cert }), 'INVALID_OPTION', 'tls.cert needs a client private key beside it: mutual TLS takes both');
    refused(
      { endpoint: 'https://localhost', environment: { OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY: keyFile } },
      'INVALID_OPTION',
      'OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY needs a client certificate beside it: mutual TLS takes both',
    );
  });

  test('an option never makes a pair with a variable', async () => {
    const { certFile, keyFile } = await ca.client();
    refused(
      { ...tls({ certFile }), environment: { OTEL_EXPORTER_OTLP_CLIENT_KEY: keyFile } },
      'INVALID_OPTION',
      'tls.certFile needs a client private key beside it: mutual TLS takes both',
    );
  });

  test('a key that does not belong to the certificate, and a key that is none', async () => {
    const { cert, certFile } = await ca.client();
    const { key, keyFile } = await ca.client();
    refused(
      tls({ certFile, keyFile }),
      'UNUSABLE_FILE',
      `tls.keyFile (${keyFile}) is not the private key of the certificate in tls.certFile (${certFile})`,
    );
    refused(tls({ cert, key }), 'INVALID_OPTION', 'tls.key is not the private key of the certificate in tls.cert');
    refused(tls({ cert, key: 'rubbish' }), 'INVALID_OPTION', 'tls.key holds no unencrypted PEM private key');
  });

  test('text and file for the same thing', () => {
    refused(tls({ ca: ca.cert, caFile: ca.certFile }), 'INVALID_OPTION', 'tls.ca and tls.caFile can not both be given');
  });
});

describe('environment variables', () => {
  async function arrivesWith(
    environment: Record<string, string>,
    options: OtlpGrpcLogRecordExporterOptions = {},
  ): Promise<ReceivedRequest | undefined> {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const exporter = new OtlpGrpcLogRecordExporter({
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, ...environment },
      ...options,
    });
    onTestFinished(() => exporter.shutdown());
    await exporter.send(logBatch(['a']), AbortSignal.timeout(5000));
    return receiver.requests[0];
  }

  test('headers are percent-decoded, and the form of the logs signal wins as a whole', async () => {
    const request = await arrivesWith({
      OTEL_EXPORTER_OTLP_HEADERS: 'x-general=1',
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'Authorization=Basic%20YTpi, x-team = caf%20team ,',
    });
    expect(request?.headers['authorization']).toEqual(['Basic YTpi']);
    expect(request?.headers['x-team']).toEqual(['caf team']);
    expect(request?.headers['x-general']).toBeUndefined();
  });

  test('the headers option replaces the variables', async () => {
    const request = await arrivesWith(
      { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=other' },
      { headers: { 'x-mine': 'yes' } },
    );
    expect(request?.headers['authorization']).toBeUndefined();
    expect(request?.headers['x-mine']).toEqual(['yes']);
  });

  test('a bad header pair is reported by its place and left out', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const request = await arrivesWith({ OTEL_EXPORTER_OTLP_HEADERS: 'a=1,secret-without-name,b=%zz,c=3' });
    expect(request?.headers['a']).toEqual(['1']);
    expect(request?.headers['c']).toEqual(['3']);
    expect(diagnostics.messages).toEqual([
      'warn: @logferry/exporter-otlp-grpc: pair 2 of the environment variable OTEL_EXPORTER_OTLP_HEADERS is ignored: it must be name=value, percent-encoded',
      'warn: @logferry/exporter-otlp-grpc: pair 3 of the environment variable OTEL_EXPORTER_OTLP_HEADERS is ignored: it must be name=value, percent-encoded',
    ]);
  });

  test('the timeout reaches the server, and 0 means none', async () => {
    const limited = await arrivesWith({ OTEL_EXPORTER_OTLP_TIMEOUT: '5000' });
    expect(limited?.timeoutMillis).toBeGreaterThan(4000);
    expect(limited?.timeoutMillis).toBeLessThanOrEqual(5000);
    const unlimited = await arrivesWith({ OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '0', OTEL_EXPORTER_OTLP_TIMEOUT: '5000' });
    expect(unlimited?.timeoutMillis).toBe(Infinity);
  });

  test('bad values are reported and ignored', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const request = await arrivesWith({
      OTEL_EXPORTER_OTLP_TIMEOUT: 'soon',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'brotli',
      OTEL_EXPORTER_OTLP_INSECURE: 'perhaps',
    });
    expect(request).toBeDefined();
    expect(diagnostics.messages).toEqual([
      'warn: @logferry/exporter-otlp-grpc: the environment variable OTEL_EXPORTER_OTLP_INSECURE is ignored: it must be "true" or "false"',
      'warn: @logferry/exporter-otlp-grpc: the environment variable OTEL_EXPORTER_OTLP_COMPRESSION is ignored: it must be one of gzip, none',
      'warn: @logferry/exporter-otlp-grpc: the environment variable OTEL_EXPORTER_OTLP_TIMEOUT is ignored: it must be a whole number of at least 0',
    ]);
  });

  test('a bad endpoint is an error: records would go elsewhere', () => {
    refused(
      { environment: { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://host:4317/v1/logs' } },
      'INVALID_OPTION',
      'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT must be an endpoint without a path: gRPC has its own; it is "https://host:4317/v1/logs"',
    );
  });

  test('certificates of variables make mutual TLS, and a scheme beats INSECURE', async () => {
    const receiver = await startOtlpReceiver({ tls: await ca.server(), clientCa: ca.cert });
    onTestFinished(() => receiver.close());
    const client = await ca.client();
    const exporter = new OtlpGrpcLogRecordExporter({
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_EXPORTER_OTLP_INSECURE: 'true',
        OTEL_EXPORTER_OTLP_CERTIFICATE: ca.certFile,
        OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE: client.certFile,
        OTEL_EXPORTER_OTLP_CLIENT_KEY: client.keyFile,
      },
    });
    onTestFinished(() => exporter.shutdown());
    expect(await exporter.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  });

  test('INSECURE makes an endpoint without a scheme plaintext, and certificates are then reported as unused', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const exporter = new OtlpGrpcLogRecordExporter({
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `127.0.0.1:${receiver.port}`,
        OTEL_EXPORTER_OTLP_INSECURE: 'TRUE',
        OTEL_EXPORTER_OTLP_CERTIFICATE: ca.certFile,
      },
    });
    onTestFinished(() => exporter.shutdown());
    expect(await exporter.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
    expect(diagnostics.messages).toEqual([
      `warn: @logferry/exporter-otlp-grpc: OTEL_EXPORTER_OTLP_CERTIFICATE is not used: the endpoint 127.0.0.1:${receiver.port} is plaintext`,
    ]);
  });

  test('an endpoint without a scheme is reached by TLS', async () => {
    const receiver = await startOtlpReceiver({ tls: await ca.server() });
    onTestFinished(() => receiver.close());
    const exporter = new OtlpGrpcLogRecordExporter({
      endpoint: `localhost:${receiver.port}`,
      environment: { OTEL_EXPORTER_OTLP_CERTIFICATE: ca.certFile },
    });
    onTestFinished(() => exporter.shutdown());
    expect(await exporter.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  });
});
