// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch, SeverityNumber } from '@logferry/core';
import { pendingResource, testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { encoderOf } from '../test-support/flat-lines.ts';
import { resolveFormat, restoreBatch } from './record-encoding.ts';

describe('a batch of lines', () => {
  it('waits for a resource that is not settled', async () => {
    const late = pendingResource({}, { 'service.name': 'late' });
    const encoder = encoderOf();
    encoder.append(testRecord({ body: 'one', resource: late.resource }));
    encoder.append(testRecord({ body: 'two' }));
    const { pending } = encoder;
    expect(pending).toBeInstanceOf(Promise);
    await late.settle();
    await pending;
    const text = Buffer.from(encoder.take()?.bytes ?? []).toString();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => [line['message'], line['resource.service.name']])).toStrictEqual([
      ['one', 'late'],
      ['two', 'orders'],
    ]);
    expect([encoder.recordCount, encoder.byteLength, encoder.take()]).toStrictEqual([0, 0, undefined]);
  });

  it('splits and filters by severity, also after a way through another thread', () => {
    const encoder = resolveFormat({ format: 'json' }).createEncoder('shared');
    for (const severityNumber of [9, 17, undefined, 21]) encoder.append(testRecord({ severityNumber }));
    const batch = taken(encoder.take());
    expect(batch.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
    const { bytes, recordCount } = batch;
    const restored = restoreBatch({ bytes, recordCount, lines: (batch as unknown as { lines: [] }).lines });
    for (const one of [batch, restored]) {
      expect(one.split().map((part) => part.recordCount)).toStrictEqual([2, 2]);
      const severe = one.filterBySeverity?.((severity) => severity >= 17);
      const found = Buffer.from(severe?.bytes ?? [])
        .toString()
        .match(/"severityNumber":\d+/g);
      expect(found).toStrictEqual(['"severityNumber":17', '"severityNumber":21']);
      expect(one.filterBySeverity?.(() => true)).toBe(one);
      expect(one.filterBySeverity?.(() => false)).toBeUndefined();
    }
  });

  it('knows each of thousands of lines, and takes a severity that does not exist for none', () => {
    const encoder = encoderOf();
    for (let n = 0; n < 5_000; n += 1) {
      const severityNumber = [9, 300, 8.5, -1, 17][n % 5] as SeverityNumber;
      encoder.append(testRecord({ body: n, severityNumber }));
    }
    const batch = taken(encoder.take());
    expect([batch.recordCount, bodiesOf(batch)]).toStrictEqual([5_000, numbers(5_000, () => true)]);
    const asked: number[] = [];
    const severe = batch.filterBySeverity?.((severityNumber) => {
      asked.push(severityNumber);
      return severityNumber === 17;
    });
    expect(asked).toStrictEqual(numbers(5_000, () => true).map((n) => [9, 0, 0, 0, 17][n % 5]));
    expect(bodiesOf(taken(severe))).toStrictEqual(numbers(5_000, (n) => n % 5 === 4));
    expect(batch.split().map((part) => bodiesOf(part))).toStrictEqual([
      numbers(5_000, (n) => n < 2_500),
      numbers(5_000, (n) => n >= 2_500),
    ]);
    encoder.append(testRecord({ body: 'next' }));
    expect(bodiesOf(taken(encoder.take()))).toStrictEqual(['next']);
  });
});

function numbers(count: number, isWanted: (n: number) => boolean): number[] {
  return Array.from({ length: count }, (_, n) => n).filter((n) => isWanted(n));
}

function taken(batch: EncodedBatch | undefined): EncodedBatch {
  if (batch === undefined) throw new Error('there is no batch');
  return batch;
}

function bodiesOf({ bytes }: EncodedBatch): unknown[] {
  const lines = Buffer.from(bytes).toString().trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as Record<string, unknown>)['message']);
}
