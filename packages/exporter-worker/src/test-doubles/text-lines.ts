// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, BatchParts, EncodedBatch, EncodedLine, ReadableLogRecord } from '@logferry/core';

/** A batch of text: one line for each record. */
export class TextBatch implements EncodedBatch {
  readonly bytes: Uint8Array;
  readonly recordCount: number;
  readonly lines: readonly EncodedLine[];
  readonly #giveBack: (() => void) | undefined;

  constructor(bytes: Uint8Array, lines: readonly EncodedLine[], giveBack?: () => void) {
    this.bytes = bytes;
    this.lines = lines;
    this.recordCount = lines.length;
    this.#giveBack = giveBack;
  }

  get texts(): string[] {
    return Buffer.from(this.bytes).toString('utf8').split('\n').slice(0, -1);
  }

  split(): EncodedBatch[] {
    return this.texts.map((text) => textBatch([text]));
  }

  /** A text that begins with `error` is of severity 17. */
  filterBySeverity(keep: (severityNumber: number) => boolean): EncodedBatch | undefined {
    const kept = this.texts.filter((text) => keep(text.startsWith('error') ? 17 : 5));
    if (kept.length === this.recordCount) return this;
    return kept.length === 0 ? undefined : textBatch(kept);
  }

  release(): void {
    this.#giveBack?.();
  }
}

/** A batch in memory that no other thread sees. */
export function textBatch(texts: readonly string[]): TextBatch {
  const { bytes, lines } = encode(texts);
  return new TextBatch(new Uint8Array(bytes), lines);
}

export function restoreTextBatch({ bytes, lines }: BatchParts): TextBatch {
  return new TextBatch(bytes, Array.isArray(lines) ? lines : []);
}

/** Shared memory, used again where it is large enough, as the encoders of Logferry do it. */
export class SharedTextEncoder implements BatchEncoder {
  static readonly allocated: SharedArrayBuffer[] = [];
  readonly #free: SharedArrayBuffer[] = [];
  #texts: string[] = [];

  get recordCount(): number {
    return this.#texts.length;
  }

  get byteLength(): number {
    return encode(this.#texts).bytes.length;
  }

  readonly pending: undefined;

  append(record: ReadableLogRecord): void {
    this.#texts.push(String(record.body));
  }

  take(): EncodedBatch | undefined {
    if (this.#texts.length === 0) return undefined;
    const { bytes, lines } = encode(this.#texts);
    this.#texts = [];
    const memory = this.#free.pop() ?? this.#allocate();
    const view = new Uint8Array(memory, 0, bytes.length);
    view.set(bytes);
    return new TextBatch(view, lines, () => this.#free.push(memory));
  }

  #allocate(): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(64 * 1024);
    SharedTextEncoder.allocated.push(memory);
    return memory;
  }
}

function encode(texts: readonly string[]): { bytes: Buffer; lines: EncodedLine[] } {
  const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
  const lines: EncodedLine[] = [];
  let endOffset = 0;
  for (const text of texts) {
    endOffset += Buffer.byteLength(text) + 1;
    lines.push({ endOffset, recordCount: 1 });
  }
  return { bytes, lines };
}
