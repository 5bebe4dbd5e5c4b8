// SPDX-License-Identifier: Apache-2.0
import { type CertificateAuthority, type CertificatePair, createCertificateAuthority } from '@logferry-test/support';
import type { OtlpGrpcLogRecordExporterOptions } from '@logferry/exporter-otlp-grpc';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OtlpGrpcReceiverOptions, ReceiverTls } from './collector-config.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { describeCollector } from './describe-collector.ts';
import { ourGrpcProcessor } from './our-grpc-processor.ts';
import { sdkLines } from './sdk-line.ts';

type TlsOptions = NonNullable<OtlpGrpcLogRecordExporterOptions['tls']>;

describeCollector('OTLP/gRPC to the Collector', (binary) => {
  let serverAuthority: CertificateAuthority;
  let clientAuthority: CertificateAuthority;
  let client: CertificatePair;
  let serverTls: ReceiverTls;
  let mutualTls: ReceiverTls;
  let collector: RunningCollector<'otlp'> | undefined;

  beforeAll(async () => {
    serverAuthority = await createCertificateAuthority('server CA');
    clientAuthority = await createCertificateAuthority('client CA');
    client = await clientAuthority.client();
    const server = await serverAuthority.server();
    serverTls = { certificateFile: server.certFile, keyFile: server.keyFile };
    mutualTls = { ...serverTls, clientCaFile: clientAuthority.certFile };
  });

  afterAll(() => {
    serverAuthority.dispose();
    clientAuthority.dispose();
  });

  afterEach(async () => {
    await collector?.dispose();
    collector = undefined;
  });

  async function start(options: Omit<OtlpGrpcReceiverOptions, 'kind'>): Promise<RunningCollector<'otlp'>> {
    collector = await startCollector(binary, { otlp: { kind: 'otlp-grpc', ...options } });
    return collector;
  }

  describe.each(sdkLines)('from the $name line of the SDK', (line) => {
    async function deliver(
      running: RunningCollector<'otlp'>,
      options: OtlpGrpcLogRecordExporterOptions,
    ): Promise<unknown[]> {
      const processor = ourGrpcProcessor(options);
      const pipeline = line.openPipeline({ resource: { attributes: {} }, processors: [processor] });
      for (const body of ['one', 'two', 'three']) pipeline.emit({ name: 'delivery' }, { body });
      await pipeline.shutdown();
      expect(processor.stats()).toMatchObject({ emitted: 3, accepted: 3, delivered: 3, queued: 0 });
      await running.stop();
      return (await running.records('otlp')).map(({ record }) => record.body);
    }

    const all = [{ stringValue: 'one' }, { stringValue: 'two' }, { stringValue: 'three' }];

    test.each(['none', 'gzip'] as const)('records arrive in plaintext, compression %s', async (compression) => {
      const running = await start({});
      const endpoint = `http://${running.endpoint('otlp')}`;
      expect(await deliver(running, { endpoint, compression })).toEqual(all);
    });

    test.each(['none', 'gzip'] as const)('records arrive over TLS, compression %s', async (compression) => {
      const running = await start({ tls: serverTls });
      const endpoint = `https://${running.endpoint('otlp')}`;
      const tls = { caFile: serverAuthority.certFile };
      expect(await deliver(running, { endpoint, tls, compression })).toEqual(all);
    });

    test('records arrive over mutual TLS', async () => {
      const running = await start({ tls: mutualTls });
      const endpoint = `https://${running.endpoint('otlp')}`;
      const tls = { caFile: serverAuthority.certFile, certFile: client.certFile, keyFile: client.keyFile };
      expect(await deliver(running, { endpoint, tls })).toEqual(all);
    });
  });

  /** Sends one record that must not arrive, and then one by the right way, to the same Collector. */
  async function expectRefused(receiver: ReceiverTls, wrong: TlsOptions, right: TlsOptions): Promise<void> {
    const running = await start({ tls: receiver });
    const endpoint = `https://${running.endpoint('otlp')}`;
    const [line] = sdkLines;
    const send = (tls: TlsOptions, body: string): ReturnType<typeof ourGrpcProcessor> => {
      const processor = ourGrpcProcessor({ endpoint, tls });
      const pipeline = line.openPipeline({ resource: { attributes: {} }, processors: [processor] });
      pipeline.emit({ name: 'delivery' }, { body });
      return processor;
    };

    const refused = send(wrong, 'refused');
    await expect(refused.forceFlush({ timeoutMillis: 2000 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    // Nothing is lost while the time to retry lasts, and nothing is sent another way.
    expect(refused.stats()).toMatchObject({ emitted: 1, accepted: 1, delivered: 0, queued: 1 });
    const accepted = send(right, 'accepted');
    await accepted.shutdown();
    await running.stop();
    const records = await running.records('otlp');
    expect(records.map(({ record }) => record.body?.stringValue)).toEqual(['accepted']);
  }

  test('a client without a certificate is refused by mutual TLS', async () => {
    const ca = { caFile: serverAuthority.certFile };
    await expectRefused(mutualTls, ca, { ...ca, certFile: client.certFile, keyFile: client.keyFile });
  });

  test('a client certificate of another authority is refused by mutual TLS', async () => {
    const ca = { caFile: serverAuthority.certFile };
    const stranger = await serverAuthority.client();
    await expectRefused(
      mutualTls,
      { ...ca, certFile: stranger.certFile, keyFile: stranger.keyFile },
      { ...ca, certFile: client.certFile, keyFile: client.keyFile },
    );
  });

  test('a Collector whose certificate another authority signed gets nothing', async () => {
    await expectRefused(serverTls, { caFile: clientAuthority.certFile }, { caFile: serverAuthority.certFile });
  });
});
