// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord, testResource } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { lineOf, linesOf } from '../test-support/flat-lines.ts';

describe('a flat line', () => {
  it('has the fields of the record, its attributes under their names, and the name of the service', () => {
    const line = lineOf({
      attributes: { 'order.id': 42, paid: true, note: 'a "b"\n', total: 9.5, nothing: null },
      eventName: 'order.accepted',
      spanContext: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 },
      resource: testResource({ 'service.name': 'orders', 'host.name': 'h1' }),
    });
    expect(line).toBe(
      '{"time":"2026-01-01T00:00:00.123456789Z","severity":"INFO","severityNumber":9,"logger":"orders",' +
        '"eventName":"order.accepted","message":"order accepted","traceId":"0af7651916cd43dd8448eb211c80319c",' +
        '"spanId":"b7ad6b7169203331","traceFlags":1,"order.id":42,"paid":true,"note":"a \\"b\\"\\n","total":9.5,' +
        '"nothing":null,"resource.service.name":"orders"}',
    );
  });

  it('has only what there is', () => {
    const bare = testRecord({
      hrTime: [0, 0],
      hrTimeObserved: [1_767_225_600, 5],
      severityNumber: undefined,
      severityText: undefined,
      body: undefined,
      instrumentationScope: { name: '' },
      resource: testResource({}),
    });
    expect(linesOf([bare])).toStrictEqual(['{"time":"2026-01-01T00:00:00.000000005Z"}']);
    expect(linesOf([bare], { fieldNames: { time: false } })).toStrictEqual(['{}']);
    const named = { ...bare, resource: testResource({ 'service.name': 'orders' }) } as ReadableLogRecord;
    expect(linesOf([named], { fieldNames: { time: false } })).toStrictEqual(['{"resource.service.name":"orders"}']);
  });

  it('takes other names and times', () => {
    const fieldNames = {
      time: '@timestamp',
      severityText: 'level',
      severityNumber: false,
      body: 'msg',
      scopeName: false,
    } as const;
    expect(lineOf({}, { fieldNames, timestamps: 'epoch-millis', resourceAttributes: [] })).toBe(
      '{"@timestamp":1767225600123,"level":"INFO","msg":"order accepted"}',
    );
    expect(lineOf({}, { fieldNames, timestamps: 'epoch-nanos', resourceAttributes: ['**'] })).toBe(
      '{"@timestamp":"1767225600123456789","level":"INFO","msg":"order accepted","resource.service.name":"orders"}',
    );
  });

  it('never has a name twice', () => {
    const own = { time: 1, message: 2, 'resource.service.name': 3, 'attributes.time': 4, droppedAttributes: 5 };
    const line = lineOf({ attributes: own, droppedAttributesCount: 7 });
    const names = [...line.matchAll(/"([^"]+)":/g)].map((match) => match[1]);
    expect(new Set(names).size).toBe(names.length);
    expect(JSON.parse(line)).toMatchObject({
      'attributes.time': 1,
      'attributes.message': 2,
      'attributes.resource.service.name': 3,
      'attributes.attributes.time': 4,
      'attributes.droppedAttributes': 5,
      droppedAttributes: 7,
    });
  });

  it('is one line, whatever a text holds', () => {
    const nasty = 'a\r\n\u0000\u001b[31m\u0085\u2028\u202e\ud800"\\';
    const line = lineOf({ body: nasty, attributes: { [nasty]: nasty } });
    expect(line).toMatch(/^[\u0020-\u007e\ufffd]*$/);
    expect(JSON.parse(line)).toMatchObject({
      message: nasty.toWellFormed(),
      [nasty.toWellFormed()]: nasty.toWellFormed(),
    });
  });
});
