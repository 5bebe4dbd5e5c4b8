// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { type FormatOptions, resolveFormat } from './record-encoding.ts';

describe('a formatter', () => {
  function formatted(format: (record: ReadableLogRecord) => string, options: FormatOptions = {}): string {
    const encoder = resolveFormat({ format, ...options }).createEncoder('private');
    encoder.append(testRecord({ body: 'one' }));
    encoder.append(testRecord({ body: 'two' }));
    return Buffer.from(encoder.take()?.bytes ?? []).toString();
  }

  it('gives the text of each line, with its line breaks escaped', () => {
    expect(formatted(({ body }) => `${String(body)}\r\n→`)).toBe('one\\r\\n→\ntwo\\r\\n→\n');
  });

  it('that throws, or gives no text, costs the text alone', () => {
    let calls = 0;
    const format = (): string => {
      calls += 1;
      if (calls === 1) throw new Error('secret');
      return 7 as unknown as string;
    };
    expect(formatted(format)).toBe('[Throws]\n[Throws]\n');
  });

  it('can not exceed the limit of a record', () => {
    const lines = formatted(() => '€'.repeat(20_000), { maxRecordBytes: 16_384 }).split('\n');
    for (const line of lines.slice(0, 2)) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(16_384);
      expect(line).toMatch(/€\[Truncated\]$/);
    }
  });
});
