// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import * as fc from 'fast-check';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { nodeFilePort } from './file-port.ts';
import { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';
import { linesBatch } from './test-support/encoded-lines.ts';
import { faultyPort, systemError } from './test-support/faulty-port.ts';
import { noAbort } from './test-support/file-exporter.ts';

const HOUR_MILLIS = 3_600_000;

type Event =
  | { readonly kind: 'send'; readonly lineLengths: readonly number[] }
  /** The write after so many more bytes fails, in the middle of a line or between two. */
  | { readonly kind: 'fault'; readonly afterBytes: number }
  | { readonly kind: 'restart'; readonly maxFileBytes: number }
  /** A rotation is asked for. */
  | { readonly kind: 'rotate' }
  /** An hour passes, in which nothing happens. */
  | { readonly kind: 'hour' }
  /** The process dies with a half-written line. */
  | { readonly kind: 'crash'; readonly fragment: string };

const EVENT: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send' as const), lineLengths: lengths() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fault' as const), afterBytes: fc.nat({ max: 300 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), maxFileBytes: limits() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('rotate' as const, 'hour' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), fragment: fc.constantFrom('#', '#part') }) },
);

function lengths(): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 8, max: 120 }), { minLength: 1, maxLength: 12 });
}

function limits(): fc.Arbitrary<number> {
  return fc.integer({ min: 20, max: 400 });
}

/** A log that is driven through a history, and what a reader of its directory must find. */
class Run {
  readonly #directory = mkdtempSync(join(tmpdir(), 'logferry-history-'));
  readonly #sent: string[] = [];
  /** The hour in which each line was written. */
  readonly #hours = new Map<string, number>();
  readonly #waiting: string[] = [];
  readonly #clock = new ManualClock(Date.UTC(2026, 0, 1, 12));
  #hour = 0;
  #lastWriteMillis = this.#clock.wallMillis();
  #bytesToFault = Infinity;
  #maxFileBytes: number;
  #exporter: RotatingFileLogRecordExporter;
  readonly #limitsUsed: number[] = [];

  constructor(maxFileBytes: number) {
    this.#maxFileBytes = maxFileBytes;
    this.#exporter = this.#start();
  }

  async apply(event: Event): Promise<void> {
    switch (event.kind) {
      case 'send':
        for (const length of event.lineLengths) this.#waiting.push(this.#nextLine(length));
        return await this.#send();
      case 'fault':
        this.#bytesToFault = event.afterBytes;
        return undefined;
      case 'restart':
        await this.#exporter.shutdown();
        this.#maxFileBytes = event.maxFileBytes;
        this.#exporter = this.#start();
        return undefined;
      case 'rotate':
        await this.#exporter.rotate();
        return undefined;
      case 'hour':
        this.#hour += 1;
        this.#clock.jumpWall(HOUR_MILLIS);
        return undefined;
      case 'crash':
        await this.#exporter.shutdown();
        appendFileSync(join(this.#directory, 'orders.jsonl'), event.fragment);
        this.#setFileTime();
        this.#exporter = this.#start();
        return undefined;
    }
  }

  /** Sends what is left, without faults, and compares. */
  async check(): Promise<void> {
    this.#bytesToFault = Infinity;
    if (this.#waiting.length > 0) await this.#send();
    await this.#exporter.shutdown();
    const names = readdirSync(this.#directory).filter((name) => name !== 'orders.jsonl');
    const rotated = names.toSorted();
    expect(rotated).toStrictEqual(rotated.map((_, index) => `orders.${String(index + 1).padStart(6, '0')}.jsonl`));
    const current = names.length === readdirSync(this.#directory).length ? [] : ['orders.jsonl'];
    const files = [...rotated, ...current].map((name) => readFileSync(join(this.#directory, name), 'utf8'));
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

  dispose(): void {
    rmSync(this.#directory, { recursive: true });
  }

  #start(): RotatingFileLogRecordExporter {
    this.#limitsUsed.push(this.#maxFileBytes);
    const path = join(this.#directory, 'orders.jsonl');
    const port = faultyPort({
      append: async (fd, bytes, from, to) => {
        const allowed = Math.min(to - from, this.#bytesToFault);
        if (allowed === 0) {
          this.#bytesToFault = Infinity;
          throw systemError('ENOSPC', 'no space left on device', 'write');
        }
        this.#bytesToFault -= allowed;
        return await nodeFilePort.append(fd, bytes, from, from + allowed);
      },
    });
    const options = {
      path,
      maxFileBytes: this.#maxFileBytes,
      maxFiles: Infinity,
      rotateEvery: 'hour',
      timeZone: 'UTC',
    };
    return new RotatingFileLogRecordExporter({ ...options, clock: this.#clock }, port);
  }

  #nextLine(length: number): string {
    const number = String(this.#sent.length + this.#waiting.length);
    return number.padEnd(length, 'x');
  }

  async #send(): Promise<void> {
    const count = this.#waiting.length;
    const outcome = await this.#exporter.send(linesBatch(this.#waiting), noAbort());
    if (outcome.kind === 'failed') throw new Error(outcome.reason);
    const remaining = outcome.kind === 'delivered' ? 0 : (outcome.remaining?.recordCount ?? count);
    const written = this.#waiting.splice(0, count - remaining);
    for (const line of written) this.#hours.set(line, this.#hour);
    this.#sent.push(...written);
    this.#lastWriteMillis = this.#clock.wallMillis();
    this.#setFileTime();
  }

  /** The file system has the machine's time, not the clock's. A process that dies had rotated before it wrote again. */
  #setFileTime(): void {
    const path = join(this.#directory, 'orders.jsonl');
    const seconds = this.#lastWriteMillis / 1000;
    if (existsSync(path)) utimesSync(path, seconds, seconds);
  }
}

/** Bytes of ended fragments, which are written into whatever room there is. */
function fragmentBytes(text: string): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .reduce((sum, line) => sum + line.length + 1, 0);
}

describe('any history of sends, faults, hours, rotations, restarts and crashes', () => {
  it('leaves every line in one file, in order, every file within its limit and with lines of one hour', async () => {
    await fc.assert(
      fc.asyncProperty(limits(), fc.array(EVENT, { maxLength: 25 }), async (maxFileBytes, events) => {
        const run = new Run(maxFileBytes);
        try {
          for (const event of events) await run.apply(event);
          await run.check();
        } finally {
          run.dispose();
        }
      }),
      { numRuns: 200 },
    );
  });
});
