// SPDX-License-Identifier: Apache-2.0
import {
  captureDiagnostics,
  type CertificateAuthority,
  correctReply,
  createCertificateAuthority,
  logBatch,
  startHttp2Peer,
  startOtlpReceiver,
  startSilentPeer,
  startTextPeer,
  startTlsPeer,
} from '@logferry-test/support';
import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import type { SendOutcome } from '@logferry/core';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

let ca: CertificateAuthority;

beforeAll(async () => {
  ca = await createCertificateAuthority();
});
afterAll(() => ca.dispose());

function exporter(port: number, options: OtlpGrpcLogRecordExporterOptions = {}): OtlpGrpcLogRecordExporter {
  const made = new OtlpGrpcLogRecordExporter({
    endpoint: `https://localhost:${port}`,
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
  options: OtlpGrpcLogRecordExporterOptions = {},
): Promise<{ outcome: SendOutcome; messages: readonly string[] }> {
  const diagnostics = captureDiagnostics();
  onTestFinished(() => diagnostics.stop());
  const sender = exporter(port, {
    retry: { initialBackoffMillis: 50, multiplier: 1 },
    // So that the attempts meet connections of their own.
    channelOptions: { 'grpc.initial_reconnect_backoff_ms': 10, 'grpc.max_reconnect_backoff_ms': 10 },
    ...options,
  });
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
  const reason = `UNAVAILABLE: ${cause}`;
  return {
    outcome: { kind: 'retryable', reason, retryAfterMillis: expect.any(Number) as number },
    messages: [
      `warn: @logferry/exporter-otlp-grpc: a request to localhost:${port} failed and is tried again: ${reason}`,
    ],
  };
}

test('records arrive over TLS at a server whose certificate comes from the given CA', async () => {
  const receiver = await startOtlpReceiver({ tls: await ca.server() });
  onTestFinished(() => receiver.close());
  const outcome = await exporter(receiver.port).send(logBatch(['a', 'b']), AbortSignal.timeout(5000));
  expect(outcome).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(receiver.stats().acceptedRecords).toBe(2);
});

test('a certificate for an IP address is enough to reach that address', async () => {
  const receiver = await startOtlpReceiver({ tls: await ca.server({ hosts: ['127.0.0.1'] }) });
  onTestFinished(() => receiver.close());
  const sender = exporter(receiver.port, { endpoint: `https://127.0.0.1:${receiver.port}` });
  expect(await sender.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
});

test('serverName replaces the host in the check of the certificate and in the authority', async () => {
  const receiver = await startOtlpReceiver({ tls: await ca.server({ hosts: ['logs.example'] }) });
  onTestFinished(() => receiver.close());
  const sender = exporter(receiver.port, { tls: { ca: ca.cert, serverName: 'logs.example' } });
  expect(await sender.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
});

describe('a connection that can not be trusted is refused, the data is kept and one diagnostic names the cause', () => {
  test('an unknown CA', async () => {
    const other = await createCertificateAuthority();
    onTestFinished(() => other.dispose());
    const receiver = await startOtlpReceiver({ tls: await other.server() });
    onTestFinished(() => receiver.close());
    expect(await refusedSend(receiver.port)).toEqual(
      prevented(
        receiver.port,
        "the server's certificate comes from a CA that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
      ),
    );
    expect(receiver.stats().requests).toBe(0);
  });

  test('a certificate of a test CA where only the CAs that Node trusts are allowed', async () => {
    const receiver = await startOtlpReceiver({ tls: await ca.server() });
    onTestFinished(() => receiver.close());
    expect(await refusedSend(receiver.port, { tls: {} })).toEqual(
      prevented(
        receiver.port,
        "the server's certificate comes from a CA that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
      ),
    );
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
    const receiver = await startOtlpReceiver({ tls: await ca[make]() });
    onTestFinished(() => receiver.close());
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
    const receiver = await startOtlpReceiver({ tls: await ca.expiredServer() });
    onTestFinished(() => receiver.close());
    expect(await refusedSend(receiver.port)).toEqual(
      prevented(receiver.port, "the server's certificate has expired (CERT_HAS_EXPIRED)"),
    );
  });

  test('a peer that speaks plaintext HTTP/2', async () => {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
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
    const peer = await startHttp2Peer(() => correctReply(), { cert, key, maxVersion: 'TLSv1.2' });
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

  test('a peer that does not speak HTTP/2', async () => {
    const { cert, key } = await ca.server();
    const peer = await startTlsPeer({ cert, key, ALPNProtocols: ['http/1.1'] });
    onTestFinished(() => peer.close());
    expect(await refusedSend(peer.port)).toEqual(
      prevented(peer.port, 'the peer does not speak HTTP/2 (ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)'),
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
    const receiver = await startOtlpReceiver({ tls: await ca.server(), clientCa: ca.cert });
    onTestFinished(() => receiver.close());
    const { certFile, keyFile } = await ca.client();
    const sender = exporter(receiver.port, { tls: { caFile: ca.certFile, certFile, keyFile } });
    expect(await sender.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  });

  test('without a client certificate the cause is named although grpc-js hides it', async () => {
    const receiver = await startOtlpReceiver({ tls: await ca.server(), clientCa: ca.cert });
    onTestFinished(() => receiver.close());
    expect(await refusedSend(receiver.port)).toEqual(
      prevented(
        receiver.port,
        'the server demands a client certificate and none is configured (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)',
      ),
    );
  });

  test('without a client certificate under TLS 1.2', async () => {
    const { cert, key } = await ca.server();
    const peer = await startHttp2Peer(() => correctReply(), {
      cert,
      key,
      ca: ca.cert,
      requestCert: true,
      maxVersion: 'TLSv1.2',
    });
    onTestFinished(() => peer.close());
    expect(await refusedSend(peer.port)).toEqual(
      prevented(
        peer.port,
        'the peer found no common version, cipher or client certificate (ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE)',
      ),
    );
  });

  test('with a client certificate of another CA the cause is named although grpc-js hides it', async () => {
    const other = await createCertificateAuthority();
    onTestFinished(() => other.dispose());
    const receiver = await startOtlpReceiver({ tls: await ca.server(), clientCa: ca.cert });
    onTestFinished(() => receiver.close());
    const { cert, key } = await other.client();
    expect(await refusedSend(receiver.port, { tls: { ca: ca.cert, cert, key } })).toEqual(
      prevented(
        receiver.port,
        'the server closed the connection right after the TLS handshake: it may have refused the client certificate',
      ),
    );
  });

  test('with a client certificate of another CA under TLS 1.2', async () => {
    const other = await createCertificateAuthority();
    onTestFinished(() => other.dispose());
    const { cert, key } = await ca.server();
    const peer = await startHttp2Peer(() => correctReply(), {
      cert,
      key,
      ca: ca.cert,
      requestCert: true,
      maxVersion: 'TLSv1.2',
    });
    onTestFinished(() => peer.close());
    const client = await other.client();
    expect(await refusedSend(peer.port, { tls: { ca: ca.cert, cert: client.cert, key: client.key } })).toEqual(
      prevented(
        peer.port,
        'the peer closed the connection during the TLS handshake: it may have refused the client certificate, or not speak TLS',
      ),
    );
  });

  test('with a client certificate that has expired the refusal is told, and the reason for it', async () => {
    const receiver = await startOtlpReceiver({ tls: await ca.server(), clientCa: ca.cert });
    onTestFinished(() => receiver.close());
    const { certFile, keyFile } = await ca.client({
      notBefore: new Date(Date.now() - 48 * 3_600_000),
      notAfter: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)),
    });
    const { outcome, messages } = await refusedSend(receiver.port, { tls: { ca: ca.cert, certFile, keyFile } });
    const refused = prevented(
      receiver.port,
      'the server closed the connection right after the TLS handshake: it may have refused the client certificate',
    );
    expect(outcome).toEqual(refused.outcome);
    expect(messages).toEqual([
      `warn: @logferry/exporter-otlp-grpc: the client certificate of tls.certFile (${certFile}) is in use and expired at 2026-01-02T03:04:05.000Z: servers refuse new connections with it`,
      ...refused.messages,
    ]);
  });

  test('an encrypted key is an error at start that does not quote it', async () => {
    const { cert, key } = await ca.client();
    const encrypted = createPrivateKey(key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'secret',
    });
    expect(() => exporter(1, { tls: { ca: ca.cert, cert, key: String(encrypted) } })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: 'tls.key holds no unencrypted PEM private key' }),
    );
  });
});
