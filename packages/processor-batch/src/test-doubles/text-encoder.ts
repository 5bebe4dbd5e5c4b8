// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, EncodedBatch, ReadableLogRecord } from '@logferry/core';

/** A batch whose bytes are the bodies of its records, one line each. Its bytes can't be read after `release`. */
export class TextBatch implements EncodedBatch {
  readonly bodies: readonly string[];
  readonly severities: readonly number[];
  readonly recordCount: number;
  readonly #bytes: Uint8Array;
  #isReleased = false;

  /** @param severities of each record. Default: INFO. */
  constructor(bodies: readonly string[], severities: readonly number[] = bodies.map(() => 9)) {
    this.bodies = bodies;
    this.severities = severities;
    this.recordCount = bodies.length;
    this.#bytes = new TextEncoder().encode(bodies.map((body) => `${body}\n`).join(''));
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
    return new TextBatch(this.bodies.slice(start, end), this.severities.slice(start, end));
  }

  filterBySeverity(keep: (severityNumber: number) => boolean): TextBatch | undefined {
    if (this.#isReleased) throw new Error('a released batch was filtered');
    const isKept = this.severities.map(keep);
    const bodies = this.bodies.filter((_, index) => isKept[index]);
    if (bodies.length === this.recordCount) return this;
    if (bodies.length === 0) return undefined;
    return new TextBatch(
      bodies,
      this.severities.filter((_, index) => isKept[index]),
    );
  }

  release(): void {
    this.#isReleased = true;
  }
}

/** Encodes the body of each record as a line. */
export class LineEncoder implements BatchEncoder {
  #bodies: string[] = [];
  #severities: number[] = [];
  #byteLength = 0;
  #pending: Promise<void> | undefined;

  append(record: ReadableLogRecord): void {
    const body = String(record.body);
    this.#bodies.push(body);
    this.#severities.push(record.severityNumber ?? 0);
    this.#byteLength += Buffer.byteLength(body) + 1;
    if (record.resource.asyncAttributesPending === true) {
      this.#pending = Promise.resolve(record.resource.waitForAsyncAttributes?.());
    }
  }

  get recordCount(): number {
    return this.#bodies.length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  take(): TextBatch | undefined {
    if (this.#bodies.length === 0) return undefined;
    const batch = new TextBatch(this.#bodies, this.#severities);
    this.#bodies = [];
    this.#severities = [];
    this.#byteLength = 0;
    this.#pending = undefined;
    return batch;
  }
}
