// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { createGunzip } from 'node:zlib';

import { OtlpHttpLogRecordExporter } from '@logferry/exporter-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

import { SeverityNumber } from './line.ts';

interface Request {
  readonly resourceLogs: {
    readonly scopeLogs: { readonly logRecords: { readonly body: { readonly stringValue: string } }[] }[];
  }[];
}

void test('records of the official batch processor arrive over TLS, complete and in order', async () => {
  const tls = join(process.cwd(), 'tls');
  const bodies: string[] = [];
  const options = { cert: readFileSync(join(tls, 'server.crt')), key: readFileSync(join(tls, 'server.key')) };
  const server = createServer(options, (request, response) => {
    void json(request.pipe(createGunzip())).then((body) => {
      for (const { scopeLogs } of (body as Request).resourceLogs) {
        for (const { logRecords } of scopeLogs) {
          bodies.push(...logRecords.map((record) => record.body.stringValue));
        }
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const exporter = new OtlpHttpLogRecordExporter({
    endpoint: `https://localhost:${(server.address() as AddressInfo).port}/v1/logs`,
    protocol: 'http/json',
    tls: { caFile: join(tls, 'ca.crt') },
    compression: 'gzip',
  });
  const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('shop');
  for (let order = 0; order < 1000; order += 1) {
    logger.emit({ severityNumber: SeverityNumber.INFO, body: `order ${order}` });
  }
  await provider.shutdown();
  server.close();
  server.closeAllConnections();
  assert.deepEqual(
    bodies,
    Array.from({ length: 1000 }, (_, order) => `order ${order}`),
  );
});

void test('a proxy that is no URL is an error at construction', () => {
  assert.throws(() => new OtlpHttpLogRecordExporter({ proxy: 'ftp://proxy' }), { code: 'INVALID_OPTION' });
});
