// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { encoderOf, linesOf } from '../test-support/flat-lines.ts';

const ODD_CHARACTERS = ['"', '\\', '\n', '\u0000', '\u001f', '\u007f', 'é', '€', '\u2028', '😀', '\ud800'];

describe('the members of a flat line', () => {
  it('hold texts of every length, with any character at any place', () => {
    const texts: string[] = [];
    for (let length = 0; length <= 70; length += 1) {
      const plain = 'abcdefghij'.repeat(7).slice(0, length);
      texts.push(plain);
      for (const odd of ODD_CHARACTERS) {
        for (let at = 0; at <= length; at += 1) texts.push(`${plain.slice(0, at)}${odd}${plain.slice(at)}`);
      }
    }
    const records = texts.map((text) => testRecord({ body: text, attributes: { text, after: true } }));
    const lines = linesOf(records).map((line) => JSON.parse(line) as Record<string, unknown>);
    const wellFormed = texts.map((text) => text.toWellFormed());
    expect(lines.map((line) => line['message'])).toStrictEqual(wellFormed);
    expect(lines.map((line) => line['text'])).toStrictEqual(wellFormed);
    expect(lines.every((line) => line['after'] === true)).toBe(true);
  });

  it('are whole wherever the memory of a batch has to grow', () => {
    for (const fill of Array.from({ length: 140 }, (_, n) => n)) {
      const encoder = encoderOf({ fieldNames: { time: false }, resourceAttributes: [] });
      const values = { a: 'x'.repeat(60), b: 12_345_678_901, c: false, d: 0.125, e: 'y' };
      const bodies = ['z'.repeat(16_000 + fill), ...Array.from({ length: 3 }, () => 'short')];
      for (const body of bodies) encoder.append(testRecord({ body, attributes: values }));
      const lines = Buffer.from(encoder.take()?.bytes ?? [])
        .toString()
        .trimEnd()
        .split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toStrictEqual(
        bodies.map((message) => ({ severity: 'INFO', severityNumber: 9, logger: 'orders', message, ...values })),
      );
    }
  });

  it('have the time of their record, whether it is that of the one before or not', () => {
    const times = [
      [1_767_225_600, 0],
      [1_767_225_600, 0],
      [1_767_225_600, 5_000_000],
      [1_767_225_601, 5_000_000],
      [1_767_225_601, 5_000_000],
      [99, 1],
      [1_767_225_600, 0],
    ] as const;
    const records = times.map(([seconds, nanos]) => testRecord({ hrTime: [seconds, nanos] }));
    for (const [timestamps, textOf] of [
      ['iso', ([s, n]) => `${new Date(s * 1000).toISOString().slice(0, -4)}${String(n).padStart(9, '0')}Z`],
      ['epoch-millis', ([s, n]) => s * 1000 + Math.floor(n / 1e6)],
      ['epoch-nanos', ([s, n]) => `${s}${String(n).padStart(9, '0')}`],
    ] satisfies [string, (time: readonly [number, number]) => unknown][]) {
      const lines = linesOf(records, { timestamps: timestamps as 'iso' });
      expect(lines.map((line) => (JSON.parse(line) as Record<string, unknown>)['time'])).toStrictEqual(
        times.map((time) => textOf(time)),
      );
    }
  });
});
