// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord, testResource } from '@logferry/core/testing';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { randomRuns, randomTimeout } from '@logferry-test/support/random';
import { array, assert, constantFrom, integer, option, property, record } from 'fast-check';
import { expect, it } from 'vitest';
import { keyValues } from './any-value.ts';
import { canonicalBytes, type LogRecord, type LogsRequest, unixNanos } from './logs-request.ts';
import { anyText, entries, inOrder, objectOf, valuePair, wellFormed } from './value-arbitrary.ts';

const resources = ['shop', 'bank'].map((name) => ({ name, resource: testResource({ 'service.name': name }) }));
const scopes = ['orders', 'payments', 'stock'].map((name) => ({ name }));

const emitted = record({
  origin: record({ resource: constantFrom(...resources), scope: constantFrom(...scopes) }),
  seconds: integer({ min: 0, max: 2 ** 31 - 1 }),
  nanos: integer({ min: 0, max: 999_999_999 }),
  severityNumber: integer({ min: 0, max: 24 }),
  severityText: option(anyText, { nil: undefined }),
  body: valuePair,
  attributes: entries(),
  droppedAttributesCount: integer({ min: 0, max: 3 }),
  eventName: option(anyText, { nil: undefined }),
});

it(
  'any batch has the bytes of the generated code',
  () => {
    const encoder = new OtlpProtobufEncoder();
    assert(
      property(array(emitted, { minLength: 1, maxLength: 6 }), (batch) => {
        const groups = new Map<string, Map<string, LogRecord[]>>();
        for (const { origin, seconds, nanos, body, attributes, ...fields } of batch) {
          encoder.append(
            testRecord({
              ...fields,
              resource: origin.resource.resource,
              instrumentationScope: origin.scope,
              hrTime: [seconds, nanos],
              hrTimeObserved: [seconds, 0],
              body: body.value,
              attributes: objectOf(attributes),
            }),
          );
          const inResource = groups.get(origin.resource.name) ?? new Map<string, LogRecord[]>();
          groups.set(origin.resource.name, inResource);
          const inScope = inResource.get(origin.scope.name) ?? [];
          inResource.set(origin.scope.name, inScope);
          inScope.push({
            ...fields,
            severityText: wellFormed(fields.severityText ?? ''),
            eventName: wellFormed(fields.eventName ?? ''),
            timeUnixNano: unixNanos(seconds, nanos),
            observedTimeUnixNano: unixNanos(seconds, 0),
            ...(body.value === undefined ? {} : { body: body.expected }),
            attributes: keyValues(inOrder(attributes)),
          });
        }
        const expected: LogsRequest = {
          resourceLogs: Array.from(groups, ([name, inResource]) => ({
            resource: { attributes: keyValues([['service.name', { stringValue: name }]]) },
            scopeLogs: Array.from(inResource, ([scope, logRecords]) => ({ scope: { name: scope }, logRecords })),
          })),
        };
        expect(encoder.recordCount).toBe(batch.length);
        const sealed = encoder.take()!;
        expect(sealed.recordCount).toBe(batch.length);
        expect(Buffer.from(sealed.bytes).equals(canonicalBytes(expected))).toBe(true);
        sealed.release();
      }),
      randomRuns(3000),
    );
    expect(encoder.stats()).toEqual({ markers: 0, truncated: 0, droppedAttributes: 0 });
  },
  randomTimeout(300_000),
);

it(
  'a record that needs care has the same bytes',
  () => {
    const encode = (one: ReadableLogRecord): string => {
      const encoder = new OtlpProtobufEncoder();
      encoder.append(one);
      return Buffer.from(encoder.take()!.bytes).toString('hex');
    };
    assert(
      property(emitted, ({ seconds, nanos, body, attributes, ...fields }) => {
        const whole = testRecord({
          ...fields,
          hrTime: [seconds, nanos],
          body: body.value,
          attributes: objectOf(attributes),
          eventName: undefined,
        });
        // The last field that is read is the one that throws.
        const careful = Object.defineProperty({ ...whole }, 'eventName', { get: fail });
        expect(encode(careful)).toBe(encode(whole));
      }),
      randomRuns(2000),
    );
  },
  randomTimeout(300_000),
);

function fail(): never {
  throw new Error('no event name');
}
