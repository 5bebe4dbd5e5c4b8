// SPDX-License-Identifier: Apache-2.0

/** The short way of a line must give what the mapping of all bridges gives. */
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { LineFormat } from '../foreign-line.ts';
import { LevelTable, PINO_LEVELS } from '../pino-levels.ts';
import { lineRecord } from './line-record.ts';
import { ordinaryRecord } from './ordinary-line.ts';

const NOW_MILLIS = 1767323045006;
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

const FORMATS: readonly LineFormat[] = [
  { messageKey: 'msg', errorKey: 'err', nestedKey: undefined, timeKey: undefined, levels: new LevelTable(PINO_LEVELS) },
  { messageKey: 'text', errorKey: 'failure', nestedKey: undefined, timeKey: 'ts', levels: new LevelTable(PINO_LEVELS) },
];

const keys = fc.constantFrom(
  'level',
  'time',
  'ts',
  '@timestamp',
  'timestamp',
  'msg',
  'text',
  'err',
  'error',
  'failure',
  'pid',
  'hostname',
  'name',
  'trace_id',
  'span_id',
  'trace_flags',
  'constructor',
  'order',
  'a.b',
  'severity',
  'stack',
  'otel.event.name',
);
const times = fc.oneof(fc.constantFrom(NOW_MILLIS, 1767323045, '2026-01-02T03:04:05.006Z', 'yesterday'), fc.integer());
const values = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(30, 35, 60, 'shop', '', TRACE_ID, 'b7ad6b7169203331', '01', 1234, 'here') },
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant({ type: 'RangeError', message: 'm', stack: 's' }),
);
const lines = fc
  .tuple(fc.dictionary(keys, values), fc.option(fc.constantFrom(10, 30, 35, 60)), fc.option(times))
  .map(([fields, level, time]) => ({
    ...(level === null ? {} : { level }),
    ...(time === null ? {} : { time, ts: time }),
    ...fields,
  }));

const resource: Readonly<Record<string, unknown>> = { 'process.pid': 1234, 'host.name': 'here' };
const resourceValue = (name: string): unknown => resource[name];

test('an ordinary line gives the record that the shared mapping gives', () => {
  const runs = randomRuns(3000);
  let ordinary = 0;
  fc.assert(
    fc.property(lines, fc.constantFrom(...FORMATS), (fields, format) => {
      const line = JSON.parse(JSON.stringify(fields)) as Record<string, unknown>;
      const record = ordinaryRecord(line, format, resourceValue);
      if (record === undefined) return;
      ordinary += 1;
      expect(record).toEqual(lineRecord(line, format, resourceValue, NOW_MILLIS));
    }),
    runs,
  );
  // Nothing was shown if no line were ordinary.
  expect(ordinary).toBeGreaterThan(0.1 * runs.numRuns);
});
