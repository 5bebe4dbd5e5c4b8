// SPDX-License-Identifier: Apache-2.0
import type { OtlpGrpcLogRecordExporterOptions } from '@logferry/exporter-otlp-grpc';
import {
  captureDiagnostics,
  type CertificateAuthority,
  createCertificateAuthority,
  type FaultyPeer,
  type OtlpReceiver,
  type OtlpReceiverOptions,
  startOtlpReceiver,
  startSilentPeer,
  startTcpProxy,
  startTextPeer,
  startTlsPeer,
} from '@logferry-test/support';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { allDelivered, openPipeline } from './pipeline.ts';

let ca: CertificateAuthority;
let otherCa: CertificateAuthority;

beforeAll(async () => {
  ca = await createCertificateAuthority();
  otherCa = await createCertificateAuthority();
});

afterAll(() => {
  ca.dispose();
  otherCa.dispose();
});

interface Untrusted {
  readonly name: string;
  /** What stands where the receiver should. */
  readonly peer: () => Promise<{ readonly port: number; close(): Promise<void> }>;
  readonly cause: string;
  readonly exporter?: () => Promise<OtlpGrpcLogRecordExporterOptions>;
  /** The receiver that stands there afterwards. Default: one with a good certificate. */
  readonly good?: OtlpReceiverOptions;
}

async function receiver(options: OtlpReceiverOptions): Promise<OtlpReceiver> {
  return await startOtlpReceiver({ tls: await ca.server(), ...options });
}

async function tlsPeer(options: object): Promise<FaultyPeer> {
  const { cert, key } = await ca.server();
  return await startTlsPeer({ cert, key, ...options });
}

/**
 * Attempts fail, nothing is lost, one diagnostic names the cause; when the peer is replaced by a good one, everything
 * arrives there, once.
 */
async function isKeptUntilTrusted({ peer, cause, exporter, good }: Untrusted): Promise<void> {
  const diagnostics = captureDiagnostics();
  onTestFinished(() => diagnostics.stop());
  const bad = await peer();
  onTestFinished(() => bad.close());
  const proxy = await startTcpProxy(bad.port);
  onTestFinished(() => proxy.close());
  const pipeline = openPipeline({
    endpoint: `https://localhost:${proxy.port}`,
    tls: { ca: ca.cert },
    ...(await exporter?.()),
  });
  pipeline.emit(30);
  const flushed = pipeline.processor.forceFlush();
  await expect
    .poll(() => pipeline.exporter.stats().retries, { interval: 5, timeout: 10_000 })
    .toBeGreaterThanOrEqual(5);
  expect(pipeline.account([])).toEqual({ ...allDelivered(30), delivered: 0, queued: 30, arrived: 0 });
  expect(diagnostics.messages).toEqual([
    `warn: @logferry/exporter-otlp-grpc: a request to localhost:${proxy.port} failed and is tried again: UNAVAILABLE: ${cause}`,
  ]);
  if ('requests' in bad) expect(bad.requests).toEqual([]);

  const trusted = await receiver(good ?? {});
  onTestFinished(() => trusted.close());
  proxy.setTarget(trusted.port);
  await flushed;
  expect(pipeline.account(trusted.requests.map(({ bytes }) => bytes))).toEqual(allDelivered(30));
}

const untrusted: readonly Untrusted[] = [
  {
    name: 'an expired certificate',
    peer: async () => await receiver({ tls: await ca.expiredServer() }),
    cause: "the server's certificate has expired (CERT_HAS_EXPIRED)",
  },
  {
    name: 'a certificate that is not yet valid',
    peer: async () => await receiver({ tls: await ca.futureServer() }),
    cause: "the server's certificate is not yet valid (CERT_NOT_YET_VALID)",
  },
  {
    name: 'a self-signed certificate',
    peer: async () => await receiver({ tls: await ca.selfSignedServer() }),
    cause: "the server's certificate is self-signed and not among the trusted CAs (DEPTH_ZERO_SELF_SIGNED_CERT)",
  },
  {
    name: 'a certificate for another host',
    peer: async () => await receiver({ tls: await ca.wrongHostServer() }),
    cause: "the server's certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)",
  },
  {
    name: 'a certificate of an unknown CA',
    peer: async () => await receiver({ tls: await otherCa.server() }),
    cause: "the server's certificate comes from a CA that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
  },
  {
    name: 'TLS 1.1 at most',
    peer: () => tlsPeer({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    cause: 'the peer speaks no version of TLS that is allowed here (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)',
  },
  {
    name: 'an ALPN protocol that is not HTTP/2',
    peer: () => tlsPeer({ ALPNProtocols: ['http/1.1'] }),
    cause: 'the peer does not speak HTTP/2 (ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)',
  },
  {
    name: 'a receiver that speaks plaintext',
    peer: () => startOtlpReceiver(),
    cause: 'the peer does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)',
  },
  {
    name: 'a peer that speaks neither TLS nor HTTP/2',
    peer: () => startTextPeer(),
    cause: 'the peer does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)',
  },
  {
    name: 'a handshake that nobody answers',
    peer: () => startSilentPeer(),
    cause: 'the peer did not finish the TLS handshake in time (ERR_LOGFERRY_TLS_TIMEOUT)',
    exporter: async () => ({ timeoutMillis: 600 }),
  },
];

describeFault('TLS can not be trusted or not be spoken', () => {
  test.each(untrusted)('$name: the records are kept, and arrive when it is mended', isKeptUntilTrusted);
});

const refused: readonly Untrusted[] = [
  {
    name: 'without a client certificate',
    peer: () => receiver({ clientCa: ca.cert }),
    cause: 'the server demands a client certificate and none is configured (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)',
  },
  {
    name: 'with a client certificate of the wrong CA',
    peer: () => receiver({ clientCa: otherCa.cert }),
    cause: 'the server closed the connection right after the TLS handshake: it may have refused the client certificate',
    exporter: async () => {
      const { certFile, keyFile } = await ca.client();
      return { tls: { caFile: ca.certFile, certFile, keyFile } };
    },
  },
];

describeFault('mutual TLS is refused', () => {
  test.each(refused)('$name: the records are kept, and arrive when it is mended', isKeptUntilTrusted);

  test('with the right client certificate they arrive', async () => {
    const trusted = await receiver({ clientCa: ca.cert });
    onTestFinished(() => trusted.close());
    const { cert, key } = await ca.client();
    const pipeline = openPipeline({ endpoint: trusted.endpoint, tls: { ca: ca.cert, cert, key } });
    pipeline.emit(30);
    await pipeline.processor.forceFlush();
    expect(pipeline.account(trusted.requests.map(({ bytes }) => bytes))).toEqual(allDelivered(30));
  });
});
