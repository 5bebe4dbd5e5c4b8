// SPDX-License-Identifier: Apache-2.0

/** What was appended stays as it was then, whatever the application does afterwards or meanwhile. */
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { describe, expect, it } from 'vitest';
import { bigInt, decodeRequest, readable, readableEntries, recordsOf } from './logs-request.ts';

function bodies(bytes: Uint8Array): unknown[] {
  return recordsOf(decodeRequest(bytes)).map(({ body }) => readable(body));
}

function wholeOrMarker(body: unknown): string {
  const text = JSON.stringify(body);
  return text.includes('[Throws]') ? '[Throws]' : text;
}

describe('a record is encoded when it is appended', () => {
  it('so that changing its values afterwards changes nothing', () => {
    const body = { list: [1], text: 'then' };
    const attributes: Record<string, unknown> = { a: { b: 1 }, bytes: Buffer.from([1]) };
    const encoder = new OtlpProtobufEncoder();
    encoder.append(testRecord({ body, attributes }));
    body.list.push(2);
    body.text = 'now';
    (attributes['bytes'] as Buffer).fill(9);
    attributes['c'] = 1;
    delete attributes['a'];
    const [record] = recordsOf(decodeRequest(encoder.take()!.bytes));
    expect(readable(record!.body)).toEqual({
      map: [
        ['list', [{ int: '1' }]],
        ['text', 'then'],
      ],
    });
    expect(readableEntries(record!.attributes)).toEqual([
      ['a', { map: [['b', { int: '1' }]] }],
      ['bytes', { bytes: '01' }],
    ]);
  });

  it('so that the record may be a view that is used again', () => {
    const view = { ...testRecord(), hrTime: [0, 0], body: '' };
    const encoder = new OtlpProtobufEncoder();
    for (const body of ['one', 'two', 'three']) {
      view.body = body;
      view.hrTime[0]! += 1;
      encoder.append(view as unknown as ReadableLogRecord);
    }
    const records = recordsOf(decodeRequest(encoder.take()!.bytes));
    expect(records.map(({ body, timeUnixNano }) => [readable(body), bigInt(timeUnixNano)])).toEqual([
      ['one', 1_000_000_000n],
      ['two', 2_000_000_000n],
      ['three', 3_000_000_000n],
    ]);
  });
});

describe('while a record is read', () => {
  it('a record that one of its getters logs is kept, behind it', () => {
    const encoder = new OtlpProtobufEncoder();
    const lazy = {
      get loaded(): number {
        encoder.append(testRecord({ body: 'loading', instrumentationScope: { name: 'orm' } }));
        encoder.append(testRecord({ body: 'loaded' }));
        return 7;
      },
    };
    encoder.append(testRecord({ body: 'before' }));
    encoder.append(testRecord({ body: lazy }));
    encoder.append(testRecord({ body: 'after' }));
    expect(encoder.recordCount).toBe(5);
    const sealed = encoder.take()!;
    expect(sealed.recordCount).toBe(5);
    expect(bodies(sealed.bytes)).toEqual(['before', { map: [['loaded', { int: '7' }]] }, 'loaded', 'after', 'loading']);
  });

  it('a flush by one of its getters takes the records before it and leaves the record whole', () => {
    const encoder = new OtlpProtobufEncoder();
    const taken: Uint8Array[] = [];
    const flushing = {
      a: 1,
      get flushed(): boolean {
        const sealed = encoder.take();
        if (sealed !== undefined) taken.push(sealed.bytes);
        return sealed !== undefined;
      },
      z: 'x'.repeat(50_000),
    };
    for (const body of ['one', 'two']) encoder.append(testRecord({ body }));
    encoder.append(testRecord({ attributes: flushing, body: 'three' }));
    expect(encoder.recordCount).toBe(1);
    encoder.append(testRecord({ body: 'four' }));
    const rest = encoder.take()!;
    expect(taken.map(bodies)).toEqual([['one', 'two']]);
    expect(bodies(rest.bytes)).toEqual(['three', 'four']);
    expect(rest.recordCount).toBe(2);
  });

  it('a getter that logs its own object is stopped by markers, and every record is counted', () => {
    const encoder = new OtlpProtobufEncoder();
    let appended = 0;
    const endless = {
      get again(): string {
        appended += 1;
        encoder.append(testRecord({ body: endless }));
        return 'read';
      },
    };
    encoder.append(testRecord({ body: endless }));
    const sealed = encoder.take()!;
    expect(sealed.recordCount).toBe(appended + 1);
    const whole = { map: [['again', 'read']] };
    expect(bodies(sealed.bytes)).toEqual([whole, whole, whole, whole, whole, '[Circular]']);
  });

  it('an exhausted call stack costs one record, not the others', () => {
    const encoder = new OtlpProtobufEncoder();
    encoder.append(testRecord({ body: 'before' }));
    const frames = (): void => {
      try {
        frames();
      } finally {
        // As deep as the stack allows, and on the way back.
        encoder.append(testRecord({ body: { a: [new Map([['b', { c: 1 }]])] } }));
      }
    };
    expect(frames).toThrow(RangeError);
    encoder.append(testRecord({ body: 'after' }));
    const sealed = encoder.take()!;
    const found = bodies(sealed.bytes);
    expect(found).toHaveLength(sealed.recordCount);
    expect([found[0], found.at(-1)]).toEqual(['before', 'after']);
    // With little stack left, a marker stands for the record or for one of its values.
    const whole = JSON.stringify({ map: [['a', [{ map: [['b', { map: [['c', { int: '1' }]] }]] }]]] });
    for (const body of found.slice(1, -1)) expect([whole, '[Throws]']).toContain(wholeOrMarker(body));
  });
});
