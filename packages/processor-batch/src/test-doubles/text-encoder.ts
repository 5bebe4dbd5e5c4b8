// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, EncodedBatch, ReadableLogRecord } from '@logferry/core';

/** A record in a batch. Each is an object of its own, so that records with the same body can be told apart. */
export interface Line {
  readonly body: string;
  readonly severity: number;
}

/** Lines of INFO records. */
export function linesOf(...bodies: readonly string[]): Line[] {
  return bodies.map((body) => ({ body, severity: 9 }));
}

/** A batch whose bytes are the bodies of its records, one line each. Its bytes can't be read after `release`. */
export class TextBatch implements EncodedBatch {
  readonly lines: readonly Line[];
  readonly bodies: readonly string[];
  readonly recordCount: number;
  readonly #bytes: Uint8Array;
  #isReleased = false;

  constructor(lines: readonly Line[]) {
    this.lines = lines;
    this.bodies = lines.map(({ body }) => body);
    this.recordCount = lines.length;
    this.#bytes = new TextEncoder().encode(this.bodies.map((body) => `${body}\n`).join(''));
  }

  get bytes(): Uint8Array {
    if (this.#isReleased) throw new Error('the bytes of a released batch were read');
    return this.#bytes;
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** At about half of the bytes. */
  split(): EncodedBatch[] {
    if (this.recordCount === 1) return [this];
    let bytes = 0;
    const over = this.bodies.findIndex((body) => (bytes += body.length + 1) > this.#bytes.byteLength / 2);
    const middle = Math.min(Math.max(over, 1), this.recordCount - 1);
    return [this.slice(0, middle), this.slice(middle)];
  }

  slice(start: number, end?: number): TextBatch {
    return new TextBatch(this.lines.slice(start, end));
  }

  filterBySeverity(keep: (severityNumber: number) => boolean): TextBatch | undefined {
    if (this.#isReleased) throw new Error('a released batch was filtered');
    const lines = this.lines.filter(({ severity }) => keep(severity));
    if (lines.length === this.recordCount) return this;
    return lines.length === 0 ? undefined : new TextBatch(lines);
  }

  release(): void {
    this.#isReleased = true;
  }
}

/** Encodes the body of each record as a line. */
export class LineEncoder implements BatchEncoder {
  #lines: Line[] = [];
  #byteLength = 0;
  #pending: Promise<void> | undefined;

  append(record: ReadableLogRecord): void {
    const body = String(record.body);
    this.#lines.push({ body, severity: record.severityNumber ?? 0 });
    this.#byteLength += Buffer.byteLength(body) + 1;
    if (record.resource.asyncAttributesPending === true) {
      this.#pending = Promise.resolve(record.resource.waitForAsyncAttributes?.());
    }
  }

  get recordCount(): number {
    return this.#lines.length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  take(): TextBatch | undefined {
    if (this.#lines.length === 0) return undefined;
    const batch = new TextBatch(this.#lines);
    this.#lines = [];
    this.#byteLength = 0;
    this.#pending = undefined;
    return batch;
  }
}
