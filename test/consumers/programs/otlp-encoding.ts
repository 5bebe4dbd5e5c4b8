// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { normalizeValue } from '@logferry/core';
import { decodeExportResponse, OtlpJsonEncoder, OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';

import { SeverityNumber } from './line.ts';

/** Encodes at emit, as a batching processor does. */
function encoding(encoder: Pick<OtlpProtobufEncoder, 'append'>): LogRecordProcessor {
  return {
    onEmit: (record) => encoder.append(record),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

void test('records of the SDK become OTLP JSON and OTLP protobuf', () => {
  const json = new OtlpJsonEncoder();
  const protobuf = new OtlpProtobufEncoder();
  const provider = new LoggerProvider({ processors: [encoding(json), encoding(protobuf)] });
  const body = { order: 42, tags: ['a'] };
  provider.getLogger('orders', '1.0.0').emit({ severityNumber: SeverityNumber.WARN, body, attributes: { a: 'b' } });
  body.tags.push('too late');

  const line = Buffer.from(json.take()?.bytes ?? []).toString();
  const { scopeLogs } = JSON.parse(line).resourceLogs[0];
  assert.deepEqual(scopeLogs[0].scope, { name: 'orders', version: '1.0.0' });
  const [record] = scopeLogs[0].logRecords;
  assert.equal(record.severityNumber, 13);
  assert.deepEqual(record.attributes, [{ key: 'a', value: { stringValue: 'b' } }]);
  assert.deepEqual(record.body.kvlistValue.values[1], {
    key: 'tags',
    value: { arrayValue: { values: [{ stringValue: 'a' }] } },
  });

  const batch = protobuf.take();
  assert.equal(batch?.recordCount, 1);
  const bytes = Buffer.from(batch?.bytes ?? []);
  assert.equal(bytes.includes('orders'), true);
  assert.equal(bytes.includes('too late'), false);
  batch?.release();
});

void test('values are normalised and answers are decoded', () => {
  assert.equal(normalizeValue(new Date(0)), '1970-01-01T00:00:00.000Z');
  // partial_success { rejected_log_records: 3 }
  assert.equal(decodeExportResponse(Uint8Array.of(0x0a, 0x02, 0x08, 0x03))?.rejectedCount, 3);
});
