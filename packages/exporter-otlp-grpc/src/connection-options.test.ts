// SPDX-License-Identifier: Apache-2.0
import {
  captureDiagnostics,
  createCertificateAuthority,
  logBatch,
  type OtlpReceiver,
  type OtlpReceiverOptions,
  startOtlpReceiver,
  startTcpProxy,
} from '@logferry-test/support';
import { describe, expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

async function receiverOf(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

function make(options: OtlpGrpcLogRecordExporterOptions): OtlpGrpcLogRecordExporter {
  const exporter = new OtlpGrpcLogRecordExporter({ environment: {}, ...options });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

async function deliver(exporter: OtlpGrpcLogRecordExporter): Promise<void> {
  expect(await exporter.send(logBatch(['a']), AbortSignal.timeout(10_000))).toEqual({
    kind: 'delivered',
    rejectedCount: 0,
  });
}

describe('authority', () => {
  test("is the endpoint's host and port by default, and what it is set to in plaintext", async () => {
    const receiver = await receiverOf();
    await deliver(make({ endpoint: receiver.endpoint }));
    await deliver(make({ endpoint: receiver.endpoint, authority: 'logs.example:8443' }));
    expect(receiver.requests.map(({ authority }) => authority)).toEqual([
      `127.0.0.1:${receiver.port}`,
      'logs.example:8443',
    ]);
  });

  test('over TLS follows serverName, and beats it, while the certificate is checked against serverName alone', async () => {
    const ca = await createCertificateAuthority();
    onTestFinished(() => ca.dispose());
    const receiver = await receiverOf({ tls: await ca.server({ hosts: ['logs.example'] }) });
    const tls = { ca: ca.cert, serverName: 'logs.example' };
    await deliver(make({ endpoint: receiver.endpoint, tls }));
    await deliver(make({ endpoint: receiver.endpoint, tls, authority: 'tenant.example' }));
    expect(receiver.requests.map(({ authority }) => authority)).toEqual(['logs.example', 'tenant.example']);

    const fooled = make({ endpoint: receiver.endpoint, tls: { ca: ca.cert }, authority: 'logs.example' });
    const controller = new AbortController();
    const sent = fooled.send(logBatch(['a']), controller.signal);
    await expect.poll(() => fooled.stats().attempts, { interval: 5 }).toBeGreaterThan(0);
    await expect.poll(() => fooled.stats().attemptsByStatus['UNAVAILABLE'], { interval: 5, timeout: 5000 }).toBe(1);
    controller.abort();
    expect(await sent).toMatchObject({
      reason: "UNAVAILABLE: the server's certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)",
    });
  });

  test('of a list is the first address', async () => {
    const receiver = await receiverOf();
    const other = await receiverOf();
    const exporter = make({
      endpoint: `ipv4:127.0.0.1:${receiver.port},127.0.0.1:${other.port}`,
      insecure: true,
    });
    while (other.stats().requests === 0) await deliver(exporter);
    expect(other.requests[0]?.authority).toBe(`127.0.0.1:${receiver.port}`);
  });
});

describe('keepalive', () => {
  test('finds a dead connection long before the deadline of the request', async () => {
    const receiver = await receiverOf();
    const proxy = await startTcpProxy(receiver.port);
    onTestFinished(() => proxy.close());
    const exporter = make({
      endpoint: `http://127.0.0.1:${proxy.port}`,
      timeoutMillis: 60_000,
      keepalive: { intervalMillis: 1000, timeoutMillis: 200 },
      retry: { initialBackoffMillis: 1 },
      channelOptions: { 'grpc.initial_reconnect_backoff_ms': 100 },
    });
    await deliver(exporter);
    proxy.setMode('stall');
    const startedAt = performance.now();
    const sent = exporter.send(logBatch(['a']), AbortSignal.timeout(20_000));
    proxy.setModeForNewConnections('forward');
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(exporter.stats().attemptsByStatus).toEqual({ OK: 2, UNAVAILABLE: 1 });
  });

  test('without it the connection is left to the deadline', async () => {
    const receiver = await receiverOf();
    const proxy = await startTcpProxy(receiver.port);
    onTestFinished(() => proxy.close());
    const exporter = make({ endpoint: `http://127.0.0.1:${proxy.port}`, timeoutMillis: 2000 });
    await deliver(exporter);
    proxy.setMode('stall');
    const controller = new AbortController();
    const sent = exporter.send(logBatch(['a']), controller.signal);
    await expect.poll(() => exporter.stats().retries + exporter.stats().attempts, { timeout: 10_000 }).toBe(4);
    controller.abort();
    await sent;
    expect(exporter.stats().attemptsByStatus).toMatchObject({ OK: 1, DEADLINE_EXCEEDED: 1 });
  });
});

describe('channelOptions', () => {
  test('reach grpc-js: a limit of its own on messages splits the batch like the limit of a server', async () => {
    const receiver = await receiverOf();
    const exporter = make({
      endpoint: receiver.endpoint,
      channelOptions: { 'grpc.max_send_message_length': 100_000 },
    });
    const batch = logBatch(Array.from({ length: 2000 }, (_, index) => `record ${index}`.padEnd(100, '.')));
    expect(await exporter.send(batch, AbortSignal.timeout(10_000))).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(receiver.stats().acceptedRecords).toBe(2000);
    expect(Math.max(...receiver.requests.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(100_000);
    expect(exporter.stats()).toMatchObject({ splits: 3, attemptsByStatus: { OK: 4, RESOURCE_EXHAUSTED: 3 } });
  });

  test('can bring a service config of their own', async () => {
    const first = await receiverOf();
    const second = await receiverOf();
    const exporter = make({
      endpoint: `ipv4:127.0.0.1:${first.port},127.0.0.1:${second.port}`,
      insecure: true,
      channelOptions: { 'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ pick_first: {} }] }) },
    });
    for (let index = 0; index < 10; index += 1) await deliver(exporter);
    expect([first.stats().requests, second.stats().requests]).toEqual([10, 0]);
  });

  test.each([
    [{ 'grpc.ssl_target_name_override': 'a' }, 'grpc.ssl_target_name_override: tls.serverName is the option for it'],
    [{ 'grpc.default_authority': 'a' }, 'grpc.default_authority: authority is the option for it'],
    [
      { 'grpc.default_compression_algorithm': 2 },
      'grpc.default_compression_algorithm: compression is the option for it',
    ],
    [{ 'grpc.keepalive_time_ms': 1 }, 'grpc.keepalive_time_ms: keepalive is the option for it'],
    [{ 'grpc.enable_retries': 1 }, 'grpc.enable_retries: retry is the option for it'],
  ])('%j is an error that names the option for it', (channelOptions, message) => {
    expect(() => make({ channelOptions: channelOptions })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: `channelOptions must not hold ${message}` }),
    );
  });

  test.each<[Record<string, unknown>, string]>([
    [{ channelOptions: ['a'] }, 'channelOptions must be an object of names and values; it is a value of type object'],
    [{ channelOptions: { 'grpc.x': true } }, "channelOptions['grpc.x'] must be a text or a number; it is true"],
    [
      { loadBalancing: 'round-robin', channelOptions: { 'grpc.service_config': '{}' } },
      'loadBalancing and channelOptions with grpc.service_config can not both be given',
    ],
    [{ loadBalancing: 'random' }, `loadBalancing must be one of 'pick-first', 'round-robin'; it is "random"`],
    [{ authority: 'a\nb' }, 'authority must be printable ASCII text; it is "a\\nb"'],
  ])('%j is an error', (options, message) => {
    expect(() => make(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
  });
});

test('a DNS server in the target that grpc-js leaves aside is told', () => {
  const diagnostics = captureDiagnostics();
  onTestFinished(() => diagnostics.stop());
  make({ endpoint: 'dns://10.0.0.53/collector.example', insecure: true });
  make({ endpoint: 'dns:///collector.example', insecure: true });
  expect(diagnostics.messages).toEqual([
    'warn: @logferry/exporter-otlp-grpc: the DNS server in dns://10.0.0.53/collector.example:4317 is not asked, but that of the system: grpc-js asks it where the process is started with GRPC_NODE_USE_ALTERNATIVE_RESOLVER=true',
  ]);
});
