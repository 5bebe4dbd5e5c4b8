// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';

import { ConsoleLogRecordExporter } from '@logferry/exporter-console';
import { RotatingFileLogRecordExporter } from '@logferry/exporter-file';
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { AnonymizingLogRecordProcessor } from '@logferry/processor-anonymize';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { FanOutLogRecordProcessor } from '@logferry/processor-fanout';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import {
  BatchLogRecordProcessor,
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordExporter,
  type LogRecordProcessor,
} from '@opentelemetry/sdk-logs';

import { startGrpcReceiver } from './grpc-receiver.ts';
import { SeverityNumber } from './line.ts';

const RECORDS = 500;
const EXPECTED = Array.from({ length: RECORDS }, (_, order) => `order ${order}`);

/** A destination, what arrived there, and how to clear up. */
interface Destination {
  readonly exporter: LogRecordExporter;
  arrived(): string[];
  close(): void;
}

const processors: Readonly<Record<string, (exporter: LogRecordExporter) => LogRecordProcessor>> = {
  'the official batch processor': (exporter) => new BatchLogRecordProcessor({ exporter }),
  BatchingLogRecordProcessor: (exporter) => new BatchingLogRecordProcessor(exporter, { maxExportBatchSize: 100 }),
};

const destinations: Readonly<Record<string, () => Promise<Destination>>> = {
  async OtlpGrpcLogRecordExporter() {
    const receiver = await startGrpcReceiver('https');
    const exporter = new OtlpGrpcLogRecordExporter({
      endpoint: receiver.endpoint,
      tls: { caFile: receiver.caFile },
      // So that batches arrive in order.
      maxConcurrentSends: 1,
    });
    return { exporter, arrived: () => receiver.bodies, close: () => receiver.close() };
  },
  async RotatingFileLogRecordExporter() {
    const folder = mkdtempSync(join(tmpdir(), 'logferry-consumer-'));
    const path = join(folder, 'shop.jsonl');
    return {
      exporter: new RotatingFileLogRecordExporter({ path }),
      arrived: () =>
        Array.from(readFileSync(path, 'utf8').matchAll(/"stringValue":"(order \d+)"/g), (match) => match[1] ?? ''),
      close: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  async 'OtlpGrpcLogRecordExporter in a worker'() {
    const receiver = await startGrpcReceiver('https');
    const exporter = new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, {
      endpoint: receiver.endpoint,
      tls: { caFile: receiver.caFile },
      compression: 'gzip',
      headers: async () => ({ authorization: 'Bearer token' }),
    });
    return { exporter, arrived: () => receiver.bodies, close: () => receiver.close() };
  },
  async 'RotatingFileLogRecordExporter in a worker'() {
    const folder = mkdtempSync(join(tmpdir(), 'logferry-consumer-'));
    const path = join(folder, 'shop.jsonl');
    return {
      exporter: new WorkerLogRecordExporter(RotatingFileLogRecordExporter, { path }),
      arrived: () =>
        Array.from(readFileSync(path, 'utf8').matchAll(/"stringValue":"(order \d+)"/g), (match) => match[1] ?? ''),
      close: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
  async ConsoleLogRecordExporter() {
    let text = '';
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, callback) {
        text += chunk.toString();
        callback();
      },
    });
    return {
      exporter: new ConsoleLogRecordExporter({ stdout, format: 'json' }),
      arrived: () =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as { body: string }).body),
      close: () => {},
    };
  },
  async 'the official OTLP/gRPC exporter'() {
    const receiver = await startGrpcReceiver('http');
    return {
      exporter: new OTLPLogExporter({ url: receiver.endpoint }),
      arrived: () => receiver.bodies,
      close: () => receiver.close(),
    };
  },
  async 'the official in-memory exporter'() {
    const exporter = new InMemoryLogRecordExporter();
    const bodies: string[] = [];
    const keep: LogRecordExporter = {
      export(records, done) {
        bodies.push(...records.map((record) => String(record.body)));
        exporter.export(records, done);
      },
      forceFlush: async () => {},
      shutdown: () => exporter.shutdown(),
    };
    return { exporter: keep, arrived: () => bodies, close: () => {} };
  },
};

for (const [processorName, makeProcessor] of Object.entries(processors)) {
  for (const [destinationName, makeDestination] of Object.entries(destinations)) {
    void test(`${processorName} delivers everything in order through ${destinationName}`, async () => {
      const destination = await makeDestination();
      try {
        const provider = new LoggerProvider({ processors: [makeProcessor(destination.exporter)] });
        const logger = provider.getLogger('shop');
        for (const body of EXPECTED) logger.emit({ severityNumber: SeverityNumber.INFO, body });
        await provider.shutdown();
        assert.deepEqual(destination.arrived(), EXPECTED);
      } finally {
        destination.close();
      }
    });
  }
}

void test('a fan-out redacts what goes to a server and to one file, and leaves what goes to another as it is', async () => {
  const receiver = await startGrpcReceiver('https');
  const folder = mkdtempSync(join(tmpdir(), 'logferry-consumer-'));
  const file = (name: string): BatchingLogRecordProcessor =>
    new BatchingLogRecordProcessor(new RotatingFileLogRecordExporter({ path: join(folder, name) }));
  try {
    const server = new OtlpGrpcLogRecordExporter({
      endpoint: receiver.endpoint,
      tls: { caFile: receiver.caFile },
      maxConcurrentSends: 1,
    });
    const anonymizers = {
      server: new AnonymizingLogRecordProcessor(new BatchingLogRecordProcessor(server)),
      file: new AnonymizingLogRecordProcessor(file('redacted.jsonl'), { policy: 'gdpr' }),
    };
    const fanOut = new FanOutLogRecordProcessor({
      destinations: {
        server: { processor: anonymizers.server },
        redacted: { processor: anonymizers.file },
        raw: { processor: file('raw.jsonl') },
      },
    });
    const provider = new LoggerProvider({ processors: [fanOut] });
    const logger = provider.getLogger('shop');
    for (let order = 0; order < RECORDS; order += 1) {
      const attributes = { order, user: { email: 'jane@example.com' }, password: 'hunter2' };
      logger.emit({ severityNumber: SeverityNumber.INFO, body: `order ${order} of 203.0.113.77`, attributes });
    }
    await provider.shutdown();
    assert.deepEqual(
      receiver.bodies,
      EXPECTED.map((body) => `${body} of [IP_ADDRESS]`),
    );
    const redacted = readFileSync(join(folder, 'redacted.jsonl'), 'utf8');
    const raw = readFileSync(join(folder, 'raw.jsonl'), 'utf8');
    const count = (text: string, searched: string): number => text.split(searched).length - 1;
    for (const secret of ['jane@example.com', 'hunter2', '203.0.113.77']) {
      assert.deepEqual([secret, count(redacted, secret), count(raw, secret)], [secret, 0, RECORDS]);
    }
    assert.equal(count(redacted, ' of 203.0.113.0'), RECORDS);
    assert.deepEqual(
      Object.values(anonymizers).map((processor) => processor.stats().changedRecords),
      [RECORDS, RECORDS],
    );
  } finally {
    receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
