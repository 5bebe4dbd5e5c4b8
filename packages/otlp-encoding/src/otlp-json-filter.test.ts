// SPDX-License-Identifier: Apache-2.0
import type { EncodedLinesBatch } from '@logferry/core';
import { testRecord, testResource } from '@logferry/core/testing';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OtlpJsonEncoder } from './index.ts';
import { encodedLines } from './test-support/encoded-lines.ts';

/** Resource, scope and body of each record, line by line. */
function origins(batch: EncodedLinesBatch | undefined): string[][] {
  return encodedLines(batch).map(({ resourceLogs }) =>
    resourceLogs.flatMap(({ resource, schemaUrl, scopeLogs }) =>
      scopeLogs.flatMap(({ scope, logRecords }) =>
        logRecords.map(({ body, severityNumber }) =>
          JSON.stringify([resource, schemaUrl, scope, body, severityNumber]),
        ),
      ),
    ),
  );
}

const severityIn = (line: string): number => (JSON.parse(line) as unknown[])[4] as number;

describe('filtering JSON lines by severity', () => {
  it('asks about each record once, whatever its times, its severity and its texts are', () => {
    const severities = [undefined, 0, 1, 13, 24, 25, 2 ** 31 - 1, -1, 2.5, '17'];
    const encoder = new OtlpJsonEncoder({ maxLineBytes: 1024 });
    for (const severityNumber of severities) {
      const severityText = '"severityNumber":21';
      encoder.append(testRecord({ severityNumber, severityText, body: '{"severityNumber":21' }));
      encoder.append(testRecord({ severityNumber, hrTime: [0, 0], hrTimeObserved: [Number.NaN, 0] }));
    }
    encoder.append(testRecord({ severityNumber: 0, severityText: '', hrTime: [0, 0], hrTimeObserved: [0, 0] }));
    const asked: number[] = [];
    const batch = encoder.take();
    expect(batch?.filterBySeverity?.((severity) => asked.push(severity) === 0)).toBeUndefined();
    const written = [0, 0, 1, 13, 24, 25, 2 ** 31 - 1, 0, 0, 0];
    expect(asked).toEqual([...written.flatMap((severity) => [severity, severity]), 0]);
  });

  it('gives the batch itself when all are wanted', () => {
    const encoder = new OtlpJsonEncoder();
    encoder.append(testRecord());
    const batch = encoder.take();
    expect(batch?.filterBySeverity?.(() => true)).toBe(batch);
  });

  it('keeps what is wanted of each line, in memory of its own', () => {
    const resources = [testResource(), testResource({ a: [{ b: '[{"' }] }, 'https://example.com/')];
    const scopes = [{ name: 'a' }, { name: '}]', version: '"' }];
    const record = fc.record({
      severityNumber: fc.integer({ min: 1, max: 24 }),
      resource: fc.constantFrom(...resources),
      instrumentationScope: fc.constantFrom(...scopes),
      body: fc.string(),
    });
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 24 }),
        fc.constantFrom(1, 3, Infinity),
        (records, least, maxRecordsPerLine) => {
          const encoder = new OtlpJsonEncoder({ maxLineBytes: 1024, maxRecordsPerLine });
          for (const fields of records) encoder.append(testRecord(fields));
          const whole = encoder.take()!;
          const expected = origins(whole)
            .map((line) => line.filter((text) => severityIn(text) >= least))
            .filter((line) => line.length > 0);
          const kept = whole.filterBySeverity?.((severity) => severity >= least) as EncodedLinesBatch | undefined;
          if (kept !== whole) whole.bytes.fill(0);
          expect(origins(kept)).toEqual(expected);
        },
      ),
      randomRuns(200),
    );
  });
});
