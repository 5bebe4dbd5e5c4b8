// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, ReadableLogRecord } from '@logferry/core';
import { OtlpJsonEncoder, OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { encodeWithProtobufjs } from './protobufjs-encode.ts';

/** Encodes one batch and returns its size in bytes. */
export type EncodeBatch = (records: ReadableLogRecord[]) => number;

export type ContestantName = 'logferry' | 'logferry-json' | 'official' | 'official-json' | 'protobufjs';

/** Each run makes its contestants anew. */
export const CONTESTANTS: Readonly<Record<ContestantName, () => EncodeBatch>> = {
  logferry: () => withEncoder(new OtlpProtobufEncoder()),
  'logferry-json': () => withEncoder(new OtlpJsonEncoder()),
  official: () => (records) => ProtobufLogsSerializer.serializeRequest(records)!.length,
  'official-json': () => (records) => JsonLogsSerializer.serializeRequest(records)!.length,
  protobufjs: () => (records) => encodeWithProtobufjs(records).length,
};

function withEncoder(encoder: BatchEncoder): EncodeBatch {
  return (records) => {
    for (const record of records) encoder.append(record);
    const batch = encoder.take()!;
    const { length } = batch.bytes;
    batch.release();
    return length;
  };
}
