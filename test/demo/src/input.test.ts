// SPDX-License-Identifier: Apache-2.0
import { trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { readInputLine } from './input.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

test('a pino line becomes a record with severity, time, exception, trace context and attributes', () => {
  const line = JSON.stringify({
    level: 50,
    time: 1_767_225_600_123,
    pid: 7,
    hostname: 'box',
    name: 'orders',
    msg: 'payment failed',
    err: { type: 'TypeError', message: 'no bank', stack: 'TypeError: no bank\n    at x', code: 'E_BANK' },
    trace_id: TRACE_ID,
    span_id: SPAN_ID,
    trace_flags: '01',
    order: { id: 5 },
  });
  const { records, asText } = readInputLine(line);
  expect(asText).toBe(false);
  expect(records).toHaveLength(1);
  const { context, ...record } = records[0]?.record ?? {};
  expect({ ...records[0], record }).toEqual({
    resource: undefined,
    scope: { name: 'orders' },
    record: {
      severityNumber: 17,
      severityText: 'error',
      body: 'payment failed',
      timestamp: new Date(1_767_225_600_123),
      attributes: {
        order: { id: 5 },
        'process.pid': 7,
        'host.name': 'box',
        'exception.type': 'TypeError',
        'exception.message': 'no bank',
        'exception.stacktrace': 'TypeError: no bank\n    at x',
        'err.code': 'E_BANK',
      },
    },
  });
  expect(context === undefined ? undefined : trace.getSpanContext(context)).toMatchObject({
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    traceFlags: 1,
  });
});

test.each([
  [10, 1, 'trace'],
  [20, 5, 'debug'],
  [30, 9, 'info'],
  [35, 11, 'info'],
  [60, 21, 'fatal'],
  ['warn', 13, 'warn'],
  ['notice', undefined, 'notice'],
])('level %s is severity %s', (level, severityNumber, severityText) => {
  const record = readInputLine(JSON.stringify({ level, msg: 'm' })).records[0]?.record;
  expect([record?.severityNumber, record?.severityText]).toEqual([severityNumber, severityText]);
});

test('a time that can’t be read is kept as an attribute', () => {
  const record = readInputLine('{"time":"yesterday","msg":"m"}').records[0]?.record;
  expect([record?.timestamp, record?.attributes]).toEqual([undefined, { time: 'yesterday' }]);
});

test('an OTLP JSON line becomes its records, with resource, scope and exact 64-bit numbers', () => {
  const line = JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }] },
        scopeLogs: [
          {
            scope: { name: 'payments', version: '2' },
            logRecords: [
              {
                timeUnixNano: '1767225600123456789',
                observedTimeUnixNano: '5',
                severityNumber: 13,
                severityText: 'WARN',
                eventName: 'paid',
                body: { kvlistValue: { values: [{ key: 'big', value: { intValue: '9223372036854775807' } }] } },
                attributes: [
                  { key: 'list', value: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 'NaN' }, {}] } } },
                  { key: 'raw', value: { bytesValue: 'AQI=' } },
                ],
                flags: 257,
                traceId: TRACE_ID,
                spanId: SPAN_ID,
              },
              { body: { stringValue: 'second' } },
            ],
          },
        ],
      },
    ],
  });
  const { records } = readInputLine(line);
  expect(
    records.map(({ record: { context, ...record }, ...rest }) => ({ ...rest, record, traced: context !== undefined })),
  ).toEqual([
    {
      resource: { 'service.name': 'orders' },
      scope: { name: 'payments', version: '2' },
      traced: true,
      record: {
        timestamp: [1_767_225_600, 123_456_789],
        observedTimestamp: [0, 5],
        severityNumber: 13,
        severityText: 'WARN',
        eventName: 'paid',
        body: { big: 9_223_372_036_854_775_807n },
        attributes: { list: [true, Number.NaN, null], raw: new Uint8Array([1, 2]) },
      },
    },
    {
      resource: { 'service.name': 'orders' },
      scope: { name: 'payments', version: '2' },
      traced: false,
      record: { body: 'second', attributes: {} },
    },
  ]);
});

test('a line that is no JSON object is sent as text, and a blank one is nothing', () => {
  expect(readInputLine('Started server on :8080')).toEqual({
    records: [{ resource: undefined, scope: { name: 'input' }, record: { body: 'Started server on :8080' } }],
    asText: true,
  });
  expect(readInputLine('[1,2]').asText).toBe(true);
  expect(readInputLine('   ').records).toEqual([]);
});
