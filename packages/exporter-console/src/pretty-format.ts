// SPDX-License-Identifier: Apache-2.0
import { type HrTime, NamedValues, normalizeValue, type ReadableLogRecord } from '@logferry/core';

import { BoundedText } from './bounded-text.ts';
import { type Palette, PLAIN, type Style } from './colour.ts';
import { escapeText, quoteText } from './escape.ts';
import { errorHeader, errorText, exceptionText, isError, isExceptionAttribute } from './exception-block.ts';
import { asText, recordTime, spanOf } from './record-fields.ts';
import { severityName, severityRange } from './severity.ts';
import { writeJson } from './value-text.ts';

/** What may follow when the text is full: brackets of nested values, the trace, the cut mark, colour codes. */
const RESERVED_BYTES = 512;

const LEVEL_WIDTH = 5;
const MAX_LEVEL_LENGTH = 12;
const TRACE_DIGITS = 8;
const INDENT = '    ';
const CUT = '...[cut]';

/** Strings that are shown without quotes after `key=`. */
const BARE = /^[\w.:/@+%#~*-]+$/;

export interface PrettyStyle {
  readonly palette: Palette;
  readonly timeOfDay: (time: HrTime) => string;
}

/**
 * One record for people: `time LEVEL scope message key=value trace=abcd1234`, then an exception with its stack and
 * causes on lines of their own, indented. Only an exception takes more than one line.
 */
export function formatPretty(record: ReadableLogRecord, style: PrettyStyle, maxBytes: number): string {
  return new PrettyLine(record, style, maxBytes).format();
}

class PrettyLine {
  readonly #record: ReadableLogRecord;
  readonly #style: PrettyStyle;
  readonly #out: BoundedText;
  /** What stands below the line. */
  readonly #blocks: string[] = [];

  constructor(record: ReadableLogRecord, style: PrettyStyle, maxBytes: number) {
    this.#record = record;
    this.#style = style;
    this.#out = new BoundedText(maxBytes, RESERVED_BYTES);
  }

  format(): string {
    const { scope, dim } = this.#style.palette;
    this.#fixed(this.#style.timeOfDay(recordTime(this.#record)), dim);
    this.#level();
    const scopeName = asText(this.#record.instrumentationScope.name);
    if (scopeName !== '') this.#word(scopeName, scope);
    this.#message();
    this.#attributes();
    const span = spanOf(this.#record);
    if (span !== undefined) {
      this.#out.fixed(' ');
      this.#fixed(`trace=${span.traceId.slice(0, TRACE_DIGITS)}`, dim);
    }
    const isLineCut = this.#out.isCut;
    if (isLineCut) this.#out.fixed(` ${CUT}`);
    for (const block of this.#blocks) this.#block(block);
    if (this.#out.isCut && !isLineCut) this.#out.fixed(`\n${INDENT}${CUT}`);
    this.#out.fixed('\n');
    return this.#out.text;
  }

  #level(): void {
    const { severityNumber, severityText } = this.#record;
    const text = asText(severityText) || severityName(severityNumber) || '-';
    const level = text.slice(0, MAX_LEVEL_LENGTH).toUpperCase();
    this.#word(level.padEnd(LEVEL_WIDTH), this.#style.palette.levels[severityRange(severityNumber)] ?? PLAIN);
  }

  #message(): void {
    const { body } = this.#record;
    const eventName = asText(this.#record.eventName);
    if (body === undefined || body === null || body === '') {
      if (eventName !== '') this.#word(eventName, PLAIN);
      return;
    }
    if (typeof body === 'string') this.#word(body, PLAIN);
    else if (isError(body)) this.#error(body);
    else {
      this.#out.fixed(' ');
      writeJson(this.#out, body);
    }
    if (eventName !== '') this.#keyValue('event', eventName);
  }

  #attributes(): void {
    const attributes = normalizeValue(this.#record.attributes, this.#out.mostItems);
    if (!(attributes instanceof NamedValues)) return;
    if (attributes.leftOut > 0) this.#out.markCut();
    const exception = new Map<string, string>();
    for (let index = 0; index < attributes.names.length; index += 1) {
      const name = attributes.names[index] ?? '';
      const value = attributes.values[index];
      if (isExceptionAttribute(name, value)) exception.set(name, value);
      else if (!this.#out.isFull()) this.#keyValue(name, value);
    }
    const text = exceptionText(exception);
    if (text !== undefined) this.#blocks.push(text);
  }

  #keyValue(name: string, value: unknown): void {
    const { dim } = this.#style.palette;
    this.#out.fixed(` ${dim.on}`);
    this.#out.value(name, BARE.test(name) ? escapeText : quoteText);
    this.#out.fixed(`=${dim.off}`);
    if (typeof value === 'string') this.#out.value(value, BARE.test(value) ? escapeText : quoteText);
    else if (isError(value)) {
      this.#out.value(errorHeader(value), quoteText);
      this.#blocks.push(errorText(value));
    } else writeJson(this.#out, value);
  }

  #error(error: unknown): void {
    this.#word(errorHeader(error), PLAIN);
    this.#blocks.push(errorText(error));
  }

  /** Text of the record, escaped, with a space before it. */
  #word(text: string, style: Style): void {
    this.#out.fixed(` ${style.on}`);
    this.#out.value(text, escapeText);
    this.#out.fixed(style.off);
  }

  #fixed(text: string, style: Style): void {
    this.#out.fixed(`${style.on}${text}${style.off}`);
  }

  #block(text: string): void {
    const { exception, dim } = this.#style.palette;
    // Before the split, so that a stack of megabytes costs no more than what is shown of it.
    const shown = text.slice(0, this.#out.leftBytes);
    for (const line of shown.trimEnd().split(/\r\n|\n|\r/)) {
      if (this.#out.isFull()) break;
      this.#out.fixed(`\n${INDENT}`);
      const style = /^\s*at /.test(line) ? dim : exception;
      this.#out.fixed(style.on);
      this.#out.value(line, escapeText);
      this.#out.fixed(style.off);
    }
    if (shown.length < text.length) this.#out.markCut();
  }
}
