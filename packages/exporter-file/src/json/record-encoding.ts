// SPDX-License-Identifier: Apache-2.0
import { type BatchEncoder, type BatchParts, type EncodedBatch, integerOption, invalidOption } from '@logferry/core';
import { OtlpJsonEncoder, type OtlpJsonEncoderOptions, restoreJsonLinesBatch } from '@logferry/otlp-encoding';
import type { ArenaMemory } from '@logferry/otlp-encoding/json-writing';

import type { RecordFormat } from '../record-scan.ts';
import { FlatJsonWriter } from './flat-json-writer.ts';
import { FormattedLines, type LogFormatter } from './formatted-lines.ts';
import { type JsonFormatOptions, resolveJsonFormat } from './json-options.ts';
import { LineEncoder } from './line-encoder.ts';
import { isRecordLines, RecordLinesBatch } from './record-lines-batch.ts';

/** What is written for each record. */
export type LogFileFormat = 'otlp-json' | 'json' | LogFormatter;

/** The options that say how records are written. */
export interface FormatOptions {
  readonly format?: LogFileFormat | undefined;
  readonly json?: JsonFormatOptions | undefined;
  readonly maxLineBytes?: number | undefined;
  readonly maxRecordsPerLine?: number | undefined;
  readonly maxRecordBytes?: number | undefined;
}

/** How records are written, resolved. */
export interface RecordEncoding {
  createEncoder(memory: ArenaMemory): BatchEncoder;
  /** How a reader of the file finds them again. */
  readonly recordFormat: RecordFormat;
}

const DEFAULT_MAX_RECORD_BYTES = 1_000_000;
const LEAST_MAX_RECORD_BYTES = 16 * 1024;

/** @throws LogferryError `INVALID_OPTION` */
export function resolveFormat(options: FormatOptions): RecordEncoding {
  const { format = 'otlp-json', json } = options;
  if (format !== 'json' && json !== undefined) throw invalidOption('json', json, "undefined unless format is 'json'");
  if (format === 'otlp-json') return otlpJson(options);
  for (const name of ['maxLineBytes', 'maxRecordsPerLine'] as const) {
    if (options[name] !== undefined) {
      throw invalidOption(name, options[name], "undefined unless format is 'otlp-json': each line holds one record");
    }
  }
  const maxRecordBytes = integerOption('maxRecordBytes', options.maxRecordBytes, DEFAULT_MAX_RECORD_BYTES, {
    min: LEAST_MAX_RECORD_BYTES,
    max: DEFAULT_MAX_RECORD_BYTES,
  });
  if (typeof format === 'function') {
    const createEncoder = (memory: ArenaMemory): BatchEncoder =>
      new LineEncoder(() => new FormattedLines(format, maxRecordBytes), memory);
    return { createEncoder, recordFormat: { kind: 'lines' } };
  }
  if (format !== 'json') throw invalidOption('format', format, "'otlp-json', 'json' or a function");
  const resolved = resolveJsonFormat(json);
  const unitsPerMilli = { iso: undefined, 'epoch-millis': 1, 'epoch-nanos': 1e6 }[resolved.timestamps];
  return {
    createEncoder: (memory) => new LineEncoder(() => new FlatJsonWriter(resolved, maxRecordBytes), memory),
    recordFormat: { kind: 'json', timeField: resolved.names.time, unitsPerMilli },
  };
}

/** A batch again, from its parts, whichever format it has. */
export function restoreBatch(parts: BatchParts): EncodedBatch {
  const { bytes, lines } = parts;
  if (!isRecordLines(lines)) return restoreJsonLinesBatch(parts);
  return new RecordLinesBatch(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), lines);
}

function otlpJson({ maxLineBytes, maxRecordsPerLine, maxRecordBytes }: FormatOptions): RecordEncoding {
  const encoding: OtlpJsonEncoderOptions = {
    ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
    ...(maxRecordsPerLine === undefined ? {} : { maxRecordsPerLine }),
    ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
  };
  // It knows the bounds of its options, and checks them now and not at the first record.
  void new OtlpJsonEncoder(encoding);
  return {
    createEncoder: (memory) => new OtlpJsonEncoder({ ...encoding, memory }),
    recordFormat: { kind: 'otlp-json' },
  };
}
