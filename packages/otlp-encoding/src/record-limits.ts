// SPDX-License-Identifier: Apache-2.0
import { choiceOption, integerOption } from '@logferry/core';
import type { ArenaMemory } from './byte-arena.ts';

/** Options that both encoders take. */
export interface EncoderOptions {
  /**
   * `shared` puts batches into SharedArrayBuffers, which another thread can read without a copy and which outlive it.
   * Default: `private`.
   */
  readonly memory?: ArenaMemory;
  /**
   * Bytes that one encoded record takes at most. In a larger one the value that does not fit is cut, and the attributes
   * behind it are dropped and counted in `dropped_attributes_count`. From 16 KiB to 64 MiB.
   * Default: 1,000,000, so that also a line of OTLP/JSON stays below the 1 MiB that the Collector reads.
   */
  readonly maxRecordBytes?: number;
}

const DEFAULT_MAX_RECORD_BYTES = 1_000_000;
const LEAST_MAX_RECORD_BYTES = 16 * 1024;
/** The size at which OTLP clients refuse a whole request by default. */
const MOST_MAX_RECORD_BYTES = 64 * 1024 * 1024;

/**
 * @param most the most that the format takes.
 * @throws LogferryError `INVALID_OPTION`
 */
export function resolveMaxRecordBytes(options: EncoderOptions, most: number = MOST_MAX_RECORD_BYTES): number {
  return integerOption('maxRecordBytes', options.maxRecordBytes, DEFAULT_MAX_RECORD_BYTES, {
    min: LEAST_MAX_RECORD_BYTES,
    max: most,
  });
}

/** @throws LogferryError `INVALID_OPTION` */
export function resolveMemory(options: EncoderOptions): ArenaMemory {
  return choiceOption('memory', options.memory, 'private', ['private', 'shared']);
}
