// SPDX-License-Identifier: Apache-2.0
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
