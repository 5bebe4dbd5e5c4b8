// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import type { ByteArena } from './byte-arena.ts';

type SpanContext = NonNullable<ReadableLogRecord['spanContext']>;

/** Writes the fields flags, trace_id and span_id. Records of one request share their ids, so the last ones are kept. */
export class SpanIds {
  readonly #traceId = new LastId(16);
  readonly #spanId = new LastId(8);

  /** Writes at most 33 bytes. An id that is not valid hex, or all zero, is left out. */
  write(arena: ByteArena, start: number, spanContext: SpanContext): number {
    const { bytes, view } = arena;
    let position = start;
    // The upper bits of the field are reserved.
    const flags = spanContext.traceFlags & 0xff;
    if (flags !== 0) {
      bytes[position] = 0x45;
      view.setUint32(position + 1, flags, true);
      position += 5;
    }
    position = this.#traceId.write(bytes, position, 0x4a, spanContext.traceId);
    return this.#spanId.write(bytes, position, 0x52, spanContext.spanId);
  }
}

class LastId {
  readonly #bytes: Buffer<ArrayBuffer>;
  #hex = '';
  #isValid = false;

  constructor(length: number) {
    this.#bytes = Buffer.allocUnsafeSlow(length);
  }

  write(bytes: Uint8Array, position: number, tag: number, hex: unknown): number {
    if (hex !== this.#hex) this.#read(hex);
    if (!this.#isValid) return position;
    const id = this.#bytes;
    bytes[position] = tag;
    bytes[position + 1] = id.length;
    for (let index = 0; index < id.length; index += 1) bytes[position + 2 + index] = id[index]!;
    return position + 2 + id.length;
  }

  #read(hex: unknown): void {
    const id = this.#bytes;
    this.#hex = '';
    this.#isValid = false;
    if (typeof hex !== 'string' || hex.length !== 2 * id.length) return;
    // It stops at the first character that is not hex.
    const written = id.write(hex, 0, id.length, 'hex');
    this.#hex = hex;
    this.#isValid = written === id.length && id.some((byte) => byte !== 0);
  }
}
