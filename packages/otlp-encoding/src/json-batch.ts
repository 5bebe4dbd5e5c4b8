// SPDX-License-Identifier: Apache-2.0
import type { EncodedLine, EncodedLinesBatch } from '@logferry/core';
import { JsonLines, NO_LIMITS } from './json-lines.ts';
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

  /** A line keeps what is wanted of it; a line of which nothing is wanted goes. */
  filterBySeverity(keep: (severityNumber: number) => boolean): EncodedLinesBatch | undefined {
    const kept: ScannedRecord[][] = [];
    let start = 0;
    for (const { endOffset } of this.lines) {
      const records = scanLine(this.bytes.subarray(start, endOffset));
      kept.push(records.filter(({ json }) => keep(severityOf(json))));
      start = endOffset;
    }
    const recordCount = kept.reduce((sum, records) => sum + records.length, 0);
    if (recordCount === this.recordCount) return this;
    return recordCount === 0 ? undefined : linesOf(kept);
  }

  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }

  #splitLine(): EncodedLinesBatch[] {
    const records = scanLine(this.bytes);
    const middle = records.length >>> 1;
    return [linesOf([records.slice(0, middle)]), linesOf([records.slice(middle)])];
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

function linesOf(lines: readonly (readonly ScannedRecord[])[]): EncodedLinesBatch {
  const size = lines.flat().reduce((sum, { json }) => sum + json.byteLength, 0);
  const out = new JsonLines(new ByteArena(size), NO_LIMITS);
  for (const records of lines) {
    for (const { headers, json } of records) out.append(json, headers);
    out.endLine();
  }
  return new JsonLinesBatch(bytesOf(out), out.close(), out.recordCount);
}

/** Only the times stand before the severity of a record, so the first bytes show it. */
const SEVERITY_BEHIND_TIMES = /^\{(?:"timeUnixNano":"\d*",?)?(?:"observedTimeUnixNano":"\d*",?)?"severityNumber":(\d+)/;
const LONGEST_BEFORE_BODY = 128;

function severityOf(json: Uint8Array): number {
  const start = Buffer.from(json.buffer, json.byteOffset, Math.min(json.byteLength, LONGEST_BEFORE_BODY));
  return Number(SEVERITY_BEHIND_TIMES.exec(start.toString('latin1'))?.[1] ?? 0);
}
