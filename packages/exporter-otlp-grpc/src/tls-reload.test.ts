// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import {
  captureDiagnostics,
  type CapturedDiagnostics,
  type CertificateAuthority,
  type CertificatePair,
  createCertificateAuthority,
  logBatch,
  type OtlpReceiver,
  type OtlpReceiverOptions,
  startOtlpReceiver,
} from '@logferry-test/support';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

const NAME = '@logferry/exporter-otlp-grpc';
const INTERVAL_MILLIS = 60_000;

let oldCa: CertificateAuthority;
let newCa: CertificateAuthority;
let oldClient: CertificatePair;
let newClient: CertificatePair;
let server: CertificatePair;

beforeAll(async () => {
  [oldCa, newCa] = [await createCertificateAuthority('Old CA'), await createCertificateAuthority('New CA')];
  [oldClient, newClient, server] = [await oldCa.client(), await newCa.client(), await oldCa.server()];
});
afterAll(() => {
  oldCa.dispose();
  newCa.dispose();
});

/** The files of an exporter in a directory of their own, with the old pair and the old CA. */
function certificateFiles(): { readonly caFile: string; readonly certFile: string; readonly keyFile: string } {
  const directory = mkdtempSync(join(tmpdir(), 'logferry-reload-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [caFile, certFile, keyFile] = [join(directory, 'ca'), join(directory, 'cert'), join(directory, 'key')];
  writeFileSync(caFile, oldCa.cert);
  writeFileSync(certFile, oldClient.cert);
  writeFileSync(keyFile, oldClient.key, { mode: 0o600 });
  return { caFile, certFile, keyFile };
}

function capture(): CapturedDiagnostics {
  const diagnostics = captureDiagnostics();
  onTestFinished(() => {
    diagnostics.stop();
    // No line of a certificate or a key is ever shown.
    for (const { cert, key } of [oldClient, newClient]) {
      for (const line of `${cert}${key}`.split('\n').filter((text) => text.length > 20 && !text.startsWith('-----'))) {
        expect(diagnostics.messages.join('\n')).not.toContain(line);
      }
    }
  });
  return diagnostics;
}

/** A receiver that demands client certificates of one CA; the next one of a test takes its port. */
async function demanding(clientCa: CertificateAuthority, options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver({ tls: server, clientCa: clientCa.cert, ...options });
  onTestFinished(() => receiver.close());
  return receiver;
}

class Sender {
  readonly clock: ManualClock = new ManualClock(Date.now());
  readonly exporter: OtlpGrpcLogRecordExporter;

  constructor(receiver: OtlpReceiver, tls: NonNullable<OtlpGrpcLogRecordExporterOptions['tls']>) {
    this.exporter = new OtlpGrpcLogRecordExporter({
      endpoint: receiver.endpoint,
      environment: {},
      clock: this.clock,
      tls,
      retry: { initialBackoffMillis: 200, maxBackoffMillis: 200, jitter: 0 },
      channelOptions: { 'grpc.initial_reconnect_backoff_ms': 20, 'grpc.max_reconnect_backoff_ms': 20 },
    });
    onTestFinished(() => this.exporter.shutdown());
  }

  /** Sends a record while the clock goes on, no further than the retries need. */
  async deliver(): Promise<void> {
    let outcome: unknown;
    const sent = this.exporter.send(logBatch(['a']), AbortSignal.timeout(20_000)).then((settled) => {
      outcome = settled;
    });
    await expect
      .poll(
        async () => {
          if (outcome === undefined) await this.clock.advance(200);
          return outcome;
        },
        { interval: 20, timeout: 10_000 },
      )
      .toEqual({ kind: 'delivered', rejectedCount: 0 });
    await sent;
  }

  /** Lets the next look at the files come. */
  async look(): Promise<void> {
    await this.clock.advance(INTERVAL_MILLIS);
  }
}

async function told(diagnostics: CapturedDiagnostics, message: string): Promise<void> {
  await expect.poll(() => diagnostics.messages, { interval: 5, timeout: 5000 }).toContain(message);
}

test('a pair that is replaced file by file, the certificate first, is used when both are there; until then the old one is', async () => {
  const diagnostics = capture();
  const files = certificateFiles();
  const first = await demanding(oldCa);
  const sender = new Sender(first, files);
  await sender.deliver();

  writeFileSync(files.certFile, newClient.cert);
  await sender.look();
  await told(
    diagnostics,
    `warn: ${NAME}: tls.keyFile (${files.keyFile}) is not the private key of the certificate in tls.certFile (${files.certFile}); what was read before stays in use`,
  );
  await first.close();
  const second = await demanding(oldCa, { port: first.port });
  await sender.deliver();
  expect(second.stats().acceptedRecords).toBe(1);

  writeFileSync(files.keyFile, newClient.key);
  await sender.look();
  await told(
    diagnostics,
    `info: ${NAME}: new connections use the client certificate of tls.certFile (${files.certFile}), which changed`,
  );
  await second.close();
  const third = await demanding(newCa, { port: first.port });
  await sender.deliver();
  expect(third.stats().acceptedRecords).toBe(1);
  expect(sender.exporter.stats()).toMatchObject({ deliveredRecords: 3, failedRecords: 0 });
});

test('a connection that stands goes on with the pair it was made with', async () => {
  const diagnostics = capture();
  const files = certificateFiles();
  const receiver = await demanding(oldCa);
  const sender = new Sender(receiver, files);
  await sender.deliver();
  writeFileSync(files.certFile, newClient.cert);
  writeFileSync(files.keyFile, newClient.key);
  await sender.look();
  await told(
    diagnostics,
    `info: ${NAME}: new connections use the client certificate of tls.certFile (${files.certFile}), which changed`,
  );
  await sender.deliver();
  const peers = receiver.requests.map(({ peer }) => peer);
  expect(peers).toEqual([peers[0], peers[0]]);
});

test('a directory that is swapped by a symbolic link, as Kubernetes does, is found', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'logferry-reload-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  function publish(version: string, pair: CertificatePair): void {
    mkdirSync(join(directory, version));
    writeFileSync(join(directory, version, 'tls.crt'), pair.cert);
    writeFileSync(join(directory, version, 'tls.key'), pair.key, { mode: 0o600 });
    symlinkSync(version, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  }
  publish('..2026_01', oldClient);
  for (const file of ['tls.crt', 'tls.key']) symlinkSync(join('..data', file), join(directory, file));
  const diagnostics = capture();
  const first = await demanding(oldCa);
  const sender = new Sender(first, {
    ca: oldCa.cert,
    certFile: join(directory, 'tls.crt'),
    keyFile: join(directory, 'tls.key'),
  });
  await sender.deliver();
  publish('..2026_02', newClient);
  rmSync(join(directory, '..2026_01'), { recursive: true });
  await sender.look();
  await told(
    diagnostics,
    `info: ${NAME}: new connections use the client certificate of tls.certFile (${join(directory, 'tls.crt')}), which changed`,
  );
  await first.close();
  await demanding(newCa, { port: first.port });
  await sender.deliver();
  expect(diagnostics.messages.filter((message) => message.includes('stays in use'))).toEqual([]);
});

test('a server that begins to demand the new CA is satisfied as soon as the files are there, before the next look', async () => {
  const files = certificateFiles();
  const first = await demanding(oldCa);
  const sender = new Sender(first, files);
  await sender.deliver();
  const startedAt = sender.clock.monotonicMillis();
  writeFileSync(files.certFile, newClient.cert);
  writeFileSync(files.keyFile, newClient.key);
  await first.close();
  const second = await demanding(newCa, { port: first.port });
  await sender.deliver();
  expect(second.stats().acceptedRecords).toBe(1);
  expect(sender.clock.monotonicMillis() - startedAt).toBeLessThan(INTERVAL_MILLIS);
});

test('a server certificate of a new CA is trusted once the CA file has it, and the old one no more', async () => {
  const diagnostics = capture();
  const files = certificateFiles();
  const first = await demanding(oldCa);
  const sender = new Sender(first, files);
  await sender.deliver();
  await first.close();
  const second = await demanding(oldCa, { port: first.port, tls: await newCa.server() });
  const sent = sender.deliver();
  await expect
    .poll(() => diagnostics.messages, { timeout: 5000 })
    .toContainEqual(expect.stringContaining('comes from a CA that is not trusted'));
  writeFileSync(files.caFile, newCa.cert);
  await sent;
  expect(second.stats().acceptedRecords).toBe(1);
  await told(diagnostics, `info: ${NAME}: new connections use the CAs of tls.caFile (${files.caFile}), which changed`);
});

describe('what can not be used is told once, and what was used before stays', () => {
  test.each<[string, (files: { caFile: string; certFile: string; keyFile: string }) => string]>([
    [
      'a certificate file that is gone',
      ({ certFile }) => {
        rmSync(certFile);
        return `tls.certFile (${certFile}) can not be read: ENOENT`;
      },
    ],
    [
      'a key file that is empty',
      ({ keyFile }) => {
        writeFileSync(keyFile, '');
        return `tls.keyFile (${keyFile}) holds no unencrypted PEM private key`;
      },
    ],
    [
      'a certificate file that is half written',
      ({ certFile, keyFile }) => {
        writeFileSync(certFile, newClient.cert.slice(0, 200));
        writeFileSync(keyFile, newClient.key);
        return `tls.certFile (${certFile}) holds no PEM certificate`;
      },
    ],
    [
      'a chain that is half written',
      ({ certFile, keyFile }) => {
        writeFileSync(certFile, `${newClient.cert}${newCa.cert.slice(0, 200)}`);
        writeFileSync(keyFile, newClient.key);
        return `tls.certFile (${certFile}) ends in the middle of a certificate`;
      },
    ],
    [
      'a CA bundle that is half written',
      ({ caFile }) => {
        writeFileSync(caFile, `${newCa.cert}${oldCa.cert.slice(0, 200)}`);
        return `tls.caFile (${caFile}) ends in the middle of a certificate`;
      },
    ],
    [
      'a directory in place of the CA bundle',
      ({ caFile }) => {
        rmSync(caFile);
        mkdirSync(caFile);
        return `tls.caFile (${caFile}) can not be read: EISDIR`;
      },
    ],
  ])('%s', async (_what, spoil) => {
    const diagnostics = capture();
    const files = certificateFiles();
    const first = await demanding(oldCa);
    const sender = new Sender(first, { ...files, reloadIntervalMillis: 1000 });
    await sender.deliver();
    const problem = spoil(files);
    const message = `warn: ${NAME}: ${problem}; what was read before stays in use`;
    await sender.clock.advance(1000);
    await told(diagnostics, message);
    for (let look = 0; look < 5; look += 1) await sender.clock.advance(1000);
    await first.close();
    await demanding(oldCa, { port: first.port });
    await sender.deliver();
    expect(diagnostics.messages.filter((said) => said.includes('stays in use'))).toEqual([message]);
  });
});

test('a client certificate that expires while it is in use is told', async () => {
  const diagnostics = capture();
  const files = certificateFiles();
  const sender = new Sender(await demanding(oldCa), files);
  await sender.deliver();
  expect(diagnostics.messages).toEqual([]);
  sender.clock.jumpWall(2 * 24 * 3_600_000);
  await sender.look();
  await expect.poll(() => diagnostics.messages, { timeout: 5000 }).toHaveLength(1);
  expect(diagnostics.messages[0]).toMatch(
    /^warn: @logferry\/exporter-otlp-grpc: the client certificate of tls\.certFile \(\S+\) is in use and expired at 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z: servers refuse new connections with it$/,
  );
});

test('an interval of 0 leaves the files alone', async () => {
  const files = certificateFiles();
  const first = await demanding(oldCa);
  const sender = new Sender(first, { ...files, reloadIntervalMillis: 0 });
  await sender.deliver();
  expect(sender.clock.pendingTimers).toBe(0);
  writeFileSync(files.certFile, newClient.cert);
  writeFileSync(files.keyFile, newClient.key);
  await first.close();
  await demanding(oldCa, { port: first.port });
  await sender.deliver();
});

test('nothing is looked at before the first connection and after shutdown', async () => {
  const files = certificateFiles();
  const sender = new Sender(await demanding(oldCa), files);
  expect(sender.clock.pendingTimers).toBe(0);
  await sender.deliver();
  expect(sender.clock.pendingTimers).toBe(1);
  await sender.exporter.shutdown();
  expect(sender.clock.pendingTimers).toBe(0);
});

test('texts are not looked at again', async () => {
  const sender = new Sender(await demanding(oldCa), { ca: oldCa.cert, cert: oldClient.cert, key: oldClient.key });
  await sender.deliver();
  expect(sender.clock.pendingTimers).toBe(0);
});
