// SPDX-License-Identifier: Apache-2.0
import { epochTime, type EpochTime, plainValue, traceOfRecord } from '@logferry/bridge-base';
import type { FieldName, FieldSink, InstrumentationScope, Resource } from '@logferry/core';
import { ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';

import type { LineFormat } from '../foreign-line.ts';
import { parsedLine } from '../written-line.ts';
import {
  ATTRIBUTE,
  ERROR,
  EXTRAORDINARY,
  type FieldRole,
  fieldRole,
  HOSTNAME,
  LEVEL,
  LOGGER_NAME,
  MESSAGE,
  PID,
  TIME,
  TRACE,
  TRACE_KEYS,
} from './field-role.ts';
import { FlatLine, TEXT } from './flat-line.ts';
import type { LineWindow } from './line-window.ts';
import { type LineRecord, ordinaryRecord } from './ordinary-line.ts';

/** After so many records the destination's way is known. */
const ENOUGH_READS = 16;

export interface FlatRecordParts {
  readonly window: LineWindow;
  readonly format: LineFormat;
  readonly resource: Resource;
  /** The scope of a logger's name; undefined where there is no place for one more. */
  readonly scopeOf: (name: string | undefined) => InstrumentationScope | undefined;
}

/**
 * The record of a line as nearly all are: flat, with a numeric level, a readable time, no error. It does on the bytes what
 * `JSON.parse` and `ordinaryRecord` do with objects, with the same result. One object for all lines, one after the other.
 */
export class FlatRecord {
  readonly format: LineFormat;
  readonly resource: Resource;
  hrTime: EpochTime = [0, 0];
  hrTimeObserved: EpochTime = [0, 0];
  severityNumber: number | undefined = undefined;
  severityText: string | undefined = undefined;
  instrumentationScope: InstrumentationScope;
  spanContext: SpanContext | undefined = undefined;
  readonly eventName: string | undefined = undefined;
  readonly droppedAttributesCount: number = 0;
  readonly #window: LineWindow;
  readonly #line: FlatLine;
  readonly #scopeOf: FlatRecordParts['scopeOf'];
  readonly #defaultScope: InstrumentationScope;
  /** Whether the line's `name` is the scope. */
  #isNamed = false;
  readonly #pid: unknown;
  readonly #hostname: unknown;
  readonly #hostnameBytes: Buffer;
  readonly #pidName: FieldName = { name: 'process.pid', encoded: undefined };
  readonly #hostnameName: FieldName = { name: 'host.name', encoded: undefined };
  /** Trace fields that name no trace. */
  readonly #traceNames: readonly FieldName[] = TRACE_KEYS.map((name) => ({ name, encoded: undefined }));
  #traceValues: Record<string, unknown> | undefined = undefined;
  #start = 0;
  /** Of the message, among the fields; -1 without one. */
  #message = -1;
  /** Of the latest line; many come in the same millisecond. */
  #timeValue: unknown = Number.NaN;
  /** Of the latest line that had a name; most come from the same logger. */
  #nameBytes: Buffer = Buffer.alloc(0);
  #namedScope: InstrumentationScope | undefined = undefined;
  /** Of this line, once it was read as others are. */
  #whole: LineRecord | undefined = undefined;
  #isAskedForFields = false;
  #objectReads = 0;

  constructor({ window, format, resource, scopeOf }: FlatRecordParts) {
    this.format = format;
    this.resource = resource;
    this.#window = window;
    this.#line = new FlatLine(window, (name) => fieldRole(name, format));
    this.#scopeOf = scopeOf;
    this.#defaultScope = scopeOf(undefined)!;
    this.instrumentationScope = this.#defaultScope;
    const { attributes } = resource;
    this.#pid = attributes['process.pid'];
    this.#hostname = attributes['host.name'];
    this.#hostnameBytes = Buffer.from(typeof this.#hostname === 'string' ? this.#hostname : '');
  }

  /** The position of the newline behind the line that was read. */
  get end(): number {
    return this.#line.end;
  }

  /** @returns whether the line that starts at a position of the window is such a line, and is now this record. */
  read(start: number): boolean {
    const line = this.#line;
    if (!line.read(start)) return false;
    const { names, values, count } = line;
    this.#start = start;
    this.#whole = undefined;
    this.#message = -1;
    let scope: InstrumentationScope | undefined = this.#defaultScope;
    this.#isNamed = false;
    let level: unknown;
    let time: unknown;
    let isTraced = false;
    for (let index = 0; index < count; index += 1) {
      const role: FieldRole = names[index]!.role;
      if (role === ATTRIBUTE) continue;
      switch (role) {
        case LEVEL:
          level = values[index];
          break;
        case TIME:
          time = line.value(index);
          break;
        case MESSAGE:
          this.#message = index;
          break;
        case LOGGER_NAME:
          scope = this.#scopeAt(index);
          break;
        case TRACE:
          isTraced = true;
          break;
        case ERROR:
          if (typeof values[index] === 'object' && values[index] !== null) return false;
          break;
        case EXTRAORDINARY:
          return false;
        default:
      }
    }
    if (typeof level !== 'number' || scope === undefined || !this.#readTime(time)) return false;
    const { severityNumber, severityText } = this.format.levels.ofNumber(level);
    this.severityNumber = severityNumber;
    this.severityText = severityText;
    this.instrumentationScope = scope;
    this.#traceValues = undefined;
    this.spanContext = isTraced ? this.#tracedBy() : undefined;
    return true;
  }

  /** False where the destination's encoder reads records as objects, and so nothing is gained. */
  get isOfUse(): boolean {
    return this.#isAskedForFields || this.#objectReads < ENOUGH_READS;
  }

  writeFieldsTo(sink: FieldSink): void {
    if (!this.#isAskedForFields) this.#isAskedForFields = true;
    const line = this.#line;
    const window = this.#window;
    const { names, values, starts, ends, count } = line;
    const message = this.#message;
    if (message >= 0) {
      const value = values[message];
      if (value === TEXT) sink.bodyText(window, starts[message]!, ends[message]!);
      else sink.body(typeof value === 'object' ? plainValue(value) : value);
    }
    for (let index = 0; index < count; index += 1) {
      const name = names[index]!;
      const { role } = name;
      let key: FieldName = name;
      if (role !== ATTRIBUTE && role !== ERROR) {
        if (role === PID) {
          if (line.value(index) === this.#pid) continue;
          key = this.#pidName;
        } else if (role === HOSTNAME) {
          if (this.#isHostname(index)) continue;
          key = this.#hostnameName;
        } else if (role !== LOGGER_NAME || this.#isNamed) {
          continue;
        }
      }
      const value = values[index];
      if (value === TEXT) sink.attributeText(key, window, starts[index]!, ends[index]!);
      else sink.attribute(key, typeof value === 'object' ? plainValue(value) : value);
    }
    if (this.#traceValues !== undefined) this.#writeTraceValues(sink, this.#traceValues);
  }

  get body(): unknown {
    return this.#read().body;
  }

  get attributes(): Record<string, unknown> {
    return this.#read().attributes;
  }

  /** The record by way of the objects, for a reader who wants those. */
  #read(): LineRecord {
    if (this.#whole === undefined) {
      this.#objectReads += 1;
      const { attributes } = this.resource;
      const line = parsedLine(this.#window.text(this.#start, this.#line.end)) ?? {};
      // What was read as a flat line is ordinary.
      this.#whole = ordinaryRecord(line, this.format, (name) => attributes[name])!;
    }
    return this.#whole;
  }

  #readTime(value: unknown): boolean {
    if (value === this.#timeValue) return true;
    const time = epochTime(value);
    if (time === undefined) return false;
    this.hrTime = time;
    this.#timeValue = value;
    return true;
  }

  #scopeAt(index: number): InstrumentationScope | undefined {
    const { values, starts, ends } = this.#line;
    const isText = values[index] === TEXT;
    if (isText && this.#namedScope !== undefined && this.#stands(this.#nameBytes, starts[index]!, ends[index]!)) {
      this.#isNamed = true;
      return this.#namedScope;
    }
    const name = this.#line.value(index);
    if (typeof name !== 'string' || name === '') return this.#defaultScope;
    this.#isNamed = true;
    const scope = this.#scopeOf(name);
    if (isText) {
      this.#nameBytes = Buffer.from(name);
      this.#namedScope = scope;
    }
    return scope;
  }

  #isHostname(index: number): boolean {
    const { values, starts, ends } = this.#line;
    if (values[index] !== TEXT) return values[index] === this.#hostname;
    return typeof this.#hostname === 'string' && this.#stands(this.#hostnameBytes, starts[index]!, ends[index]!);
  }

  #stands(expected: Buffer, start: number, end: number): boolean {
    if (end - start !== expected.length) return false;
    const { bytes } = this.#window;
    for (let index = 0; index < expected.length; index += 1) {
      if (bytes[start + index] !== expected[index]) return false;
    }
    return true;
  }

  /** The trace that the line names; fields that name none become attributes. */
  #tracedBy(): SpanContext | undefined {
    const line = this.#line;
    const fields: Record<string, unknown> = {};
    for (let index = 0; index < line.count; index += 1) {
      const { name, role } = line.names[index]!;
      if (role === TRACE) fields[name] = line.value(index);
    }
    const { context, consumed } = traceOfRecord(ROOT_CONTEXT, fields);
    for (const key of TRACE_KEYS) {
      if (!Object.hasOwn(fields, key) || consumed.has(key)) continue;
      this.#traceValues ??= {};
      this.#traceValues[key] = plainValue(fields[key]);
    }
    return trace.getSpanContext(context);
  }

  #writeTraceValues(sink: FieldSink, values: Readonly<Record<string, unknown>>): void {
    for (const name of this.#traceNames) if (Object.hasOwn(values, name.name)) sink.attribute(name, values[name.name]);
  }
}
