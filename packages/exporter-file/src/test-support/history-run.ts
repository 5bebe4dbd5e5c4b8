// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import {
  appendFileSync,
  existsSync,
  futimesSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import zlib from 'node:zlib';
import { expect } from 'vitest';

import { nodeFilePort } from '../file-port.ts';
import type { Compression } from '../compressor.ts';
import { RotatingFileLogRecordExporter } from '../rotating-file-log-record-exporter.ts';
import { DirectoryModel, type HistoryLimits } from './directory-model.ts';
import { linesBatch } from './encoded-lines.ts';
import { faultyPort, systemError } from './faulty-port.ts';
import { noAbort } from './file-exporter.ts';

/** The time of one period. */
export const HOUR_MILLIS = 3_600_000;

/** What happens to a log. */
export type HistoryEvent =
  | { readonly kind: 'send'; readonly lineLengths: readonly number[] }
  /** The write after so many more bytes fails, in the middle of a line or between two. */
  | { readonly kind: 'fault'; readonly afterBytes: number }
  | { readonly kind: 'restart'; readonly limits: HistoryLimits }
  /** A rotation is asked for. */
  | { readonly kind: 'rotate' }
  /** Hours pass, in which nothing happens. */
  | { readonly kind: 'hours'; readonly count: number }
  /** The process dies with a half-written line, and perhaps while a file was being compressed. */
  | { readonly kind: 'crash'; readonly fragment: string; readonly compressing: 'nothing' | 'half' | 'whole' };

const COMPRESSORS = {
  none: { suffix: '', compress: (bytes: Buffer) => bytes, decompress: (bytes: Buffer) => bytes },
  gzip: { suffix: '.gz', compress: zlib.gzipSync, decompress: zlib.gunzipSync },
  zstd: { suffix: '.zst', compress: zlib.zstdCompressSync, decompress: zlib.zstdDecompressSync },
} as const;

/** A log that is driven through a history, and what a reader of its directory must find. */
export class HistoryRun {
  readonly #directory = mkdtempSync(join(tmpdir(), 'logferry-history-'));
  readonly #compression: Compression;
  readonly #model = new DirectoryModel();
  readonly #sent: string[] = [];
  /** The hour in which each line was written. */
  readonly #hours = new Map<string, number>();
  readonly #waiting: string[] = [];
  readonly #clock = new ManualClock(Date.UTC(2026, 0, 1, 12));
  #hour = 0;
  #bytesToFault = Infinity;
  #limits: HistoryLimits;
  #exporter: RotatingFileLogRecordExporter | undefined;
  readonly #limitsUsed: number[] = [];

  constructor(firstLimits: HistoryLimits, compression: Compression) {
    this.#compression = compression;
    this.#limits = firstLimits;
  }

  async apply(event: HistoryEvent): Promise<void> {
    const exporter = (this.#exporter ??= await this.#start());
    switch (event.kind) {
      case 'send':
        for (const length of event.lineLengths) this.#waiting.push(this.#nextLine(length));
        return await this.#send(exporter);
      case 'fault':
        this.#bytesToFault = event.afterBytes;
        return undefined;
      case 'restart':
        await this.#stop();
        this.#limits = event.limits;
        return undefined;
      case 'rotate':
        await exporter.rotate();
        return undefined;
      case 'hours':
        this.#hour += event.count;
        this.#clock.jumpWall(event.count * HOUR_MILLIS);
        return undefined;
      case 'crash':
        await this.#stop();
        this.#tearLastLine(event.fragment);
        this.#tearCompression(event.compressing);
        return undefined;
    }
  }

  /** Sends what is left, without faults, and compares. */
  async check(): Promise<void> {
    this.#bytesToFault = Infinity;
    const exporter = (this.#exporter ??= await this.#start());
    if (this.#waiting.length > 0) await this.#send(exporter);
    await this.#stop();
    const { suffix, decompress } = COMPRESSORS[this.#compression];
    const names = readdirSync(this.#directory).toSorted();
    const rotated = names.filter((name) => name !== 'orders.jsonl');
    expect(rotated).toStrictEqual(this.#model.kept.map(({ name }) => `${name}${suffix}`));
    const texts = rotated.map((name) => decompress(readFileSync(join(this.#directory, name))).toString());
    expect(texts).toStrictEqual(this.#model.kept.map(({ text }) => text));
    const current = names.includes('orders.jsonl') ? [readFileSync(join(this.#directory, 'orders.jsonl'), 'utf8')] : [];
    this.#checkEverything([...this.#model.everRotated, ...current]);
  }

  async dispose(): Promise<void> {
    await this.#stop();
    rmSync(this.#directory, { recursive: true });
  }

  /** @param files the text of every file there ever was, in order. */
  #checkEverything(files: readonly string[]): void {
    const lines = files.flatMap((text) => text.split('\n')).filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toStrictEqual(this.#sent);
    const highestLimit = Math.max(...this.#limitsUsed);
    for (const text of files) {
      if (!text.includes('#')) expect(text === '' || text.endsWith('\n')).toBe(true);
      const hours = text.split('\n').map((line) => this.#hours.get(line));
      expect(new Set(hours.filter((hour) => hour !== undefined)).size).toBeLessThanOrEqual(1);
      const own = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      if (own.length > 1) expect(text.length).toBeLessThanOrEqual(highestLimit + fragmentBytes(text));
    }
  }

  async #start(): Promise<RotatingFileLogRecordExporter> {
    this.#limitsUsed.push(this.#limits.maxFileBytes);
    let isOpened = false;
    const port = faultyPort({
      open: async (path, mode) => {
        const fd = await nodeFilePort.open(path, mode);
        // The limits may have been wider before.
        if (!isOpened) this.#model.applyLimits(this.#limits, this.#clock.wallMillis());
        isOpened = true;
        return fd;
      },
      append: async (fd, bytes, from, to) => {
        const allowed = Math.min(to - from, this.#bytesToFault);
        if (allowed === 0) {
          this.#bytesToFault = Infinity;
          throw systemError('ENOSPC', 'no space left on device', 'write');
        }
        this.#bytesToFault -= allowed;
        const written = await nodeFilePort.append(fd, bytes, from, from + allowed);
        this.#setTime(fd);
        return written;
      },
      truncate: async (fd, bytes) => {
        await nodeFilePort.truncate(fd, bytes);
        this.#setTime(fd);
      },
      rename: async (from, to) => {
        this.#model.rotated(basename(to), readFileSync(from, 'utf8'), lstatSync(from).mtimeMs);
        await nodeFilePort.rename(from, to);
        this.#model.applyLimits(this.#limits, this.#clock.wallMillis());
      },
    });
    const path = join(this.#directory, 'orders.jsonl');
    const options = { path, ...this.#limits, rotateEvery: 'hour', timeZone: 'UTC', compression: this.#compression };
    const exporter = new RotatingFileLogRecordExporter({ ...options, clock: this.#clock }, port);
    await exporter.forceFlush();
    if (this.#limits.maxAgeMillis !== Infinity) this.#model.applyLimits(this.#limits, this.#clock.wallMillis());
    return exporter;
  }

  /** The file system has the machine's time, not the clock's. */
  #setTime(fd: number): void {
    const seconds = this.#clock.wallMillis() / 1000;
    futimesSync(fd, seconds, seconds);
  }

  async #stop(): Promise<void> {
    await this.#exporter?.shutdown();
    this.#exporter = undefined;
  }

  #nextLine(length: number): string {
    const number = String(this.#sent.length + this.#waiting.length);
    return number.padEnd(length, 'x');
  }

  async #send(exporter: RotatingFileLogRecordExporter): Promise<void> {
    const count = this.#waiting.length;
    const outcome = await exporter.send(linesBatch(this.#waiting), noAbort());
    if (outcome.kind === 'failed') throw new Error(outcome.reason);
    const remaining = outcome.kind === 'delivered' ? 0 : (outcome.remaining?.recordCount ?? count);
    const written = this.#waiting.splice(0, count - remaining);
    for (const line of written) this.#hours.set(line, this.#hour);
    this.#sent.push(...written);
  }

  #tearLastLine(fragment: string): void {
    const path = join(this.#directory, 'orders.jsonl');
    const modified = existsSync(path) ? lstatSync(path).mtimeMs : this.#clock.wallMillis();
    appendFileSync(path, fragment);
    utimesSync(path, modified / 1000, modified / 1000);
  }

  /** Leaves the newest rotated file as it is in the middle of its compression, or just before its original goes. */
  #tearCompression(state: 'nothing' | 'half' | 'whole'): void {
    const file = this.#model.kept.at(-1);
    const { suffix, compress } = COMPRESSORS[this.#compression];
    if (state === 'nothing' || suffix === '' || file === undefined) return;
    const path = join(this.#directory, file.name);
    const compressed = compress(Buffer.from(file.text));
    rmSync(`${path}${suffix}`);
    if (state === 'half') writeFileSync(`${path}${suffix}.tmp`, compressed.subarray(0, compressed.length / 2));
    else writeFileSync(`${path}${suffix}`, compressed);
    writeFileSync(path, file.text);
    for (const name of [path, `${path}${suffix}`]) {
      if (existsSync(name)) utimesSync(name, file.modifiedMillis / 1000, file.modifiedMillis / 1000);
    }
  }
}

/** Bytes of ended fragments, which are written into whatever room there is. */
function fragmentBytes(text: string): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .reduce((sum, line) => sum + line.length + 1, 0);
}
