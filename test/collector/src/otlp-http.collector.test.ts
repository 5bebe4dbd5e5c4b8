// SPDX-License-Identifier: Apache-2.0
import type { OtlpHttpLogRecordExporterOptions, OtlpHttpProtocol } from '@logferry/exporter-otlp-http';
import { type CertificateAuthority, createCertificateAuthority } from '@logferry-test/support';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CollectedRecord } from './collected-records.ts';
import type { ReceiverTls } from './collector-config.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { nanosOf } from './corpus/corpus.ts';
import { corpusEntries, emitCorpus } from './corpus/emit-corpus.ts';
import { describeCollector } from './describe-collector.ts';
import { emitNumbered, numbersOf, numbersUpTo } from './numbered-records.ts';
import { ourGrpcProcessor } from './our-grpc-processor.ts';
import { ourHttpProcessor } from './our-http-processor.ts';
import { sdkLines } from './sdk-line.ts';

const PROTOCOLS: readonly OtlpHttpProtocol[] = ['http/protobuf', 'http/json'];

describeCollector('OTLP/HTTP to the Collector', (binary) => {
  let authority: CertificateAuthority;
  let collector: RunningCollector<'otlp'> | undefined;

  beforeAll(async () => {
    authority = await createCertificateAuthority();
  });

  afterAll(() => authority.dispose());

  afterEach(async () => {
    await collector?.dispose();
    collector = undefined;
  });

  async function start(tls?: ReceiverTls): Promise<RunningCollector<'otlp'>> {
    collector = await startCollector(binary, { otlp: { kind: 'otlp-http', ...(tls === undefined ? {} : { tls }) } });
    return collector;
  }

  describe.each(sdkLines)('from the $name line of the SDK', (line) => {
    async function deliver(
      running: RunningCollector<'otlp'>,
      options: OtlpHttpLogRecordExporterOptions,
    ): Promise<unknown[]> {
      const processor = ourHttpProcessor(options);
      const pipeline = line.openPipeline({ resource: { attributes: {} }, processors: [processor] });
      for (const body of ['one', 'two', 'three']) pipeline.emit({ name: 'delivery' }, { body });
      await pipeline.shutdown();
      expect(processor.stats()).toMatchObject({ emitted: 3, accepted: 3, delivered: 3, queued: 0 });
      await running.stop();
      return (await running.records('otlp')).map(({ record }) => record.body);
    }

    const all = [{ stringValue: 'one' }, { stringValue: 'two' }, { stringValue: 'three' }];

    describe.each(PROTOCOLS)('%s', (protocol) => {
      test.each(['none', 'gzip'] as const)('records arrive in plaintext, compression %s', async (compression) => {
        const running = await start();
        const endpoint = `http://${running.endpoint('otlp')}/v1/logs`;
        expect(await deliver(running, { endpoint, protocol, compression })).toEqual(all);
      });

      test('records arrive over mutual TLS with gzip', async () => {
        const server = await authority.server();
        const client = await authority.client();
        const running = await start({
          certificateFile: server.certFile,
          keyFile: server.keyFile,
          clientCaFile: authority.certFile,
        });
        const endpoint = `https://${running.endpoint('otlp')}/v1/logs`;
        const tls = { caFile: authority.certFile, certFile: client.certFile, keyFile: client.keyFile };
        expect(await deliver(running, { endpoint, protocol, tls, compression: 'gzip' })).toEqual(all);
      });
    });
  });

  test.each(PROTOCOLS)('20,000 records arrive complete, in order and once by %s', async (protocol) => {
    const running = await start();
    const processor = ourHttpProcessor({ endpoint: `http://${running.endpoint('otlp')}/v1/logs`, protocol });
    await emitNumbered(sdkLines[0], processor, 20_000);
    await running.stop();
    expect(numbersOf(await running.records('otlp'))).toEqual(numbersUpTo(20_000));
  });

  test('records for a path that the Collector does not serve are given up and not kept', async () => {
    const running = await start();
    const exporter = ourHttpProcessor({ endpoint: `http://${running.endpoint('otlp')}/v1/nothing` });
    const pipeline = sdkLines[0].openPipeline({ resource: { attributes: {} }, processors: [exporter] });
    pipeline.emit({ name: 'delivery' }, { body: 'lost' });
    await pipeline.shutdown();
    expect(exporter.stats()).toMatchObject({ emitted: 1, delivered: 0, queued: 0 });
  });
});

// One record goes to all exporters, so that nothing but their encoding can differ.
describeCollector('what the Collector wrote for OTLP/HTTP and for OTLP/gRPC', (binary) => {
  describe.each(sdkLines)('on the $name line of the SDK', (line) => {
    let collector: RunningCollector<'grpc' | 'protobuf' | 'json'>;

    beforeAll(async () => {
      collector = await startCollector(binary, {
        grpc: { kind: 'otlp-grpc' },
        protobuf: { kind: 'otlp-http' },
        json: { kind: 'otlp-http' },
      });
      await emitCorpus(line, () => [
        ourGrpcProcessor({ endpoint: `http://${collector.endpoint('grpc')}` }),
        ourHttpProcessor({ endpoint: `http://${collector.endpoint('protobuf')}/v1/logs` }),
        ourHttpProcessor({ endpoint: `http://${collector.endpoint('json')}/v1/logs`, protocol: 'http/json' }),
      ]);
      await collector.stop();
    });

    afterAll(() => collector.dispose());

    /** JSON keeps the order of records, where protobuf puts those of a scope together. */
    async function inOrderOfTime(name: Parameters<typeof collector.records>[0]): Promise<readonly CollectedRecord[]> {
      const records = await collector.records(name);
      const times = new Map(records.map((found) => [found.record.observedTimeUnixNano, found]));
      expect(records).toHaveLength(corpusEntries.length);
      return corpusEntries.map(({ record }) => times.get(nanosOf(record.observedTimestamp)) as CollectedRecord);
    }

    test('the records of protobuf are the same', async () => {
      expect(await inOrderOfTime('protobuf')).toEqual(await inOrderOfTime('grpc'));
    });

    test('the records of JSON are the same', async () => {
      expect(await inOrderOfTime('json')).toEqual(await inOrderOfTime('grpc'));
    });
  });
});
