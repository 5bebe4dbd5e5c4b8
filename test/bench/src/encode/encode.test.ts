// SPDX-License-Identifier: Apache-2.0
import { opentelemetry } from '@logferry-test/support';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, test } from 'vitest';
import { BATCH_RECORDS, Batches } from './batches.ts';
import { encodeWithProtobufjs } from './protobufjs-encode.ts';

const { ExportLogsServiceRequest } = opentelemetry.proto.collector.logs.v1;

/** Without what only the official serializer writes: defaults. */
function canonical(bytes: Uint8Array): Buffer {
  return Buffer.from(ExportLogsServiceRequest.encode(ExportLogsServiceRequest.decode(bytes)).finish());
}

describe.each(['uniform', 'mixed'] as const)('the %s records', (kind) => {
  test('are encoded to the same message by every protobuf contestant', () => {
    const records = new Batches(kind).next();
    expect(records).toHaveLength(BATCH_RECORDS);
    const encoder = new OtlpProtobufEncoder();
    for (const record of records) encoder.append(record);
    const ours = Buffer.from(encoder.take()!.bytes);
    expect(canonical(ProtobufLogsSerializer.serializeRequest(records)!).equals(ours)).toBe(true);
    expect(Buffer.from(encodeWithProtobufjs(records)).equals(ours)).toBe(true);
  });
});
