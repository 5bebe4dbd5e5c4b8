// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { countLogRecords, readRecordTimes } from './count-log-records.ts';
import { opentelemetry } from './generated/otlp.js';

const { ExportLogsServiceRequest } = opentelemetry.proto.collector.logs.v1;

function times(request: Uint8Array): bigint[] {
  const found: bigint[] = [];
  readRecordTimes(request, (time) => found.push(time));
  return found;
}

test('the records of all scopes and resources are counted, and their times read', () => {
  const time = (timeUnixNano: number): object => ({ timeUnixNano, severityNumber: 9, body: { stringValue: 'a' } });
  const request = ExportLogsServiceRequest.encode({
    resourceLogs: [
      { scopeLogs: [{ logRecords: [time(1), time(2)] }, { logRecords: [time(3)] }] },
      { resource: { attributes: [] }, scopeLogs: [{ logRecords: [{ observedTimeUnixNano: 7 }, time(2 ** 53)] }] },
    ],
  }).finish();
  expect(countLogRecords(request)).toBe(5);
  expect(times(request)).toEqual([1n, 2n, 3n, 0n, 2n ** 53n]);
});

test('a time that stands behind other fields is found', () => {
  // severity_number 9, then time_unix_nano 5: the Collector writes fields in an order of its own.
  const record = [0x10, 9, 0x09, 5, 0, 0, 0, 0, 0, 0, 0];
  const scope = [0x12, record.length, ...record];
  const resource = [0x12, scope.length, ...scope];
  expect(times(Uint8Array.from([0x0a, resource.length, ...resource]))).toEqual([5n]);
});

test('bytes that end too early are refused', () => {
  expect(() => countLogRecords(Uint8Array.of(0x0a, 5, 0x12))).toThrow(RangeError);
});
