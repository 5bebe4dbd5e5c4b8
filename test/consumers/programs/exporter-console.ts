// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';

import { ConsoleLogRecordExporter, type ConsoleLogRecordExporterOptions } from '@logferry/exporter-console';
import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';

import { SeverityNumber } from './line.ts';

for (const Processor of [SimpleLogRecordProcessor, BatchLogRecordProcessor]) {
  void test(`records of the official ${Processor.name} become lines`, async () => {
    let text = '';
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, callback) {
        text += chunk.toString();
        callback();
      },
    });
    const options: ConsoleLogRecordExporterOptions = { format: 'pretty', colour: false, stdout };
    const provider = new LoggerProvider({
      processors: [new Processor({ exporter: new ConsoleLogRecordExporter(options) })],
    });
    provider.getLogger('shop').emit({
      severityNumber: SeverityNumber.ERROR,
      timestamp: new Date('2026-01-02T03:04:05.006Z'),
      body: 'payment failed\n',
      attributes: { order: 7 },
      exception: Object.assign(new TypeError('declined'), { stack: 'TypeError: declined\n    at pay.js:1:1' }),
    });
    await provider.shutdown();
    assert.equal(
      text,
      '03:04:05.006Z ERROR shop payment failed\\n order=7\n    TypeError: declined\n        at pay.js:1:1\n',
    );
  });
}
