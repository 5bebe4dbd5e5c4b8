// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { type AnonymizationPolicy, Anonymizer } from './index.ts';

function policyOf(...paths: readonly string[]): AnonymizationPolicy {
  return {
    name: 'rules-alone',
    version: '1',
    description: 'Rules by path and nothing else.',
    limits: 'Everything that no rule names.',
    entities: {},
    paths: paths.map((path) => ({ path, operator: { kind: 'redact' }, reason: 'a test' })),
  };
}

const options = { environment: {}, maxRecordUnits: 1024 };

describe('a policy of rules by path alone', () => {
  it('redacts what they name, in texts that are JSON as well', () => {
    const anonymizer = new Anonymizer({ policy: policyOf('user.name', 'list[1]', '**.pin'), ...options });
    expect(
      anonymizer.redact({
        user: { name: 'Jane', mail: 'jane@example.com' },
        list: ['a', 'b', 'c'],
        deep: { text: '{"pin":1234,"other":"x"}', plain: '{not JSON', pin: 5n },
        bytes: Buffer.from('{"pin":1}'),
      }),
    ).toEqual({
      user: { name: '[REDACTED]', mail: 'jane@example.com' },
      list: ['a', '[REDACTED]', 'c'],
      deep: { text: '{"pin":"[REDACTED]","other":"x"}', plain: '{not JSON', pin: '[REDACTED]' },
      bytes: Buffer.from('{"pin":"[REDACTED]"}'),
    });
  });

  it('leaves texts to which none of them leads, however long they are', () => {
    const anonymizer = new Anonymizer({ policy: policyOf('user.name'), ...options });
    const value = {
      text: 'x'.repeat(5000),
      json: JSON.stringify({ user: { name: 'Jane' }, more: 'x'.repeat(5000) }),
      bytes: Buffer.alloc(5000, 'x'),
      number: 4111111111111111,
      big: 4111111111111111n,
    };
    expect(anonymizer.redact(value)).toBe(value);
  });

  it('redacts JSON in which they may name something, where it is too long to be read', () => {
    const anonymizer = new Anonymizer({ policy: policyOf('**.pin'), ...options });
    const text = JSON.stringify({ more: 'x'.repeat(5000), pin: 1234 });
    expect(anonymizer.redact({ text })).toEqual({ text: `${text.slice(0, 1024)}[REDACTED:BUDGET]` });
  });

  it('still ends ways back to what they redact', () => {
    const anonymizer = new Anonymizer({ policy: policyOf('user.name'), ...options });
    const user: Record<string, unknown> = { name: 'Jane' };
    user['other'] = {
      get up() {
        return user;
      },
    };
    expect(anonymizer.redact({ user })).toEqual({ user: { name: '[REDACTED]', other: { up: '[Circular]' } } });
  });
});
