// SPDX-License-Identifier: Apache-2.0
import type { SendOutcome } from '@logferry/core';
import {
  captureDiagnostics,
  type CertificateAuthority,
  createCertificateAuthority,
  logBatch,
  type OtlpHttpReceiver,
  type OtlpHttpReceiverOptions,
  RAW_OK,
  startOtlpHttpReceiver,
  startRawHttpPeer,
  startSilentPeer,
  startTextPeer,
  startTlsPeer,
} from '@logferry-test/support';
import { copyFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { OtlpHttpLogRecordExporter, type OtlpHttpLogRecordExporterOptions } from './index.ts';

let ca: CertificateAuthority;

beforeAll(async () => {
  ca = await createCertificateAuthority();
});
afterAll(() => ca.dispose());

async function receiverOf(options: OtlpHttpReceiverOptions): Promise<OtlpHttpReceiver> {
  const receiver = await startOtlpHttpReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

function exporter(port: number, options: OtlpHttpLogRecordExporterOptions = {}): OtlpHttpLogRecordExporter {
  const made = new OtlpHttpLogRecordExporter({
    endpoint: `https://localhost:${port}/v1/logs`,
    tls: { ca: ca.cert },
    environment: {},
    ...options,
  });
  onTestFinished(() => made.shutdown());
  return made;
}

/** Sends until a few attempts were refused; returns what became of the batch and all that was said meanwhile. */
async function refusedSend(
  port: number,
  options: OtlpHttpLogRecordExporterOptions = {},
): Promise<{ outcome: SendOutcome; messages: readonly string[] }> {
  const diagnostics = captureDiagnostics();
  onTestFinished(() => diagnostics.stop());
  const sender = exporter(port, { retry: { initialBackoffMillis: 20, multiplier: 1 }, ...options });
  const controller = new AbortController();
  const batch = logBatch(['kept']);
  const sent = sender.send(batch, controller.signal);
  await expect.poll(() => sender.stats().retries, { timeout: 10_000, interval: 5 }).toBeGreaterThanOrEqual(3);
  controller.abort();
  const outcome = await sent;
  expect(sender.stats()).toMatchObject({ deliveredRecords: 0, failedRecords: 0 });
  expect(batch.releases).toBe(0);
  return { outcome, messages: diagnostics.messages };
}

/** The outcome and the one diagnostic of a connection that `cause` prevents. */
function prevented(port: number, cause: string): { outcome: unknown; messages: readonly string[] } {
  const reason = `NO_CONNECTION: ${cause}`;
  return {
    outcome: expect.objectContaining({ kind: 'retryable', reason }),
    messages: [
      `warn: @logferry/exporter-otlp-http: a request to https://localhost:${port}/v1/logs failed and is tried again: ${reason}`,
    ],
  };
}

test('records arrive over TLS at a server whose certificate comes from the given CA, on one connection', async () => {
  const receiver = await receiverOf({ tls: await ca.server() });
  const sender = exporter(receiver.port, { compression: 'gzip' });
  for (let round = 0; round < 3; round += 1) {
    expect(await sender.send(logBatch(['a', 'b']), AbortSignal.timeout(5000))).toEqual({
      kind: 'delivered',
      rejectedCount: 0,
    });
  }
  expect(receiver.stats().acceptedRecords).toBe(6);
  expect(receiver.connections).toBe(1);
});

test('a certificate for an IP address is enough to reach that address', async () => {
  const receiver = await receiverOf({ tls: await ca.server({ hosts: ['127.0.0.1'] }) });
  const sender = exporter(receiver.port, { endpoint: `https://127.0.0.1:${receiver.port}/v1/logs` });
  expect(await sender.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
});

test('serverName replaces the host in the check of the certificate and in the authority', async () => {
  const receiver = await receiverOf({ tls: await ca.server({ hosts: ['logs.example'] }) });
  const sender = exporter(receiver.port, { tls: { ca: ca.cert, serverName: 'logs.example' } });
  expect(await sender.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  expect(receiver.requests[0]?.headers.host).toBe('logs.example');
});

describe('a connection that can not be trusted is refused, the data is kept and one diagnostic names the cause', () => {
  const UNTRUSTED = "the server's certificate comes from a CA that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)";

  test('an unknown CA', async () => {
    const other = await createCertificateAuthority();
    onTestFinished(() => other.dispose());
    const receiver = await receiverOf({ tls: await other.server() });
    expect(await refusedSend(receiver.port)).toEqual(prevented(receiver.port, UNTRUSTED));
    expect(receiver.stats().requests).toBe(0);
  });

  test('a certificate of a test CA where only the CAs that Node trusts are allowed', async () => {
    const receiver = await receiverOf({ tls: await ca.server() });
    expect(await refusedSend(receiver.port, { tls: {} })).toEqual(prevented(receiver.port, UNTRUSTED));
  });

  test.each([
    ['expired', 'expiredServer', "the server's certificate has expired (CERT_HAS_EXPIRED)"],
    ['not yet valid', 'futureServer', "the server's certificate is not yet valid (CERT_NOT_YET_VALID)"],
    [
      'self-signed',
      'selfSignedServer',
      "the server's certificate is self-signed and not among the trusted CAs (DEPTH_ZERO_SELF_SIGNED_CERT)",
    ],
    [
      'for another host',
      'wrongHostServer',
      "the server's certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)",
    ],
  ] as const)('a certificate that is %s', async (_what, make, cause) => {
    const receiver = await receiverOf({ tls: await ca[make]() });
    expect(await refusedSend(receiver.port)).toEqual(prevented(receiver.port, cause));
    expect(receiver.stats().requests).toBe(0);
  });

  test('NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    });
    const receiver = await receiverOf({ tls: await ca.expiredServer() });
    expect(await refusedSend(receiver.port)).toEqual(
      prevented(receiver.port, "the server's certificate has expired (CERT_HAS_EXPIRED)"),
    );
  });

  test('a peer that speaks plaintext HTTP', async () => {
    const receiver = await receiverOf({});
    expect(await refusedSend(receiver.port)).toEqual(
      prevented(receiver.port, 'the peer does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)'),
    );
    expect(receiver.stats().requests).toBe(0);
  });

  test('a peer that speaks plain text', async () => {
    const peer = await startTextPeer();
    onTestFinished(() => peer.close());
    expect(await refusedSend(peer.port)).toEqual(
      prevented(peer.port, 'the peer does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)'),
    );
  });

  test('a peer that speaks TLS 1.1 at most', async () => {
    const { cert, key } = await ca.server();
    const peer = await startTlsPeer({
      cert,
      key,
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    onTestFinished(() => peer.close());
    expect(await refusedSend(peer.port)).toEqual(
      prevented(
        peer.port,
        'the peer speaks no version of TLS that is allowed here (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)',
      ),
    );
  });

  test('a peer that speaks TLS 1.2 at most where 1.3 is the floor', async () => {
    const { cert, key } = await ca.server();
    const peer = await startRawHttpPeer((socket) => void socket.write(RAW_OK), { cert, key, maxVersion: 'TLSv1.2' });
    onTestFinished(() => peer.close());
    expect(await refusedSend(peer.port, { tls: { ca: ca.cert, minVersion: 'TLSv1.3' } })).toEqual(
      prevented(
        peer.port,
        'the peer speaks no version of TLS that is allowed here (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)',
      ),
    );
    const sender = exporter(peer.port);
    expect(await sender.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  });

  test('a peer that speaks HTTP/2 alone', async () => {
    const { cert, key } = await ca.server();
    const peer = await startTlsPeer({ cert, key, ALPNProtocols: ['h2'] });
    onTestFinished(() => peer.close());
    expect(await refusedSend(peer.port)).toEqual(
      prevented(peer.port, 'the peer does not speak HTTP/1.1 (ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)'),
    );
  });

  test('a peer that takes the connection and never answers the handshake', async () => {
    const peer = await startSilentPeer();
    onTestFinished(() => peer.close());
    expect(await refusedSend(peer.port, { timeoutMillis: 1000 })).toEqual(
      prevented(peer.port, 'the peer did not finish the TLS handshake in time (ERR_LOGFERRY_TLS_TIMEOUT)'),
    );
  });
});

describe('mutual TLS', () => {
  test('a client certificate that the server trusts is accepted', async () => {
    const receiver = await receiverOf({ tls: await ca.server(), clientCa: ca.cert });
    const { certFile, keyFile } = await ca.client();
    const sender = exporter(receiver.port, { tls: { caFile: ca.certFile, certFile, keyFile } });
    expect(await sender.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  });

  test('without a client certificate', async () => {
    const receiver = await receiverOf({ tls: await ca.server(), clientCa: ca.cert });
    expect(await refusedSend(receiver.port)).toEqual(
      prevented(
        receiver.port,
        'the server demands a client certificate and none is configured (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)',
      ),
    );
  });

  test('without a client certificate under TLS 1.2', async () => {
    const { cert, key } = await ca.server();
    const tls = { cert, key, ca: ca.cert, requestCert: true, maxVersion: 'TLSv1.2' } as const;
    const peer = await startRawHttpPeer((socket) => void socket.write(RAW_OK), tls);
    onTestFinished(() => peer.close());
    expect(await refusedSend(peer.port)).toEqual(
      prevented(
        peer.port,
        'the peer found no common version, cipher or client certificate (ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE)',
      ),
    );
  });

  test('with a client certificate of another CA', async () => {
    const other = await createCertificateAuthority();
    onTestFinished(() => other.dispose());
    const receiver = await receiverOf({ tls: await ca.server(), clientCa: ca.cert });
    const { cert, key } = await other.client();
    expect(await refusedSend(receiver.port, { tls: { ca: ca.cert, cert, key } })).toEqual(
      prevented(
        receiver.port,
        'the server closed the connection right after the TLS handshake: it may have refused the client certificate',
      ),
    );
  });

  test('certificates that change on disk are used for the next connection', async () => {
    const receiver = await receiverOf({ tls: await ca.server(), clientCa: ca.cert });
    const other = await createCertificateAuthority();
    onTestFinished(() => other.dispose());
    const wrong = await other.client();
    const right = await ca.client();
    const tls = { ca: ca.cert, certFile: wrong.certFile, keyFile: wrong.keyFile };
    const sender = exporter(receiver.port, { tls, retry: { initialBackoffMillis: 300, multiplier: 1 } });
    const sent = sender.send(logBatch(['a']), AbortSignal.timeout(10_000));
    await expect.poll(() => sender.stats().retries, { interval: 5, timeout: 5000 }).toBeGreaterThan(0);
    copyFileSync(right.certFile, wrong.certFile);
    copyFileSync(right.keyFile, wrong.keyFile);
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
  });

  test('a server that is cut off in the middle of an answer has not refused the client certificate', async () => {
    const { cert, key } = await ca.server();
    const peer = await startRawHttpPeer((socket) => socket.end('HTTP/1.1 200 OK\r\n'), { cert, key });
    onTestFinished(() => peer.close());
    const client = await ca.client();
    const { outcome } = await refusedSend(peer.port, { tls: { ca: ca.cert, cert: client.cert, key: client.key } });
    expect(outcome).toMatchObject({ reason: 'CONNECTION_LOST: other side closed' });
  });
});
