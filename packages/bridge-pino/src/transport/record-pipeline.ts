// SPDX-License-Identifier: Apache-2.0
import { epochTime, type EpochTime } from '@logferry/bridge-base';
import type { Clock, Diagnostics, InstrumentationScope, Resource } from '@logferry/core';

import { parsedLine } from '../written-line.ts';
import { FlatRecord } from './flat-record.ts';
import { lineRecord } from './line-record.ts';
import type { LineSink } from './line-stream.ts';
import type { LineWindow } from './line-window.ts';
import type { BatchingProcessor } from './load-exporter.ts';
import { ordinaryRecord } from './ordinary-line.ts';
import type { LoggerFormat } from './pino-config.ts';
import type { QueueRoom } from './queue-room.ts';

/** Scopes kept; names may come from data. */
const MAX_SCOPES = 1000;

export interface RecordPipelineParts {
  readonly format: LoggerFormat;
  readonly processor: BatchingProcessor;
  readonly resource: Resource;
  readonly room: QueueRoom;
  /** The scope of nameless loggers. */
  readonly defaultScope: string;
  readonly clock: Clock;
  readonly diagnostics: Diagnostics;
}

/** Makes log records of lines and hands them to the batch processor; no SDK stands between, in a thread that nobody else uses. */
export class RecordPipeline implements LineSink {
  readonly #parts: RecordPipelineParts;
  readonly #defaultScope: InstrumentationScope;
  readonly #scopes = new Map<string, InstrumentationScope>();
  /** When the lines that are being taken were there. */
  #nowMillis = 0;
  #now: EpochTime = [0, 0];
  readonly #resourceValue: (name: string) => unknown;
  #flat: FlatRecord | undefined = undefined;

  constructor(parts: RecordPipelineParts) {
    this.#parts = parts;
    this.#defaultScope = { name: parts.defaultScope };
    const { attributes } = parts.resource;
    this.#resourceValue = (name) => attributes[name];
  }

  get takesBytes(): boolean {
    return this.#parts.format.current().nestedKey === undefined && this.#flat?.isOfUse !== false;
  }

  begin(): void {
    const nowMillis = this.#parts.clock.wallMillis();
    if (nowMillis === this.#nowMillis) return;
    this.#nowMillis = nowMillis;
    this.#now = epochTime(nowMillis) ?? [0, 0];
  }

  take(text: string): void {
    try {
      this.#take(text);
    } catch {
      // No line is known that gets here. One that did must not stop those behind it.
      this.#parts.diagnostics.error('line', 'a line could not be made a record');
    }
  }

  takeAt(window: LineWindow, start: number): number {
    const record = this.#flatRecord(window, start);
    if (record !== undefined) {
      record.hrTimeObserved = this.#now;
      this.#emit(record);
      return record.end;
    }
    const end = window.lineEnd(start);
    this.take(window.text(start, end));
    return end;
  }

  /** The record of a line that is flat, where the encoder asks for it so. */
  #flatRecord(window: LineWindow, start: number): FlatRecord | undefined {
    const { resource } = this.#parts;
    const format = this.#parts.format.current();
    if (this.#flat?.format !== format) {
      this.#flat = new FlatRecord({ window, format, resource, scopeOf: (name) => this.#scopeOf(name) });
    }
    try {
      return this.#flat.isOfUse && this.#flat.read(start) ? this.#flat : undefined;
    } catch {
      // No line is known that gets here.
      return undefined;
    }
  }

  #take(text: string): void {
    const { resource } = this.#parts;
    const format = this.#parts.format.current();
    const line = parsedLine(text);
    const { name, time, severityNumber, severityText, body, eventName, attributes, spanContext } =
      (line === undefined ? undefined : ordinaryRecord(line, format, this.#resourceValue)) ??
      lineRecord(line ?? text.trimEnd(), format, this.#resourceValue, this.#nowMillis);
    const scope = this.#scopeOf(name);
    if (scope === undefined) attributes['logger.name'] = name;
    const record = {
      hrTime: time,
      hrTimeObserved: this.#now,
      severityNumber,
      severityText,
      body,
      eventName,
      attributes,
      droppedAttributesCount: 0,
      resource,
      instrumentationScope: scope ?? this.#defaultScope,
      spanContext,
    };
    this.#emit(record);
  }

  #emit(record: object): void {
    // The processor reads records; it never calls their setters.
    this.#parts.processor.onEmit(record as Parameters<BatchingProcessor['onEmit']>[0]);
  }

  room(): Promise<void> | undefined {
    return this.#parts.room.wait();
  }

  flush(): Promise<void> {
    return this.#parts.processor.forceFlush();
  }

  end(): Promise<void> {
    return this.#parts.processor.shutdown();
  }

  /** Undefined where there is no place for one more. */
  #scopeOf(name: string | undefined): InstrumentationScope | undefined {
    if (name === undefined) return this.#defaultScope;
    let scope = this.#scopes.get(name);
    if (scope === undefined && this.#scopes.size < MAX_SCOPES) {
      scope = { name };
      this.#scopes.set(name, scope);
    }
    return scope;
  }
}
