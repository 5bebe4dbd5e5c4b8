// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { randomRuns, randomTimeout } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { nodeFilePort } from './file-port.ts';
import { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';
import { linesBatch } from './test-support/encoded-lines.ts';
import { faultyPort } from './test-support/faulty-port.ts';
import { noAbort } from './test-support/file-exporter.ts';
import { TimeZone } from './time-zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2020, 0, 1);
const TO = Date.UTC(2030, 0, 1);

/** Its clocks are set at midnight, so that one is skipped and another comes twice; and one that is set by half an hour. */
const ZONES = ['Africa/Cairo', 'Australia/Lord_Howe'];

/** Until the next record: from the last one on, or from about the next midnight, where things happen. */
interface Pause {
  readonly after: 'now' | 'midnight';
  readonly millis: number;
}

/** What a log of ten years has in each of its files: the local dates of its records. */
async function writeTenYears(zoneName: string, pauses: readonly Pause[]): Promise<string[][]> {
  const directory = mkdtempSync(join(tmpdir(), 'logferry-years-'));
  const files: string[][] = [];
  const path = join(directory, 'orders.jsonl');
  const datesIn = (): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
  const port = faultyPort({
    rename: (from, to) => {
      files.push(datesIn());
      return nodeFilePort.rename(from, to);
    },
  });
  const zone = new TimeZone(zoneName);
  const clock = new ManualClock(FROM);
  const options = { path, clock, rotateEvery: 'day', timeZone: zoneName, maxFiles: 2 };
  const exporter = new RotatingFileLogRecordExporter(options, port);
  try {
    for (let turn = 0; clock.wallMillis() < TO; turn += 1) {
      const line = zone.localText(clock.wallMillis()).slice(0, 10);
      await exporter.send(linesBatch([line]), noAbort());
      // Timers look at the clock once an hour at least, and what they begin with the file may take longer than that.
      const { after, millis } = pauses[turn % pauses.length] ?? { after: 'now', millis: HOUR };
      const local = clock.wallMillis() + zone.offsetMillis(clock.wallMillis());
      await clock.advance(millis + (after === 'now' ? 0 : DAY - (local % DAY)));
    }
    await exporter.shutdown();
    // A timer may have rotated the last one.
    if (existsSync(path)) files.push(datesIn());
    return files;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('ten years of writing', () => {
  it.each(ZONES)(
    'in %s: one file for each local date on which anything was written, whatever the times of day',
    async (zone) => {
      const after = (what: Pause['after'], max: number): fc.Arbitrary<Pause> =>
        fc.record({ after: fc.constant(what), millis: fc.integer({ min: 1, max }) });
      // A number of them that is no divisor of anything.
      const pauses = fc.array(
        fc.oneof(after('now', 3 * HOUR), after('now', 4 * DAY), after('midnight', HOUR), after('midnight', 3 * HOUR)),
        { minLength: 97, maxLength: 97 },
      );
      await fc.assert(
        fc.asyncProperty(pauses, async (found) => {
          const files = await writeTenYears(zone, found);
          expect(files.filter((dates) => new Set(dates).size !== 1)).toStrictEqual([]);
          const dates = files.map(([date]) => date ?? '');
          expect(dates).toStrictEqual([...new Set(dates)].toSorted());
          expect(dates.length).toBeGreaterThan(1000);
        }),
        { ...randomRuns(1), endOnFailure: true },
      );
    },
    randomTimeout(120_000),
  );
});
