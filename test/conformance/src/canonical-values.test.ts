// SPDX-License-Identifier: Apache-2.0

/** A corpus of values with the AnyValue that each one is, and the bytes of the generated code for it. */
import { testRecord, testResource } from '@logferry/core/testing';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { describe, expect, it } from 'vitest';
import { type AnyValue, int, keyValues, list, map, text } from './any-value.ts';
import { canonicalBytes, unixNanos } from './logs-request.ts';
import { valueCorpus } from './value-corpus.ts';

const time = unixNanos(1_767_225_600, 1);

function encoded(fields: Parameters<typeof testRecord>[0]): Buffer {
  const encoder = new OtlpProtobufEncoder();
  encoder.append(
    testRecord({
      resource: testResource({}),
      instrumentationScope: { name: 's' },
      hrTime: [1_767_225_600, 1],
      hrTimeObserved: [0, 0],
      severityNumber: undefined,
      severityText: undefined,
      body: undefined,
      ...fields,
    }),
  );
  return Buffer.from(encoder.take()!.bytes);
}

function canonical(record: { body?: AnyValue; attributes?: ReturnType<typeof keyValues> }): Buffer {
  return Buffer.from(
    canonicalBytes({
      resourceLogs: [
        { resource: {}, scopeLogs: [{ scope: { name: 's' }, logRecords: [{ timeUnixNano: time, ...record }] }] },
      ],
    }),
  );
}

describe('each value has the bytes of the generated code', () => {
  it.each(valueCorpus)('%s, as an attribute', (_name, value, expected) => {
    const attributes = { before: 1, value, after: 'x' };
    const expectedAttributes = keyValues([
      ['before', int(1)],
      ['value', expected],
      ['after', text('x')],
    ]);
    expect(encoded({ attributes }).equals(canonical({ attributes: expectedAttributes }))).toBe(true);
  });

  it.each(valueCorpus.filter(([, value]) => value !== undefined))('%s, as the body', (_name, body, expected) => {
    expect(encoded({ body }).equals(canonical({ body: expected }))).toBe(true);
  });

  // Two levels fewer are left there.
  it.each(valueCorpus.filter(([name]) => !/^(31|a 32nd|47|a 48th)/.test(name)))(
    '%s, inside',
    (_name, value, expected) => {
      const attributes = { outer: [{ value }, 'x'] };
      const expectedAttributes = keyValues([['outer', list(map([['value', expected]]), text('x'))]]);
      expect(encoded({ attributes }).equals(canonical({ attributes: expectedAttributes }))).toBe(true);
    },
  );
});
