// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { attributes, encoderOf, linesOf } from '../test-support/flat-lines.ts';

describe('a hostile record', () => {
  it('costs no other record anything', () => {
    const throwing = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
        get: () => {
          throw new Error('no');
        },
      },
    );
    const getter = Object.defineProperty({ fine: 1 }, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    const lines = linesOf([
      testRecord({ body: 'before' }),
      testRecord({ attributes: throwing }),
      testRecord({ attributes: getter }),
      throwing as ReadableLogRecord,
      testRecord({ body: 'after' }),
    ]).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ message }) => message)).toStrictEqual([
      'before',
      'order accepted',
      'order accepted',
      '[Throws]',
      'after',
    ]);
    expect(lines[2]).toMatchObject({ fine: 1, bad: '[Throws]' });
  });

  it('that emits another while it is written, or takes the batch, loses neither', () => {
    const encoder = encoderOf();
    const batches: string[] = [];
    const take = (): void => void batches.push(Buffer.from(encoder.take()?.bytes ?? []).toString());
    encoder.append(testRecord({ body: 'first' }));
    const nosy = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        encoder.append(testRecord({ body: 'nested' }));
        take();
        return 1;
      },
    });
    encoder.append(testRecord({ body: 'outer', attributes: nosy }));
    take();
    const messages = batches.map((text) => [...text.matchAll(/"message":"(\w+)"/g)].map((match) => match[1]));
    expect(messages).toStrictEqual([['first'], ['outer', 'nested']]);
  });

  it('stays within its limit, and says what is missing', () => {
    const big = 'x'.repeat(300_000);
    const wide = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`key${n}`, 'y'.repeat(100)]));
    const lines = linesOf(
      [testRecord({ body: big }), testRecord({ attributes: wide }), testRecord({ body: Array(9999).fill(big) })],
      {},
      { maxRecordBytes: 100_000 },
    );
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(100_000);
      JSON.parse(line);
    }
    expect(lines[0]).toMatch(/x\[Truncated\]","/);
    const kept = (JSON.parse(lines.at(1) ?? '') as { droppedAttributes: number }).droppedAttributes;
    expect(kept).toBeGreaterThan(1000);
  });

  it('is written by the two ways alike', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), value), (values) => {
        delete values['__proto__'];
        const wellFormed = Object.entries(values).map(([key, member]): [string, unknown] => {
          const name = key.toWellFormed();
          const own =
            /^(resource|attributes)\./.test(name) || ['eventName', 'traceId', 'time', 'message'].includes(name);
          if (typeof member === 'string') return [own ? `attributes.${name}` : name, member.toWellFormed()];
          const isPlain = typeof member !== 'number' || Number.isFinite(member);
          return [own ? `attributes.${name}` : name, isPlain ? member : String(member)];
        });
        expect(attributes(values)).toStrictEqual(Object.fromEntries(wellFormed));
        expect((attributes({ nested: values }) as { nested: object }).nested).toStrictEqual(
          Object.fromEntries(
            Object.entries(values).map(([key, member]) => [
              key.toWellFormed(),
              typeof member === 'string'
                ? member.toWellFormed()
                : typeof member === 'number' && !Number.isFinite(member)
                  ? String(member)
                  : member,
            ]),
          ),
        );
      }),
      randomRuns(),
    );
  });
});
