// SPDX-License-Identifier: Apache-2.0
import {
  createCertificateAuthority,
  type DnsServer,
  logBatch,
  type OtlpReceiver,
  type OtlpReceiverOptions,
  startDnsServer,
  startOtlpReceiver,
} from '@logferry-test/support';
import { expect, onTestFinished, test, vi } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

// grpc-js asks the DNS server of a target only with this variable, which it reads when it is loaded.
vi.hoisted(() => {
  process.env['GRPC_NODE_USE_ALTERNATIVE_RESOLVER'] = 'true';
});

async function dnsOf(addresses: readonly string[]): Promise<DnsServer> {
  const dns = await startDnsServer();
  onTestFinished(() => dns.close());
  dns.setAddresses('collector.test', addresses);
  return dns;
}

async function receiverOf(options: OtlpReceiverOptions): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

/** Receivers on one port of 127.0.0.1, 127.0.0.2 and so on. */
async function receiversOn(
  hosts: readonly string[],
  options: OtlpReceiverOptions = {},
): Promise<{ readonly port: number; readonly receivers: readonly OtlpReceiver[] }> {
  const receivers: OtlpReceiver[] = [];
  let port = 0;
  for (const host of hosts) {
    const receiver = await receiverOf({ host, port, ...options });
    port = receiver.port;
    receivers.push(receiver);
  }
  return { port, receivers };
}

function exporterTo(endpoint: string, options: OtlpGrpcLogRecordExporterOptions): OtlpGrpcLogRecordExporter {
  const exporter = new OtlpGrpcLogRecordExporter({
    endpoint,
    environment: {},
    retry: { initialBackoffMillis: 10, maxBackoffMillis: 50 },
    channelOptions: {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 200,
      'grpc.dns_min_time_between_resolutions_ms': 50,
    },
    ...options,
  });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

async function sendUntil(exporter: OtlpGrpcLogRecordExporter, done: (sent: number) => boolean): Promise<number> {
  let sent = 0;
  while (!done(sent)) {
    sent += 1;
    expect(await exporter.send(logBatch([`record ${sent}`]), AbortSignal.timeout(20_000))).toEqual({
      kind: 'delivered',
      rejectedCount: 0,
    });
  }
  return sent;
}

/** How many requests each has got. */
function requests(receivers: readonly OtlpReceiver[]): number[] {
  return receivers.map((receiver) => receiver.stats().requests);
}

test('every address of a name gets its share', async () => {
  const dns = await dnsOf(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
  const { port, receivers } = await receiversOn(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
  const exporter = exporterTo(`dns://${dns.address}/collector.test:${port}`, { insecure: true });
  await sendUntil(exporter, () => requests(receivers).every((count) => count > 0));
  const before = requests(receivers);
  await sendUntil(exporter, (sent) => sent === 30);
  expect(requests(receivers).map((count, index) => count - (before[index] ?? 0))).toEqual([10, 10, 10]);
  // No TXT record is asked for a service config.
  expect(new Set(dns.questions)).toEqual(new Set(['A collector.test', 'AAAA collector.test']));
});

test('when one receiver is killed and another starts at a new address of the name, nothing is lost and the new one gets its share', async () => {
  const dns = await dnsOf(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
  const { port, receivers } = await receiversOn(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
  const [first, doomed, third] = receivers;
  if (first === undefined || doomed === undefined || third === undefined) throw new Error('not three');
  const exporter = exporterTo(`dns://${dns.address}/collector.test:${port}`, { insecure: true });
  const warm = await sendUntil(exporter, () => requests(receivers).every((count) => count > 0));
  const fourth = await receiverOf({ host: '127.0.0.4', port });
  dns.setAddresses('collector.test', ['127.0.0.1', '127.0.0.3', '127.0.0.4']);
  await doomed.close();
  const sent = await sendUntil(exporter, () => fourth.stats().requests > 0);
  const before = requests([first, third, fourth]);
  await sendUntil(exporter, (count) => count === 30);
  expect(requests([first, third, fourth]).map((count, index) => count - (before[index] ?? 0))).toEqual([10, 10, 10]);
  const arrived = requests([first, doomed, third, fourth]).reduce((sum, count) => sum + count, 0);
  const total = warm + sent + 30;
  expect(arrived).toBeGreaterThanOrEqual(total);
  expect(arrived).toBeLessThanOrEqual(total + 1);
  expect(exporter.stats()).toMatchObject({ deliveredRecords: total, failedRecords: 0 });
});

test("over TLS each receiver's certificate has to carry the name", async () => {
  const ca = await createCertificateAuthority();
  onTestFinished(() => ca.dispose());
  const dns = await dnsOf(['127.0.0.1', '127.0.0.2']);
  const { port, receivers } = await receiversOn(['127.0.0.1', '127.0.0.2'], {
    tls: await ca.server({ hosts: ['collector.test'] }),
  });
  const exporter = exporterTo(`dns://${dns.address}/collector.test:${port}`, { tls: { ca: ca.cert } });
  await sendUntil(exporter, () => requests(receivers).every((count) => count > 0));
  expect(receivers[0]?.requests[0]?.authority).toBe(`collector.test:${port}`);
});

test('a name that does not exist yet keeps the data until it does', async () => {
  const dns = await dnsOf([]);
  const receiver = await receiverOf({});
  const exporter = exporterTo(`dns://${dns.address}/collector.test:${receiver.port}`, { insecure: true });
  const sent = exporter.send(logBatch(['early']), AbortSignal.timeout(20_000));
  await expect.poll(() => exporter.stats().retries, { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  dns.setAddresses('collector.test', ['127.0.0.1']);
  expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
});

test('with pick-first one address of the name is used', async () => {
  const dns = await dnsOf(['127.0.0.1', '127.0.0.2']);
  const { port, receivers } = await receiversOn(['127.0.0.1', '127.0.0.2']);
  const exporter = exporterTo(`dns://${dns.address}/collector.test:${port}`, {
    insecure: true,
    loadBalancing: 'pick-first',
  });
  await sendUntil(exporter, (sent) => sent === 10);
  expect(new Set(requests(receivers))).toEqual(new Set([0, 10]));
});
