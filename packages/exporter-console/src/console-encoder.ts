// SPDX-License-Identifier: Apache-2.0
import { Buffer } from 'node:buffer';

import type { BatchEncoder, ReadableLogRecord, Resource } from '@logferry/core';

import { COLOUR, NO_COLOUR } from './colour.ts';
import { ConsoleBatch, type ConsoleLine } from './console-batch.ts';
import { openJsonLine, resourceField } from './json-format.ts';
import { localTimeOfDay, utcTimeOfDay } from './line-time.ts';
import type { ResolvedOptions, StreamFormat } from './options.ts';
import { formatPretty } from './pretty-format.ts';

const EMPTY: Buffer<ArrayBuffer> = Buffer.alloc(0);

/** Part of a record's bytes that its resource may take. */
const RESOURCE_SHARE = 0.25;

/** What stands for a record that can't be read at all; only a record that is no record of the SDK comes to that. */
const UNREADABLE = '[unreadable record]';

interface OpenLine extends ConsoleLine {
  /** Set when the line waits for its resource and its end. */
  readonly resource: Resource | undefined;
}

/** Formats records when they are appended; the batch is their text. */
export class ConsoleEncoder implements BatchEncoder {
  readonly #options: ResolvedOptions;
  readonly #maxLineBytes: number;
  readonly #maxResourceBytes: number;
  readonly #pendingResources = new Set<Resource>();
  #buffer: Buffer<ArrayBuffer> = EMPTY;
  #byteLength = 0;
  #lines: OpenLine[] = [];

  constructor(options: ResolvedOptions) {
    this.#options = options;
    this.#maxResourceBytes = options.includeResource ? Math.floor(options.maxRecordBytes * RESOURCE_SHARE) : 0;
    this.#maxLineBytes = options.maxRecordBytes - this.#maxResourceBytes;
  }

  get recordCount(): number {
    return this.#lines.length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  get pending(): Promise<void> | undefined {
    const waits: Promise<void>[] = [];
    for (const resource of this.#pendingResources) {
      if (resource.asyncAttributesPending === true)
        waits.push(resource.waitForAsyncAttributes?.() ?? Promise.resolve());
      else this.#pendingResources.delete(resource);
    }
    return waits.length === 0 ? undefined : Promise.allSettled(waits).then(() => undefined);
  }

  append(record: ReadableLogRecord): void {
    const { stdout, stderr, stderrMinSeverity, includeResource } = this.#options;
    const severity: unknown = record.severityNumber;
    const toStderr = stderr !== undefined && typeof severity === 'number' && severity >= stderrMinSeverity;
    const format = toStderr ? stderr : stdout;
    // Formatted before anything changes here: a getter of the record may log, and so append, itself.
    let text: string;
    try {
      text = this.#format(record, format);
    } catch {
      text = format.isPretty ? `${UNREADABLE}\n` : `{"body":${JSON.stringify(UNREADABLE)}`;
    }
    const resource = includeResource && !format.isPretty ? record.resource : undefined;
    if (resource?.asyncAttributesPending === true) this.#pendingResources.add(resource);
    this.#write(format.isPretty || resource !== undefined ? text : `${text}}\n`);
    this.#lines.push({ endOffset: this.#byteLength, recordCount: 1, toStderr, resource });
  }

  take(): ConsoleBatch | undefined {
    if (this.#lines.length === 0) return undefined;
    const batch = this.#options.includeResource
      ? this.#withResources()
      : new ConsoleBatch(this.#plainBytes(), this.#lines);
    this.#lines = [];
    this.#byteLength = 0;
    this.#pendingResources.clear();
    // The batch has the old one.
    this.#buffer = EMPTY;
    return batch;
  }

  #format(record: ReadableLogRecord, format: StreamFormat): string {
    if (!format.isPretty) return openJsonLine(record, this.#maxLineBytes);
    const style = {
      palette: format.hasColour ? COLOUR : NO_COLOUR,
      timeOfDay: this.#options.timeZone === 'utc' ? utcTimeOfDay : localTimeOfDay,
    };
    return formatPretty(record, style, this.#options.maxRecordBytes);
  }

  #write(text: string): void {
    const needed = this.#byteLength + Buffer.byteLength(text);
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#byteLength);
      this.#buffer = larger;
    }
    this.#byteLength += this.#buffer.write(text, this.#byteLength);
  }

  /** Not a Buffer, whose `slice` is no copy. */
  #plainBytes(): Uint8Array {
    return new Uint8Array(this.#buffer.buffer, this.#buffer.byteOffset, this.#byteLength);
  }

  /** Ends every JSON line with its resource, whose attributes are known by now. */
  #withResources(): ConsoleBatch {
    const fields = new Map<Resource, string>();
    const parts: Uint8Array[] = [];
    const lines: ConsoleLine[] = [];
    let startOffset = 0;
    let length = 0;
    for (const { resource, endOffset, toStderr } of this.#lines) {
      const open = this.#buffer.subarray(startOffset, endOffset);
      parts.push(open);
      length += open.length;
      if (resource !== undefined) {
        const field = fields.get(resource) ?? resourceField(resource, this.#maxResourceBytes);
        fields.set(resource, field);
        const end = Buffer.from(`${field}}\n`);
        parts.push(end);
        length += end.length;
      }
      lines.push({ endOffset: length, recordCount: 1, toStderr });
      startOffset = endOffset;
    }
    const bytes = new Uint8Array(length);
    let offset = 0;
    for (const part of parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return new ConsoleBatch(bytes, lines);
  }
}
