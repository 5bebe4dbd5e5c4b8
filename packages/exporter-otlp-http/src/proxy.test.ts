// SPDX-License-Identifier: Apache-2.0
import { Diagnostics, Environment } from '@logferry/core';
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

import { resolveEndpoint } from './endpoint.ts';
import { resolveProxy } from './proxy.ts';
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

/** A name that only the proxy knows: variables are not for this machine's own. */
const HOST = 'receiver.test';

interface DistantReceiver extends OtlpHttpReceiver {
  /** Its address by that name. */
  readonly url: string;
}

async function receiverOf(secure: boolean, certificate?: { cert: string; key: string }): Promise<DistantReceiver> {
  const tls = certificate ?? (await ca.server({ hosts: [HOST] }));
  const receiver = await startOtlpHttpReceiver(secure ? { tls } : {});
  onTestFinished(() => receiver.close());
  return Object.assign(receiver, { url: `${secure ? 'https' : 'http'}://${HOST}:${receiver.port}/v1/logs` });
}

function exporterTo(
  receiver: { readonly url: string },
  environment: Record<string, string>,
  options: OtlpHttpLogRecordExporterOptions = {},
): OtlpHttpLogRecordExporter {
  const exporter = new OtlpHttpLogRecordExporter({
    endpoint: receiver.url,
    environment,
    ...(receiver.url.startsWith('https:') ? { tls: { ca: ca.cert } } : {}),
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
  expect(proxy.requests).toEqual([`CONNECT ${HOST}:${receiver.port}`]);
  expect(receiver.requests[0]).toMatchObject({ path: '/v1/logs', headers: { host: `${HOST}:${receiver.port}` } });
});

test('requests to an http endpoint name the whole URL', async () => {
  const proxy = await proxyOf();
  const receiver = await receiverOf(false);
  const exporter = exporterTo(receiver, { http_proxy: `127.0.0.1:${proxy.port}` });
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(proxy.requests).toEqual([`POST ${receiver.url}`]);
  expect(receiver.requests[0]?.headers.host).toBe(`${HOST}:${receiver.port}`);
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
      `warn: ${NAME}: a request to ${receiver.url} failed and is tried again: ${reason}`,
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
  const receiver = await receiverOf(true, await ca.expiredServer());
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
    reason: `given up after 1 attempts: NO_CONNECTION: the connection to the proxy localhost:${proxy.port} failed: the server's certificate comes from a CA that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`,
  });
  expect(proxy.requests).toEqual([]);
});

describe('which variable counts', () => {
  test.each<[string, string, Record<string, string>, string | undefined]>([
    ['HTTP_PROXY for http', 'http://logs.example', { HTTP_PROXY: 'http://proxy' }, 'proxy:80'],
    ['without a scheme', 'http://logs.example', { HTTP_PROXY: 'proxy:3128' }, 'proxy:3128'],
    ['HTTPS_PROXY for https', 'https://logs.example', { HTTPS_PROXY: 'https://proxy' }, 'proxy:443'],
    ['HTTP_PROXY not for https', 'https://logs.example', { HTTP_PROXY: 'proxy' }, undefined],
    ['HTTPS_PROXY not for http', 'http://logs.example', { HTTPS_PROXY: 'proxy' }, undefined],
    ['the lower-case form first', 'https://logs.example', { https_proxy: 'a', HTTPS_PROXY: 'b' }, 'a:80'],
    ['HTTP_PROXY not in a CGI program', 'http://logs.example', { HTTP_PROXY: 'p', REQUEST_METHOD: 'GET' }, undefined],
    ['http_proxy also in a CGI program', 'http://logs.example', { http_proxy: 'p', REQUEST_METHOD: 'GET' }, 'p:80'],
    ['NO_PROXY names the host', 'https://logs.example', { HTTPS_PROXY: 'p', NO_PROXY: 'a, logs.example' }, undefined],
    ['no_proxy names everything', 'http://logs.example', { http_proxy: 'p', no_proxy: '*' }, undefined],
    ['NO_PROXY names another', 'http://logs.example', { http_proxy: 'p', NO_PROXY: 'logs.example.org' }, 'p:80'],
    ['not for this machine', 'http://localhost:4318', { http_proxy: 'p' }, undefined],
    ['not for this machine by its address', 'http://127.0.0.1', { http_proxy: 'p' }, undefined],
    ['not for this machine by its IPv6 address', 'http://[::1]', { http_proxy: 'p' }, undefined],
    ['not for a socket file', 'unix:/run/otlp.sock', { http_proxy: 'p' }, undefined],
  ])('%s', (_what, url, variables, label) => {
    const environment = new Environment(variables, new Diagnostics('test'));
    const proxy = resolveProxy(undefined, resolveEndpoint(url, environment), environment);
    expect(proxy?.label).toBe(label);
  });

  test('`proxy: false` beats the variables, and a proxy of the option is for every host', () => {
    const environment = new Environment({ http_proxy: 'a', NO_PROXY: '*' }, new Diagnostics('test'));
    const endpoint = resolveEndpoint('http://localhost', environment);
    expect(resolveProxy(false, endpoint, environment)).toBeUndefined();
    expect(resolveProxy('http://b', endpoint, environment)?.label).toBe('b:80');
  });
});

test('a proxy that is down is named', async () => {
  const proxy = await startHttpProxy();
  await proxy.close();
  const exporter = exporterTo(
    { url: 'https://receiver.test/v1/logs' },
    {},
    { proxy: `http://127.0.0.1:${proxy.port}`, retry: { initialBackoffMillis: 1, maxAttempts: 1 } },
  );
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({
    kind: 'failed',
    reason: `given up after 1 attempts: NO_CONNECTION: the connection to the proxy 127.0.0.1:${proxy.port} failed: connect ECONNREFUSED 127.0.0.1:${proxy.port}`,
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
  expect(() => new OtlpHttpLogRecordExporter({ endpoint: 'https://logs.example/v1/logs', environment })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message }),
  );
});
