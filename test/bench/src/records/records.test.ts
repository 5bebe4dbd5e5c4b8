// SPDX-License-Identifier: Apache-2.0
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { describe, expect, test } from 'vitest';

import { ATTRIBUTE_COUNT, BODY_CHARACTERS, makeRecord, PROTOBUF_BYTES } from './records.ts';

async function emitted(from: number, count: number): Promise<InMemoryLogRecordExporter> {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('bench');
  for (let sequence = from; sequence < from + count; sequence += 1) logger.emit(makeRecord(sequence));
  await provider.forceFlush();
  return exporter;
}

async function serializedBytes(from: number, count: number): Promise<number> {
  const exporter = await emitted(from, count);
  return ProtobufLogsSerializer.serializeRequest(exporter.getFinishedLogRecords())!.byteLength;
}

describe('the records that are measured', () => {
  test('have a 60-character body and 8 attributes', () => {
    for (let sequence = 0; sequence < 5000; sequence += 1) {
      const record = makeRecord(sequence);
      expect(record.body).toHaveLength(BODY_CHARACTERS);
      expect(Object.keys(record.attributes)).toHaveLength(ATTRIBUTE_COUNT);
    }
  });

  test('take 265 bytes of protobuf each on average, as the official serializer writes them', async () => {
    const from = 200_000;
    const perRecord = ((await serializedBytes(from, 20_001)) - (await serializedBytes(from, 1))) / 20_000;
    expect(Math.round(perRecord)).toBe(PROTOBUF_BYTES);
  });

  test('share no attribute object and differ from one to the next', () => {
    expect(makeRecord(1).attributes).not.toBe(makeRecord(1).attributes);
    expect(makeRecord(1)).toEqual(makeRecord(1));
    expect(makeRecord(1)).not.toEqual(makeRecord(2));
  });
});
