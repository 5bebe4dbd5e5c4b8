// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { Anonymizer } from './index.ts';
import { anonymized } from './test-doubles/collecting-processor.ts';

const MAIL = 'jane@example.com';

describe('the members of an object', () => {
  it('are known by their keys, whatever stood beside them before', () => {
    const anonymizer = new Anonymizer({ environment: {} });
    const objects = [
      { user: 'a', password: 'hunter22', note: 'b' },
      { password: 'hunter22', user: 'a', note: 'b' },
      { user: 'a', note: 'b', password: 'hunter22' },
      { note: 'hunter22', user: 'a' },
      { password: 'hunter22' },
      { user: 'a', other: { password: 'hunter22', user: 'a' }, password: 'hunter22' },
    ];
    const redacted = [...objects, ...objects.toReversed()].map((object) => anonymizer.redact(object));
    const expected = [
      { user: 'a', password: '[SECRET]', note: 'b' },
      { password: '[SECRET]', user: 'a', note: 'b' },
      { user: 'a', note: 'b', password: '[SECRET]' },
      { note: 'hunter22', user: 'a' },
      { password: '[SECRET]' },
      { user: 'a', other: { password: '[SECRET]', user: 'a' }, password: '[SECRET]' },
    ];
    expect(redacted).toEqual([...expected, ...expected.toReversed()]);
  });

  it('are looked at, and stay in their order, where there are many', () => {
    const members = Array.from({ length: 200 }, (_, index) => [`key${index}`, index === 150 ? MAIL : 'x'] as const);
    const anonymizer = new Anonymizer({ environment: {} });
    for (let pass = 0; pass < 2; pass += 1) {
      const redacted = anonymizer.redact(Object.fromEntries(members)) as Record<string, unknown>;
      expect(Object.entries(redacted)).toEqual(
        members.map(([key, value]) => [key, value === MAIL ? '[EMAIL]' : value]),
      );
    }
  });

  it('are its own: a key that somebody gave to all objects is none of them', () => {
    const clean = testRecord({ body: { a: 'x' }, attributes: { b: 'y' } });
    const changed = testRecord({ body: { a: MAIL, c: 'z' }, attributes: { b: 'y' } });
    const all = Object.getPrototypeOf({}) as Record<string, unknown>;
    all['shared'] = MAIL;
    try {
      expect(anonymized(clean).record).toBe(clean);
      expect(Object.keys(anonymized(changed).record.body as object)).toEqual(['a', 'c']);
    } finally {
      delete all['shared'];
    }
  });

  it('are those that were there at first, when a getter takes some away and adds others', () => {
    const value: Record<string, unknown> = {
      first: 'x',
      get second() {
        delete value['first'];
        value['0'] = MAIL;
        return 'y';
      },
      third: MAIL,
    };
    expect(new Anonymizer({ environment: {} }).redact(value)).toEqual({
      first: undefined,
      second: 'y',
      third: '[EMAIL]',
    });
  });
});
