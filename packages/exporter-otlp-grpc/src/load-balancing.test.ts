// SPDX-License-Identifier: Apache-2.0
import {
  captureDiagnostics,
  type CertificateAuthority,
  createCertificateAuthority,
  logBatch,
  logBodies,
  type OtlpReceiver,
  type OtlpReceiverOptions,
  startOtlpReceiver,
  startSilentPeer,
  startTcpProxy,
  type TcpProxy,
} from '@logferry-test/support';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

const NAME = '@logferry/exporter-otlp-grpc';

/** Quick to try again: the tests are about where requests go. */
const QUICK: OtlpGrpcLogRecordExporterOptions = {
  environment: {},
  retry: { initialBackoffMillis: 10, maxBackoffMillis: 50 },
  channelOptions: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 200 },
};

let ca: CertificateAuthority;

beforeAll(async () => {
  ca = await createCertificateAuthority();
});
afterAll(() => ca.dispose());

async function receiverOf(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

async function threeReceivers(options: OtlpReceiverOptions = {}): Promise<[OtlpReceiver, OtlpReceiver, OtlpReceiver]> {
  return [await receiverOf(options), await receiverOf(options), await receiverOf(options)];
}

function exporterTo(endpoint: string, options: OtlpGrpcLogRecordExporterOptions = {}): OtlpGrpcLogRecordExporter {
  const exporter = new OtlpGrpcLogRecordExporter({ ...QUICK, endpoint, ...options });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

function addresses(...receivers: readonly { readonly port: number }[]): string {
  return `ipv4:${receivers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
}

function soon(): AbortSignal {
  return AbortSignal.timeout(20_000);
}

/** Sends records of their own, `concurrency` at a time, until `done`; returns their bodies. Each must be delivered. */
async function sendUntil(
  exporter: OtlpGrpcLogRecordExporter,
  concurrency: number,
  done: (sent: number) => boolean,
): Promise<string[]> {
  const sent: string[] = [];
  async function worker(): Promise<void> {
    while (!done(sent.length)) {
      const body = `record ${sent.length}`;
      sent.push(body);
      expect(await exporter.send(logBatch([body]), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker));
  return sent;
}

/** Sends until every receiver has got a request, so that all connections are there. */
async function connectAll(exporter: OtlpGrpcLogRecordExporter, receivers: readonly OtlpReceiver[]): Promise<number> {
  const sent = await sendUntil(exporter, 1, () => receivers.every((receiver) => receiver.stats().requests > 0));
  return sent.length;
}

function arrived(...receivers: readonly OtlpReceiver[]): string[] {
  return receivers.flatMap(({ requests }) => requests.flatMap((request) => logBodies(request.bytes)));
}

describe('a list of addresses', () => {
  test('is served in turn: each receiver gets its share', async () => {
    const receivers = await threeReceivers();
    const exporter = exporterTo(addresses(...receivers), { insecure: true });
    await connectAll(exporter, receivers);
    const before = receivers.map((receiver) => receiver.stats().requests);
    await sendUntil(exporter, 1, (sent) => sent === 30);
    expect(receivers.map((receiver, index) => receiver.stats().requests - (before[index] ?? 0))).toEqual([10, 10, 10]);
  });

  test('loses nothing when one receiver is killed and another starts in its place, with four sends in flight', async () => {
    const [first, doomed, third] = await threeReceivers({ respond: () => ({ kind: 'ok', delayMillis: 2 }) });
    const exporter = exporterTo(addresses(first, doomed, third), { insecure: true, maxConcurrentSends: 4 });
    expect(exporter.maxConcurrentSends).toBe(4);
    let started: Promise<OtlpReceiver> | undefined;
    let replacement: OtlpReceiver | undefined;
    let killed: Promise<void> | undefined;
    const sent = await sendUntil(exporter, 4, (count) => {
      if (count >= 60) killed ??= doomed.close();
      if (count >= 120) {
        started ??= killed!.then(() => receiverOf({ port: doomed.port }));
        void started.then((receiver) => {
          replacement = receiver;
        });
      }
      return (replacement?.stats().requests ?? 0) >= 50;
    });
    const all = arrived(first, doomed, third, await started!);
    expect(new Set(all)).toEqual(new Set(sent));
    // What was in flight at the killed receiver was sent again.
    expect(all.length - sent.length).toBeLessThanOrEqual(4);
    expect(exporter.stats()).toMatchObject({ deliveredRecords: sent.length, failedRecords: 0 });
    const shares = [first, third].map((receiver) => receiver.stats().requests / sent.length);
    for (const share of shares) expect(share).toBeGreaterThan(0.25);
    expect(doomed.stats().requests).toBeGreaterThan(10);
  });

  test('goes on with those that are left, and ends up with the last one', async () => {
    const [first, second, third] = await threeReceivers();
    const exporter = exporterTo(addresses(first, second, third), { insecure: true });
    await connectAll(exporter, [first, second, third]);
    await first.close();
    await second.close();
    const before = third.stats().requests;
    await sendUntil(exporter, 1, (sent) => sent === 20);
    expect(third.stats().requests - before).toBe(20);
  });

  test('is tried in order with pick-first', async () => {
    const [first, second, third] = await threeReceivers();
    const exporter = exporterTo(addresses(first, second, third), { insecure: true, loadBalancing: 'pick-first' });
    await sendUntil(exporter, 2, (sent) => sent >= 20);
    const before = first.stats().requests;
    expect([before, second.stats().requests, third.stats().requests]).toEqual([before, 0, 0]);
    await first.close();
    await sendUntil(exporter, 2, (sent) => sent >= 20);
    expect(third.stats().requests).toBe(0);
    expect(before + second.stats().requests).toBe(exporter.stats().deliveredRecords);
  });

  test('leaves only the connection that leads nowhere, after two deadlines, and keeps the others', async () => {
    const [first, second, third] = await threeReceivers();
    const proxyOf = async ({ port }: OtlpReceiver): Promise<TcpProxy> => {
      const proxy = await startTcpProxy(port);
      onTestFinished(() => proxy.close());
      return proxy;
    };
    const [before, stalled, after] = [await proxyOf(first), await proxyOf(second), await proxyOf(third)];
    const exporter = exporterTo(addresses(before, stalled, after), { insecure: true, timeoutMillis: 1500 });
    await connectAll(exporter, [first, second, third]);
    stalled.setMode('stall');
    await sendUntil(exporter, 1, () => exporter.stats().attemptsByStatus['DEADLINE_EXCEEDED'] === 2);
    stalled.setModeForNewConnections('forward');
    const got = second.stats().requests;
    await sendUntil(exporter, 1, () => second.stats().requests > got);
    expect(exporter.stats().attemptsByStatus['DEADLINE_EXCEEDED']).toBe(2);
    expect(before.connections).toBe(1);
    expect(after.connections).toBe(1);
    expect(stalled.connections).toBeGreaterThanOrEqual(2);
  });

  test('goes on without an address that takes connections and never speaks, and names it', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const first = await receiverOf();
    const silent = await startSilentPeer();
    onTestFinished(() => silent.close());
    const target = addresses(first, silent);
    const exporter = exporterTo(target, { insecure: true, timeoutMillis: 1000 });
    await sendUntil(exporter, 1, () => diagnostics.messages.length > 0);
    expect(diagnostics.messages).toEqual([
      `warn: ${NAME}: there is no connection to 127.0.0.1:${silent.port}, one of the addresses of ${target}: the peer did not begin HTTP/2 in time`,
    ]);
    expect(exporter.stats()).toMatchObject({ retries: 0, failedRecords: 0 });
  });

  test('of IPv6 is reached as well', async () => {
    const first = await receiverOf({ host: '[::1]' });
    const second = await receiverOf({ host: '[::1]' });
    const exporter = exporterTo(`ipv6:[::1]:${first.port},[0:0::1]:${second.port}`, { insecure: true });
    await connectAll(exporter, [first, second]);
    expect(arrived(first, second).length).toBe(exporter.stats().deliveredRecords);
  });
});

describe('a list of addresses over TLS', () => {
  /** A receiver at an address of its own, with a certificate for `certified`. */
  async function secureReceiver(host: string, certified: string, options: OtlpReceiverOptions = {}) {
    return await receiverOf({ host, tls: await ca.server({ hosts: [certified] }), ...options });
  }

  test('takes of each address the certificate for that address, and loses nothing when one is killed and starts again', async () => {
    const respond = () => ({ kind: 'ok', delayMillis: 2 }) as const;
    const first = await secureReceiver('127.0.0.1', '127.0.0.1', { respond });
    const doomed = await secureReceiver('127.0.0.2', '127.0.0.2', { respond });
    const third = await secureReceiver('127.0.0.3', '127.0.0.3', { respond });
    const exporter = exporterTo(`ipv4:127.0.0.1:${first.port},127.0.0.2:${doomed.port},127.0.0.3:${third.port}`, {
      tls: { ca: ca.cert },
      maxConcurrentSends: 4,
    });
    await connectAll(exporter, [first, doomed, third]);
    const warm = exporter.stats().deliveredRecords;
    let killed: Promise<void> | undefined;
    const during = await sendUntil(exporter, 4, (count) => {
      if (count >= 60) killed ??= doomed.close();
      return count >= 120;
    });
    await killed;
    const replacement = await secureReceiver('127.0.0.2', '127.0.0.2', { respond, port: doomed.port });
    const after = await sendUntil(exporter, 4, () => replacement.stats().requests >= 20);
    const all = arrived(first, doomed, third, replacement).length;
    const sent = warm + during.length + after.length;
    expect(exporter.stats()).toMatchObject({ deliveredRecords: sent, failedRecords: 0 });
    expect(all).toBeGreaterThanOrEqual(sent);
    expect(all - sent).toBeLessThanOrEqual(4);
  });

  test('names the address whose certificate is not for it, once, and goes on with the others', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const first = await secureReceiver('127.0.0.1', '127.0.0.1');
    const wrong = await secureReceiver('127.0.0.2', '127.0.0.1');
    const target = `ipv4:127.0.0.1:${first.port},127.0.0.2:${wrong.port}`;
    const exporter = exporterTo(target, { tls: { ca: ca.cert } });
    await sendUntil(exporter, 1, () => diagnostics.messages.length > 0);
    // Long enough for a few more attempts to connect.
    const until = performance.now() + 600;
    await sendUntil(exporter, 1, () => performance.now() > until);
    expect(diagnostics.messages).toEqual([
      `warn: ${NAME}: there is no connection to 127.0.0.2:${wrong.port}, one of the addresses of ${target}: the server's certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)`,
    ]);
    expect(wrong.stats().requests).toBe(0);
    expect(exporter.stats().retries).toBe(0);
  });

  test('has one diagnostic with every address and its cause where none can be trusted', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const expired = await receiverOf({ host: '127.0.0.1', tls: await ca.expiredServer() });
    const plaintext = await receiverOf({ host: '127.0.0.2' });
    const target = `ipv4:127.0.0.1:${expired.port},127.0.0.2:${plaintext.port}`;
    const exporter = exporterTo(target, { tls: { ca: ca.cert } });
    const controller = new AbortController();
    const sent = exporter.send(logBatch(['kept']), controller.signal);
    await expect.poll(() => exporter.stats().retries, { timeout: 10_000, interval: 5 }).toBeGreaterThanOrEqual(5);
    controller.abort();
    const reason = `UNAVAILABLE: 127.0.0.1:${expired.port}: the server's certificate has expired (CERT_HAS_EXPIRED); 127.0.0.2:${plaintext.port}: the peer does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)`;
    expect(await sent).toMatchObject({ kind: 'retryable', reason });
    expect(diagnostics.messages).toEqual([
      `warn: ${NAME}: a request to ${target} failed and is tried again: ${reason}`,
    ]);
  });

  test('takes with serverName one name for all of them', async () => {
    const first = await secureReceiver('127.0.0.1', 'logs.example');
    const second = await secureReceiver('127.0.0.2', 'logs.example');
    const exporter = exporterTo(`ipv4:127.0.0.1:${first.port},127.0.0.2:${second.port}`, {
      tls: { ca: ca.cert, serverName: 'logs.example' },
    });
    await connectAll(exporter, [first, second]);
    expect(first.requests[0]?.authority).toBe('logs.example');
    expect(second.requests[0]?.authority).toBe('logs.example');
  });

  test('with maxConcurrentSends of 1 and a refused client certificate at one address names that address', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const first = await secureReceiver('127.0.0.1', '127.0.0.1');
    const strict = await secureReceiver('127.0.0.2', '127.0.0.2', { clientCa: ca.cert });
    const target = `ipv4:127.0.0.1:${first.port},127.0.0.2:${strict.port}`;
    const exporter = exporterTo(target, { tls: { ca: ca.cert } });
    const until = performance.now() + 10_000;
    await sendUntil(exporter, 1, () => diagnostics.messages.length > 0 || performance.now() > until);
    expect(diagnostics.messages).toEqual([
      `warn: ${NAME}: there is no connection to 127.0.0.2:${strict.port}, one of the addresses of ${target}: the server demands a client certificate and none is configured (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)`,
    ]);
  });
});
