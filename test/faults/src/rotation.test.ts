// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import {
  type CertificateAuthority,
  captureDiagnostics,
  createCertificateAuthority,
  type OtlpReceiver,
  startOtlpReceiver,
} from '@logferry-test/support';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { advanceUntil, allDelivered, openPipeline } from './pipeline.ts';

/** The exporter looks at its files once a minute. */
const LOOK_MILLIS = 60_000;

async function authority(): Promise<CertificateAuthority> {
  const made = await createCertificateAuthority();
  onTestFinished(() => made.dispose());
  return made;
}

describeFault('certificates are rotated on disk', () => {
  test('while records flow: a half-written pair changes nothing, the new pair is used from the next connection on', async () => {
    const [oldCa, newCa] = [await authority(), await authority()];
    const [oldClient, newClient, server] = [await oldCa.client(), await newCa.client(), await oldCa.server()];
    const directory = mkdtempSync(join(tmpdir(), 'logferry-rotation-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const [certFile, keyFile] = [join(directory, 'client.crt'), join(directory, 'client.key')];
    const write = (path: string, content: string): void => {
      writeFileSync(`${path}.new`, content, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    };
    write(certFile, oldClient.cert);
    write(keyFile, oldClient.key);
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receivers: OtlpReceiver[] = [];
    const taken = (): Uint8Array[] => receivers.flatMap(({ requests }) => requests.map(({ bytes }) => bytes));
    /** A receiver that takes the clients of one authority, on the port of the one before. */
    const replaceReceiver = async (clientCa: CertificateAuthority): Promise<void> => {
      const port = receivers[0]?.port ?? 0;
      await receivers.at(-1)?.close();
      const receiver = await startOtlpReceiver({ port, tls: server, clientCa: clientCa.cert });
      onTestFinished(() => receiver.close());
      receivers.push(receiver);
    };

    await replaceReceiver(oldCa);
    const clock = new ManualClock(Date.now());
    const pipeline = openPipeline(
      { endpoint: receivers[0]?.endpoint ?? '', clock, tls: { ca: oldCa.cert, certFile, keyFile } },
      { clock, exportTimeoutMillis: 0 },
    );
    const flush = async (): Promise<void> => {
      await advanceUntil(pipeline.processor.forceFlush({ timeoutMillis: Infinity }), clock);
    };
    pipeline.emit(30);
    await flush();

    // Half of the new pair, as a rotation that is interrupted leaves it: the old pair goes on.
    write(certFile, newClient.cert);
    await clock.advance(LOOK_MILLIS);
    await expect.poll(() => diagnostics.messages.join('\n')).toContain('is not the private key of the certificate');
    await replaceReceiver(oldCa);
    pipeline.emit(30);
    await flush();
    expect(pipeline.account(taken())).toEqual(allDelivered(60));

    write(keyFile, newClient.key);
    await clock.advance(LOOK_MILLIS);
    await expect.poll(() => diagnostics.messages.join('\n')).toContain('new connections use the client certificate');
    await replaceReceiver(newCa);
    pipeline.emit(30);
    await flush();
    expect(pipeline.account(taken())).toEqual(allDelivered(90));
    expect(receivers.map(({ requests }) => requests.length)).toEqual([3, 3, 3]);
  });
});
