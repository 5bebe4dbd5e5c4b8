// SPDX-License-Identifier: Apache-2.0
import { testRecord, testResource } from '@logferry/core/testing';
import { OtlpJsonEncoder } from '@logferry/otlp-encoding';
import { randomRuns, randomTimeout } from '@logferry-test/support/random';
import { array, assert, constantFrom, integer, option, property, record } from 'fast-check';
import { expect, it } from 'vitest';
import { keyValues } from './any-value.ts';
import { requestOfLine } from './json-request.ts';
import { type LogRecord, recordBytes, unixNanos } from './logs-request.ts';
import { anyText, entries, inOrder, objectOf, valuePair, wellFormed } from './value-arbitrary.ts';

const resources = ['shop', 'bank'].map((name) => testResource({ 'service.name': name }));
const scopes = ['orders', 'payments', 'stock'].map((name) => ({ name }));

const traceIds = ['0af7651916cd43dd8448eb211c80319c', 'ABCDEF00000000000000000000000001'];

const emitted = record({
  resource: constantFrom(...resources),
  scope: constantFrom(...scopes),
  seconds: integer({ min: 0, max: 2 ** 31 - 1 }),
  nanos: integer({ min: 0, max: 999_999_999 }),
  severityNumber: integer({ min: 0, max: 24 }),
  severityText: option(anyText, { nil: undefined }),
  body: valuePair,
  attributes: entries(),
  droppedAttributesCount: integer({ min: 0, max: 3 }),
  traceId: option(constantFrom(...traceIds), { nil: undefined }),
  eventName: option(anyText, { nil: undefined }),
});

it(
  'any batch is, line by line, the messages of its records in order',
  () => {
    const encoder = new OtlpJsonEncoder({ maxLineBytes: 2048 });
    assert(
      property(array(emitted, { minLength: 1, maxLength: 6 }), (batch) => {
        const expected: LogRecord[] = [];
        for (const { resource, scope, seconds, nanos, body, attributes, traceId, ...fields } of batch) {
          encoder.append(
            testRecord({
              ...fields,
              resource,
              instrumentationScope: scope,
              hrTime: [seconds, nanos],
              hrTimeObserved: [seconds, 0],
              body: body.value,
              attributes: objectOf(attributes),
              spanContext: traceId === undefined ? undefined : { traceId, spanId: traceId.slice(16), traceFlags: 1 },
            }),
          );
          const id = Buffer.from(traceId ?? '', 'hex');
          expected.push({
            ...fields,
            severityText: wellFormed(fields.severityText ?? ''),
            eventName: wellFormed(fields.eventName ?? ''),
            timeUnixNano: unixNanos(seconds, nanos),
            observedTimeUnixNano: unixNanos(seconds, 0),
            ...(body.value === undefined ? {} : { body: body.expected }),
            ...(traceId === undefined ? {} : { flags: 1, traceId: id, spanId: id.subarray(8) }),
            attributes: keyValues(inOrder(attributes)),
          });
        }
        const sealed = encoder.take()!;
        expect(sealed.recordCount).toBe(batch.length);
        let start = 0;
        const requests = sealed.lines.map(({ endOffset, recordCount }) => {
          const request = requestOfLine(
            new TextDecoder('utf-8', { fatal: true }).decode(sealed.bytes.subarray(start, endOffset)),
          );
          expect(recordBytes(request)).toHaveLength(recordCount);
          start = endOffset;
          return request;
        });
        expect(start).toBe(sealed.bytes.byteLength);
        expect(requests.flatMap(recordBytes)).toEqual(
          recordBytes({ resourceLogs: [{ scopeLogs: [{ logRecords: expected }] }] }),
        );
        const origins = requests.flatMap((request) =>
          (request.resourceLogs ?? []).flatMap(({ resource, scopeLogs }) =>
            (scopeLogs ?? []).flatMap(({ scope, logRecords }) =>
              (logRecords ?? []).map(() => [resource?.attributes?.[0]?.value?.stringValue, scope?.name]),
            ),
          ),
        );
        expect(origins).toEqual(batch.map(({ resource, scope }) => [resource.attributes['service.name'], scope.name]));
        sealed.release();
      }),
      randomRuns(3000),
    );
    expect(encoder.stats()).toEqual({ markers: 0, truncated: 0, droppedAttributes: 0 });
  },
  randomTimeout(300_000),
);
