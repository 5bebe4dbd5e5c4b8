// SPDX-License-Identifier: Apache-2.0

/** What line formats other than OTLP are made of: memory that batches are written into, and JSON written as bytes. */
export { type ArenaMemory, ArenaPool, ByteArena } from './byte-arena.ts';
export { cutPosition } from './cut-text.ts';
export { hasUnsafeAscii } from './json-escape.ts';
export { JsonFragment, writeFragment } from './json-fragment.ts';
export { writeDouble, writeInteger, writeNineDigits } from './json-number.ts';
export { reserve } from './json-room.ts';
export { encodedLengthBound, escapedText, MAX_BYTES_PER_UNIT, writeText } from './json-text.ts';
export { settledResources } from './settled-resources.ts';
