// SPDX-License-Identifier: Apache-2.0
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Admission, type AdmissionOptions, admissionRules, admit, type QueueLoad } from './admission.ts';

const OPTIONS: AdmissionOptions = {
  maxQueueSize: 100,
  maxQueueBytes: 1000,
  overflowPolicy: 'drop-newest',
  severityReserve: 0.1,
  reservedSeverity: 'warn',
};
const DEBUG = 2;
const WARN = 4;
const EMPTY: QueueLoad = { records: 0, bytes: 0, waiting: 0, waitingLow: 0 };

describe('a record is admitted by', () => {
  const cases: readonly (readonly [string, Partial<AdmissionOptions>, number, Partial<QueueLoad>, Admission])[] = [
    ['any severity below the reserve', {}, DEBUG, { records: 89, bytes: 899 }, 'accept'],
    ['a low one when the records reach the reserve', {}, DEBUG, { records: 90, waiting: 90, waitingLow: 90 }, 'refuse'],
    ['a low one when the bytes reach the reserve', {}, DEBUG, { bytes: 900, waiting: 9, waitingLow: 9 }, 'refuse'],
    ['a severe one in the reserve', {}, WARN, { records: 99, bytes: 999 }, 'accept'],
    ['a severe one when the records are full, low ones waiting', {}, WARN, { records: 100, waitingLow: 1 }, 'drop-low'],
    ['a severe one when the bytes are full, low ones waiting', {}, WARN, { bytes: 1000, waitingLow: 1 }, 'drop-low'],
    ['a severe one when all that waits is severe', {}, WARN, { records: 100, waiting: 100 }, 'refuse'],
    [
      'drop-oldest, low ones waiting',
      { overflowPolicy: 'drop-oldest' },
      DEBUG,
      { records: 90, waitingLow: 1 },
      'drop-low',
    ],
    [
      'drop-oldest, only severe ones waiting',
      { overflowPolicy: 'drop-oldest' },
      DEBUG,
      { records: 90, waiting: 90 },
      'refuse',
    ],
    [
      'drop-oldest, a severe one among severe ones',
      { overflowPolicy: 'drop-oldest' },
      WARN,
      { records: 100, waiting: 1 },
      'drop-oldest',
    ],
    [
      'drop-oldest, a severe one, low ones first',
      { overflowPolicy: 'drop-oldest' },
      WARN,
      { records: 100, waiting: 9, waitingLow: 1 },
      'drop-low',
    ],
    ['drop-oldest, all in flight', { overflowPolicy: 'drop-oldest' }, WARN, { records: 100 }, 'refuse'],
    ['no reserve', { severityReserve: 0 }, DEBUG, { records: 99, bytes: 999 }, 'accept'],
    ['no reserve, full', { severityReserve: 0 }, WARN, { records: 100, waiting: 100 }, 'refuse'],
    [
      'no reserve, drop-oldest',
      { severityReserve: 0, overflowPolicy: 'drop-oldest' },
      DEBUG,
      { records: 100, waiting: 1 },
      'drop-oldest',
    ],
    ['a reserve for errors, a warning', { reservedSeverity: 'error' }, WARN, { records: 90 }, 'refuse'],
    ['no severity', {}, 0, { records: 90 }, 'refuse'],
    ['a queue too small for a reserve', { maxQueueSize: 9 }, DEBUG, { records: 8 }, 'accept'],
  ];
  it.each(cases)('%s', (_, options, severity, load, expected) => {
    expect(admit(admissionRules({ ...OPTIONS, ...options }), severity, { ...EMPTY, ...load })).toBe(expected);
  });
});

describe('whatever the bounds and the load', () => {
  it('a low record gets nothing that a severe one does not get', () => {
    const options = fc.record({
      maxQueueSize: fc.integer({ min: 1, max: 50 }),
      maxQueueBytes: fc.integer({ min: 1, max: 50 }),
      overflowPolicy: fc.constantFrom('drop-newest' as const, 'drop-oldest' as const),
      severityReserve: fc.double({ min: 0, max: 0.9, noNaN: true }),
      reservedSeverity: fc.constantFrom('trace' as const, 'warn' as const, 'fatal' as const),
    });
    const load = fc.tuple(fc.nat(60), fc.nat(60), fc.nat(60), fc.nat(60)).map(([records, bytes, waiting, low]) => ({
      records,
      bytes,
      waiting: Math.min(waiting, records),
      waitingLow: Math.min(low, waiting, records),
    }));
    const effort: readonly Admission[] = ['refuse', 'drop-oldest', 'drop-low', 'accept'];
    fc.assert(
      fc.property(options, load, fc.integer({ min: 0, max: 6 }), (given, held, severity) => {
        const rules = admissionRules(given);
        const low = admit(rules, severity, held);
        for (let higher = severity; higher <= 6; higher += 1) {
          expect(effort.indexOf(admit(rules, higher, held))).toBeGreaterThanOrEqual(effort.indexOf(low));
        }
      }),
      randomRuns(),
    );
  });
});
