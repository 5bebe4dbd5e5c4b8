// SPDX-License-Identifier: Apache-2.0
export {
  CIRCULAR,
  isInt64Number,
  ItemList,
  Marker,
  MAX_DEPTH,
  NamedValues,
  type NormalValue,
  normalizeValue,
  THROWS,
  TRUNCATED,
} from '@logferry/core';

export { cutPosition } from './cut-text.ts';
export { decodeJsonExportResponse, decodeJsonStatusMessage } from './decode-json-response.ts';
export { decodeExportResponse, decodeRetryInfo, decodeStatusMessage, type ExportResponse } from './decode-response.ts';
export type { ArenaMemory } from './byte-arena.ts';
export type { EncoderStats } from './encoder-stats.ts';
export { NestingGuard } from './nesting-guard.ts';
export { OtlpJsonEncoder, type OtlpJsonEncoderOptions } from './otlp-json-encoder.ts';
export { OtlpProtobufEncoder } from './otlp-protobuf-encoder.ts';
export type { EncoderOptions } from './record-limits.ts';
export { restoreJsonLinesBatch, restoreProtobufBatch } from './restore-batch.ts';
