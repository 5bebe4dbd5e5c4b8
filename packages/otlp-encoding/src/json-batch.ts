// SPDX-License-Identifier: Apache-2.0
import type { EncodedLine, EncodedLinesBatch } from '@logferry/core';
import { JsonLines } from './json-lines.ts';
import { type ScannedRecord, scanLine } from './json-line-scan.ts';
import { ByteArena } from './byte-arena.ts';

/** Sealed lines of OTLP/JSON. */
export class JsonLinesBatch implements EncodedLinesBatch {
  readonly bytes: Uint8Array;
  readonly lines: readonly EncodedLine[];
  readonly recordCount: number;
  #giveBack: (() => void) | undefined;

  /** @param giveBack takes the memory when the batch is released. Default: it is the garbage collector's. */
  constructor(bytes: Uint8Array, lines: readonly EncodedLine[], recordCount: number, giveBack?: () => void) {
    this.bytes = bytes;
    this.lines = lines;
    this.recordCount = recordCount;
    this.#giveBack = giveBack;
  }

  /** In the middle: between two lines, or between two records when there is one line. */
  split(): EncodedLinesBatch[] {
    if (this.recordCount < 2) return [this];
    if (this.lines.length === 1) return this.#splitLine();
    const middle = lineBefore(this.lines, this.bytes.byteLength / 2);
    return [this.#copy(0, middle), this.#copy(middle, this.lines.length)];
  }

  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }

  #splitLine(): EncodedLinesBatch[] {
    const records = scanLine(this.bytes);
    const middle = records.length >>> 1;
    return [oneLine(records.slice(0, middle)), oneLine(records.slice(middle))];
  }

  #copy(firstLine: number, endLine: number): EncodedLinesBatch {
    const start = this.lines[firstLine - 1]?.endOffset ?? 0;
    const lines = this.lines.slice(firstLine, endLine).map((line) => ({ ...line, endOffset: line.endOffset - start }));
    const recordCount = lines.reduce((sum, line) => sum + line.recordCount, 0);
    return new JsonLinesBatch(this.bytes.slice(start, start + (lines.at(-1)?.endOffset ?? 0)), lines, recordCount);
  }
}

/** The lines as a plain Uint8Array: the `slice` of a Buffer would share its memory. */
export function bytesOf({ arena, byteLength }: JsonLines): Uint8Array {
  return new Uint8Array(arena.bytes.buffer, arena.bytes.byteOffset, byteLength);
}

/** How many lines end at or before an offset: at least one, and never all. */
function lineBefore(lines: readonly EncodedLine[], offset: number): number {
  const after = lines.findIndex((line) => line.endOffset > offset);
  return Math.min(Math.max(after, 1), lines.length - 1);
}

function oneLine(records: readonly ScannedRecord[]): EncodedLinesBatch {
  const size = records.reduce((sum, record) => sum + record.json.byteLength, 0);
  const out = new JsonLines(new ByteArena(size), { maxLineBytes: Infinity, maxRecordsPerLine: Infinity });
  for (const { headers, json } of records) out.append(json, headers);
  const lines = out.close();
  return new JsonLinesBatch(bytesOf(out), lines, records.length);
}
