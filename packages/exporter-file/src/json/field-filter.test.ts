// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from '@logferry/core';
import { describe, expect, it } from 'vitest';

import { attributes, lineOf } from '../test-support/flat-lines.ts';
import type { JsonFormatOptions } from './json-options.ts';
import { resolveFormat } from './record-encoding.ts';

describe('include and exclude', () => {
  const values = { 'user.email': 'e', user: { id: 1, apiKey: 'k', tags: ['a', { secret: 's', n: 1 }] }, count: 3 };

  it('leave out by path, through flat keys, maps and arrays', () => {
    expect(attributes(values, { exclude: ['user.email', '**.api-key', 'user.tags[1].secret'] })).toStrictEqual({
      user: { id: 1, tags: ['a', { n: 1 }] },
      count: 3,
    });
  });

  it('keep what is named, with all that lies below it, unless it is excluded', () => {
    expect(attributes(values, { include: ['user'], exclude: ['user.tags'] })).toStrictEqual({
      'user.email': 'e',
      user: { id: 1, apiKey: 'k' },
    });
    expect(attributes(values, { include: ['user.id'] })).toStrictEqual({ user: { id: 1 } });
    expect(attributes(values, { exclude: ['user'] })).toStrictEqual({ count: 3 });
  });

  it('reach the fields of the record and of the resource by the names in the line', () => {
    const line = lineOf(
      { body: { text: 't', card: 'c' } },
      { exclude: ['severity', 'message.card', 'resource.**', 'logger'] },
    );
    expect(JSON.parse(line)).toStrictEqual({
      time: '2026-01-01T00:00:00.123456789Z',
      severityNumber: 9,
      message: { text: 't' },
    });
  });

  it.each([
    [{ include: ['**.'] }, 'json.include[0] is no attribute path: '],
    [{ timestamps: 'unix' as 'iso' }, "json.timestamps must be one of 'iso', 'epoch-millis', 'epoch-nanos'; it is "],
    [
      { fieldNames: { time: 'message' } },
      'json.fieldNames.body must be a name that no other field has; it is "message"',
    ],
    [{ fieldNames: { body: '' } }, 'json.fieldNames.body must be a name, or false; it is ""'],
  ] satisfies [JsonFormatOptions, string][])('refuse a bad option: %o', (json, message) => {
    expect(() => resolveFormat({ format: 'json', json })).toThrow(LogferryError);
    expect(() => resolveFormat({ format: 'json', json })).toThrow(message);
  });
});
