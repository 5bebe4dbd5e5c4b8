// SPDX-License-Identifier: Apache-2.0
export { cutPosition } from './cut-text.ts';
export { decodeExportResponse, decodeRetryInfo, type ExportResponse } from './decode-response.ts';
export type { EncoderStats } from './encoder-stats.ts';
export { CIRCULAR, Marker, MAX_DEPTH, THROWS, TRUNCATED } from './markers.ts';
export { NestingGuard } from './nesting-guard.ts';
export { isInt64Number, ItemList, NamedValues, type NormalValue, normalizeValue } from './normalize-value.ts';
export { OtlpJsonEncoder, type OtlpJsonEncoderOptions } from './otlp-json-encoder.ts';
export { OtlpProtobufEncoder } from './otlp-protobuf-encoder.ts';
export type { EncoderOptions } from './record-limits.ts';
