// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, EncodedBatch, ReadableLogRecord } from '@logferry/core';

/** A batch whose bytes are the bodies of its records, one line each. Its bytes can't be read after `release`. */
export class TextBatch implements EncodedBatch {
  readonly bodies: readonly string[];
  readonly recordCount: number;
  readonly #bytes: Uint8Array;
  #isReleased = false;

  constructor(bodies: readonly string[]) {
    this.bodies = bodies;
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

  split(): EncodedBatch[] {
    if (this.recordCount === 1) return [this];
    const middle = Math.ceil(this.recordCount / 2);
    return [new TextBatch(this.bodies.slice(0, middle)), new TextBatch(this.bodies.slice(middle))];
  }

  release(): void {
    this.#isReleased = true;
  }
}

/** Encodes the body of each record as a line. */
export class LineEncoder implements BatchEncoder {
  #bodies: string[] = [];
  #byteLength = 0;
  #pending: Promise<void> | undefined;

  append(record: ReadableLogRecord): void {
    const body = String(record.body);
    this.#bodies.push(body);
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
    const batch = new TextBatch(this.#bodies);
    this.#bodies = [];
    this.#byteLength = 0;
    this.#pending = undefined;
    return batch;
  }
}
