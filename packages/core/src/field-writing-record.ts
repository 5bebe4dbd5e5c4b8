// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from './record-types.ts';

/** The name of a field that comes again and again: the same object each time. */
export interface FieldName {
  readonly name: string;
  /** What an encoder keeps of the name, for itself alone; others may overwrite it. Undefined at first. */
  encoded: unknown;
}

/** Memory that texts stand in, as UTF-8. */
export interface Utf8Source {
  readonly bytes: Buffer;
  /** Of the same memory, from the same byte on. Behind the end of each text three more bytes can be read. */
  readonly view: DataView;
}

/** Takes the body and the attributes of one record. What is given is read, or copied, within the call. */
export interface FieldSink {
  /** At most once, and before the attributes. */
  body(value: unknown): void;
  /** As `body`, for valid UTF-8 from `start` to `end`. */
  bodyText(source: Utf8Source, start: number, end: number): void;
  /** No name may come twice. */
  attribute(name: FieldName, value: unknown): void;
  /** As `attribute`, for valid UTF-8 from `start` to `end`. */
  attributeText(name: FieldName, source: Utf8Source, start: number, end: number): void;
}

/**
 * A record whose body and attributes can be had without objects and strings made of them, because they stand somewhere as
 * text. An encoder may ask for them so; whoever reads `body` and `attributes` instead finds the same there.
 */
export interface FieldWritingRecord extends ReadableLogRecord {
  writeFieldsTo(sink: FieldSink): void;
}

/** Whether a record hands its fields over. */
export function writesFields(record: ReadableLogRecord): record is FieldWritingRecord {
  return typeof (record as Partial<FieldWritingRecord>).writeFieldsTo === 'function';
}
