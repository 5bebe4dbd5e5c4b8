// SPDX-License-Identifier: Apache-2.0
import {
  type CertificateAuthority,
  createCertificateAuthority,
  logBatch,
  startOtlpReceiver,
} from '@logferry-test/support';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

let ca: CertificateAuthority;

beforeAll(async () => {
  ca = await createCertificateAuthority();
});
afterAll(() => ca.dispose());

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function exporterTo(endpoint: string, options: OtlpGrpcLogRecordExporterOptions = {}): OtlpGrpcLogRecordExporter {
  const exporter = new OtlpGrpcLogRecordExporter({
    endpoint,
    environment: {},
    // Longer than a test may take.
    retry: { initialBackoffMillis: 600_000 },
    channelOptions: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 100 },
    ...options,
  });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

test.each([
  ['one address, plaintext', (port: number) => `http://127.0.0.1:${port}`, false],
  ['one address, TLS', (port: number) => `https://127.0.0.1:${port}`, true],
  ['several addresses', (port: number) => `ipv4:127.0.0.1:${port},127.0.0.2:${port}`, false],
])(
  'a request that never left goes when the receiver is there, not after its delay: %s',
  async (_, endpoint, secure) => {
    const port = await freePort();
    const exporter = exporterTo(endpoint(port), secure ? { tls: { ca: ca.cert } } : { insecure: true });
    const sends = [1, 2, 3].map((n) => exporter.send(logBatch([`record ${n}`]), new AbortController().signal));
    await expect.poll(() => exporter.stats().attemptsByStatus['UNAVAILABLE'], { interval: 5 }).toBe(3);
    const receiver = await startOtlpReceiver({ port, ...(secure ? { tls: await ca.server() } : {}) });
    onTestFinished(() => receiver.close());
    expect(await Promise.all(sends)).toEqual(sends.map(() => ({ kind: 'delivered', rejectedCount: 0 })));
    expect(exporter.stats()).toMatchObject({ attempts: 6, retries: 3, deliveredRecords: 3, failedRecords: 0 });
  },
);

test('a request that the server has refused waits its whole delay, although the connection comes and goes', async () => {
  const first = await startOtlpReceiver({ respond: () => ({ kind: 'status', code: 14, message: 'not now' }) });
  const exporter = exporterTo(first.endpoint);
  const controller = new AbortController();
  const refused = exporter.send(logBatch(['refused']), controller.signal);
  await expect.poll(() => exporter.stats().attemptsByStatus['UNAVAILABLE'], { interval: 5 }).toBe(1);
  const other = exporter.send(logBatch(['other']), controller.signal);
  await expect.poll(() => exporter.stats().attemptsByStatus['UNAVAILABLE'], { interval: 5 }).toBe(2);
  await first.close();
  const second = await startOtlpReceiver({ port: first.port });
  onTestFinished(() => second.close());
  const probe = exporter.send(logBatch(['probe']), new AbortController().signal);
  expect(await probe).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(exporter.stats()).toMatchObject({ deliveredRecords: 1 });
  controller.abort();
  expect(await Promise.all([refused, other])).toMatchObject([{ kind: 'retryable' }, { kind: 'retryable' }]);
});

test('a server that takes connections and ends each at once is tried once, and then after the delay', async () => {
  const port = await freePort();
  const exporter = exporterTo(`http://127.0.0.1:${port}`);
  const controller = new AbortController();
  const sends = [1, 2, 3].map((n) => exporter.send(logBatch([`record ${n}`]), controller.signal));
  await expect.poll(() => exporter.stats().attemptsByStatus['UNAVAILABLE'], { interval: 5 }).toBe(3);
  let sessions = 0;
  const server = createHttp2Server();
  server.on('session', (session) => {
    sessions += 1;
    session.on('error', () => {});
    session.once('remoteSettings', () => session.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  await expect.poll(() => exporter.stats().attemptsByStatus['UNAVAILABLE'], { interval: 5 }).toBe(6);
  // Five times the backoff of the connection: time enough for a loop to show.
  await delay(500);
  expect({ sessions, ...exporter.stats() }).toMatchObject({
    sessions: 1,
    attempts: 6,
    retries: 3,
    deliveredRecords: 0,
  });
  controller.abort();
  expect(await Promise.all(sends)).toMatchObject(sends.map(() => ({ kind: 'retryable' })));
});
