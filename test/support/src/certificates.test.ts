// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { createServer, connect, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';

import { type CertificateAuthority, type CertificatePair, createCertificateAuthority } from './certificates.ts';

async function authority(): Promise<CertificateAuthority> {
  const made = await createCertificateAuthority();
  onTestFinished(() => made.dispose());
  return made;
}

/** The code of the error that a client which trusts `ca` meets, or undefined when the handshake succeeds. */
async function handshake(ca: CertificateAuthority, pair: CertificatePair): Promise<string | undefined> {
  const server = createServer({ cert: pair.cert, key: pair.key }, (socket) => socket.end());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address() as { port: number };
  const code = await new Promise<string | undefined>((resolve) => {
    const socket: TLSSocket = connect({ port: address.port, host: '127.0.0.1', ca: ca.cert }, () => resolve(undefined));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.on('close', () => server.close());
    socket.resume();
  });
  return code;
}

test('a server certificate is accepted by a client that trusts its authority', async () => {
  const ca = await authority();
  expect(await handshake(ca, await ca.server())).toBeUndefined();
});

test('the bad server certificates are refused, each for its own reason', async () => {
  const ca = await authority();
  expect(await handshake(ca, await ca.expiredServer())).toBe('CERT_HAS_EXPIRED');
  expect(await handshake(ca, await ca.futureServer())).toBe('CERT_NOT_YET_VALID');
  expect(await handshake(ca, await ca.wrongHostServer())).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(await handshake(ca, await ca.selfSignedServer())).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  const other = await authority();
  expect(await handshake(other, await ca.server())).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
});

test('a client certificate is signed by its authority and its files are readable by the owner alone', async () => {
  const ca = await authority();
  const pair = await ca.client({ commonName: 'orders' });
  const certificate = new X509Certificate(pair.cert);
  expect(certificate.subject).toBe('CN=orders');
  expect(certificate.checkIssued(new X509Certificate(ca.cert))).toBe(true);
  expect(statSync(pair.keyFile).mode & 0o777).toBe(0o600);
  expect(statSync(pair.certFile).mode & 0o777).toBe(0o600);
});
