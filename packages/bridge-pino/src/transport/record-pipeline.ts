// SPDX-License-Identifier: Apache-2.0
import { epochTime, type EpochTime } from '@logferry/bridge-base';
import type { Clock, Diagnostics, InstrumentationScope, Resource } from '@logferry/core';

import { parsedLine } from '../written-line.ts';
import { lineRecord } from './line-record.ts';
import type { LineSink } from './line-stream.ts';
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
  /** Of the latest line; many come in the same millisecond. */
  #nowMillis = 0;
  #now: EpochTime = [0, 0];
  readonly #resourceValue: (name: string) => unknown;

  constructor(parts: RecordPipelineParts) {
    this.#parts = parts;
    this.#defaultScope = { name: parts.defaultScope };
    const { attributes } = parts.resource;
    this.#resourceValue = (name) => attributes[name];
  }

  take(text: string): void {
    try {
      this.#take(text);
    } catch {
      // No line is known that gets here. One that did must not stop those behind it.
      this.#parts.diagnostics.error('line', 'a line could not be made a record');
    }
  }

  #take(text: string): void {
    const { processor, resource, clock } = this.#parts;
    const format = this.#parts.format.current();
    const line = parsedLine(text);
    const nowMillis = clock.wallMillis();
    if (nowMillis !== this.#nowMillis) {
      this.#nowMillis = nowMillis;
      this.#now = epochTime(nowMillis) ?? [0, 0];
    }
    const { name, time, severityNumber, severityText, body, eventName, attributes, spanContext } =
      (line === undefined ? undefined : ordinaryRecord(line, format, this.#resourceValue)) ??
      lineRecord(line ?? text.trimEnd(), format, this.#resourceValue, nowMillis);
    const instrumentationScope = name === undefined ? this.#defaultScope : this.#scope(name, attributes);
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
      instrumentationScope,
      spanContext,
    };
    // The processor reads records; it never calls their setters.
    processor.onEmit(record as unknown as Parameters<BatchingProcessor['onEmit']>[0]);
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

  #scope(name: string, attributes: Record<string, unknown>): InstrumentationScope {
    let scope = this.#scopes.get(name);
    if (scope !== undefined) return scope;
    if (this.#scopes.size >= MAX_SCOPES) {
      attributes['logger.name'] = name;
      return this.#defaultScope;
    }
    scope = { name };
    this.#scopes.set(name, scope);
    return scope;
  }
}
