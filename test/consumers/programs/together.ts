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
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
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
