// SPDX-License-Identifier: Apache-2.0
import {
  captureDiagnostics,
  type CertificateAuthority,
  createCertificateAuthority,
  type HttpProxy,
  type HttpProxyOptions,
  logBatch,
  type OtlpHttpReceiver,
  startHttpProxy,
  startOtlpHttpReceiver,
  startSilentPeer,
} from '@logferry-test/support';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { OtlpHttpLogRecordExporter, type OtlpHttpLogRecordExporterOptions } from './index.ts';

const NAME = '@logferry/exporter-otlp-http';

let ca: CertificateAuthority;

beforeAll(async () => {
  ca = await createCertificateAuthority();
});
afterAll(() => ca.dispose());

async function proxyOf(options: HttpProxyOptions = {}): Promise<HttpProxy> {
  const proxy = await startHttpProxy(options);
  onTestFinished(() => proxy.close());
  return proxy;
}

async function receiverOf(secure: boolean): Promise<OtlpHttpReceiver> {
  const receiver = await startOtlpHttpReceiver(secure ? { tls: await ca.server() } : {});
  onTestFinished(() => receiver.close());
  return receiver;
}

function exporterTo(
  receiver: { readonly endpoint: string },
  environment: Record<string, string>,
  options: OtlpHttpLogRecordExporterOptions = {},
): OtlpHttpLogRecordExporter {
  const exporter = new OtlpHttpLogRecordExporter({
    endpoint: receiver.endpoint,
    environment,
    ...(receiver.endpoint.startsWith('https:') ? { tls: { ca: ca.cert } } : {}),
    retry: { initialBackoffMillis: 5 },
    ...options,
  });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

test('requests to an https endpoint go through one tunnel, encrypted to the receiver', async () => {
  const proxy = await proxyOf();
  const receiver = await receiverOf(true);
  const exporter = exporterTo(receiver, { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
  for (let round = 0; round < 3; round += 1) {
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  }
  expect(proxy.requests).toEqual([`CONNECT localhost:${receiver.port}`]);
  expect(receiver.requests[0]).toMatchObject({ path: '/v1/logs', headers: { host: `localhost:${receiver.port}` } });
});

test('requests to an http endpoint name the whole URL', async () => {
  const proxy = await proxyOf();
  const receiver = await receiverOf(false);
  const exporter = exporterTo(receiver, { http_proxy: `127.0.0.1:${proxy.port}` });
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(proxy.requests).toEqual([`POST ${receiver.endpoint}`]);
  expect(receiver.requests[0]?.headers.host).toBe(`127.0.0.1:${receiver.port}`);
});

describe.each([true, false])('with credentials, secure: %s', (secure) => {
  const authorization = `Basic ${Buffer.from('user:pass word').toString('base64')}`;

  test('the proxy sees them and the receiver does not', async () => {
    const proxy = await proxyOf({ authorization });
    const receiver = await receiverOf(secure);
    const exporter = exporterTo(receiver, {}, { proxy: `http://user:pass%20word@127.0.0.1:${proxy.port}` });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(receiver.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test('a proxy that demands others is tried again, and they are not shown', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const proxy = await proxyOf({ authorization });
    const receiver = await receiverOf(secure);
    const exporter = exporterTo(receiver, {}, { proxy: `http://user:wrong-secret@127.0.0.1:${proxy.port}` });
    const controller = new AbortController();
    const sent = exporter.send(logBatch(['a']), controller.signal);
    await expect.poll(() => proxy.requests.length, { interval: 2, timeout: 10_000 }).toBeGreaterThan(1);
    controller.abort();
    expect(await sent).toMatchObject({ kind: 'retryable' });
    const reason = secure
      ? `NO_CONNECTION: the proxy 127.0.0.1:${proxy.port} refused the tunnel: HTTP 407`
      : 'HTTP 407: Proxy Authentication Required';
    expect(diagnostics.messages).toEqual([
      `warn: ${NAME}: a request to ${receiver.endpoint} failed and is tried again: ${reason}`,
    ]);
    expect(receiver.stats().requests).toBe(0);
  });
});

test('a proxy that opens no tunnel', async () => {
  const proxy = await proxyOf({ refuseTunnels: 502 });
  const receiver = await receiverOf(true);
  const exporter = exporterTo(
    receiver,
    {},
    {
      proxy: `http://127.0.0.1:${proxy.port}`,
      retry: { initialBackoffMillis: 1, maxAttempts: 2 },
    },
  );
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({
    kind: 'failed',
    reason: `given up after 2 attempts: NO_CONNECTION: the proxy 127.0.0.1:${proxy.port} refused the tunnel: HTTP 502`,
  });
});

test('a proxy that never answers', async () => {
  const peer = await startSilentPeer();
  onTestFinished(() => peer.close());
  const receiver = await receiverOf(true);
  const exporter = exporterTo(
    receiver,
    {},
    {
      proxy: `http://127.0.0.1:${peer.port}`,
      timeoutMillis: 400,
      retry: { initialBackoffMillis: 1, maxAttempts: 1 },
    },
  );
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({
    kind: 'failed',
    reason: 'given up after 1 attempts: NO_CONNECTION: the connection took too long',
  });
});

test('the certificate of the receiver is checked behind a proxy as well', async () => {
  const proxy = await proxyOf();
  const receiver = await startOtlpHttpReceiver({ tls: await ca.expiredServer() });
  onTestFinished(() => receiver.close());
  const exporter = exporterTo(
    receiver,
    { https_proxy: `http://127.0.0.1:${proxy.port}` },
    {
      retry: { initialBackoffMillis: 1, maxAttempts: 1 },
    },
  );
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({
    kind: 'failed',
    reason: "given up after 1 attempts: NO_CONNECTION: the server's certificate has expired (CERT_HAS_EXPIRED)",
  });
  expect(receiver.stats().requests).toBe(0);
});

test('a proxy with TLS is validated by the CAs of Node, not by those of the receiver', async () => {
  const proxy = await proxyOf({ tls: await ca.server() });
  const receiver = await receiverOf(true);
  const exporter = exporterTo(
    receiver,
    {},
    {
      proxy: `https://localhost:${proxy.port}`,
      retry: { initialBackoffMillis: 1, maxAttempts: 1 },
    },
  );
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({
    kind: 'failed',
    reason:
      "given up after 1 attempts: NO_CONNECTION: the server's certificate comes from a CA that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
  });
  expect(proxy.requests).toEqual([]);
});

describe('which variable counts', () => {
  test.each<[string, boolean, Record<string, string>, boolean]>([
    ['HTTP_PROXY for http', false, { HTTP_PROXY: 'PROXY' }, true],
    ['HTTP_PROXY not for https', true, { HTTP_PROXY: 'PROXY' }, false],
    ['HTTPS_PROXY not for http', false, { HTTPS_PROXY: 'PROXY' }, false],
    ['the lower-case form first', true, { https_proxy: 'PROXY', HTTPS_PROXY: 'http://127.0.0.1:1' }, true],
    ['HTTP_PROXY not in a CGI program', false, { HTTP_PROXY: 'PROXY', REQUEST_METHOD: 'GET' }, false],
    ['NO_PROXY names the host', true, { HTTPS_PROXY: 'PROXY', NO_PROXY: 'a.example,localhost' }, false],
    ['no_proxy names everything', false, { http_proxy: 'PROXY', no_proxy: '*' }, false],
    ['NO_PROXY names another host', false, { http_proxy: 'PROXY', NO_PROXY: 'localhost.example' }, true],
  ])('%s', async (_what, secure, environment, proxied) => {
    const proxy = await proxyOf();
    const receiver = await receiverOf(secure);
    const resolved = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replace('PROXY', `http://127.0.0.1:${proxy.port}`),
      ]),
    );
    await exporterTo(receiver, resolved).send(logBatch(['a']), soon());
    expect(receiver.stats().requests).toBe(1);
    expect(proxy.requests).toHaveLength(proxied ? 1 : 0);
  });

  test('`proxy: false` beats the variables', async () => {
    const receiver = await receiverOf(false);
    const exporter = exporterTo(receiver, { http_proxy: 'http://127.0.0.1:1' }, { proxy: false });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  });
});

test.each([
  [
    'https_proxy',
    'socks5://user:secret@host:1080',
    'https_proxy must be a proxy: http://[user:password@]host[:port] or https://…',
  ],
  ['https_proxy', 'http://user:%E0%A4%A@host', 'https_proxy holds a user name or password that is not percent-encoded'],
  ['HTTPS_PROXY', 'http://', 'HTTPS_PROXY must be a proxy: http://[user:password@]host[:port] or https://…'],
])('a bad proxy in %s is an error that does not show it', (name, value, message) => {
  const environment = { [name]: value };
  expect(() => new OtlpHttpLogRecordExporter({ endpoint: 'https://localhost/v1/logs', environment })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message }),
  );
});
