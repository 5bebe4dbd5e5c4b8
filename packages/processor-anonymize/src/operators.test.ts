// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import {
  Anonymizer,
  decrypt,
  decryptForSubject,
  extendPolicy,
  KeyRing,
  MemorySubjectKeyStore,
  type Operator,
  type PolicyChanges,
  PRESETS,
  pseudonymsOf,
} from './index.ts';
import { testKey as key } from './test-doubles/test-key.ts';
import { anonymized } from './test-doubles/collecting-processor.ts';

const EMAIL = 'Jane@Example.com';

function anonymizer(operator: Operator, keys?: KeyRing, changes: PolicyChanges = {}): Anonymizer {
  const entities = { email: { operator, reason: 'test' } };
  const policy = extendPolicy(PRESETS.default, { ...changes, entities: { ...entities, ...changes.entities } });
  return new Anonymizer({ policy, environment: {}, ...(keys === undefined ? {} : { keys }) });
}

describe('a pseudonym', () => {
  it('is equal for equal values and keys, and unlinkable otherwise', () => {
    const ring = new KeyRing([{ id: 'a', key: key(1) }]);
    const first = anonymizer({ kind: 'pseudonym' }, ring).redact(EMAIL);
    expect(first).toMatch(/^email:a:[\w-]{22}$/);
    expect(anonymizer({ kind: 'pseudonym' }, ring).redact('x jane@example.com y')).toBe(`x ${String(first)} y`);
    expect(anonymizer({ kind: 'pseudonym' }, new KeyRing([{ id: 'a', key: key(2) }])).redact(EMAIL)).not.toBe(first);
    const byPath = { paths: [{ path: 'who', operator: { kind: 'pseudonym' }, reason: 'test' }] } as const;
    expect(anonymizer({ kind: 'pseudonym' }, ring, byPath).redact({ who: EMAIL })).toEqual({
      who: expect.stringMatching(/^path:a:/) as string,
    });
    expect(anonymizer({ kind: 'hash' }, ring).redact(EMAIL)).toMatch(/^hash\.email:a:[\w-]{22}$/);
    expect(String(anonymizer({ kind: 'hash' }, ring).redact(EMAIL)).slice(-22)).not.toBe(String(first).slice(-22));
  });

  it('is left alone by a second pass, also where a key names a secret', () => {
    const ring = new KeyRing([{ id: 'a', key: key(1) }]);
    const entities = { secret: { operator: { kind: 'pseudonym' }, reason: 'test' } } as const;
    const one = anonymizer({ kind: 'pseudonym' }, ring, { entities });
    for (const value of [EMAIL, 'password=hunter2 x', { password: 'hunter2' }]) {
      const once = one.redact(value);
      expect(once).not.toEqual(value);
      expect(one.redact(once)).toEqual(once);
    }
  });

  it('has a new key after a rotation, and the old one is still found', () => {
    const ring = new KeyRing([{ id: 'a', key: key(1) }]);
    const one = anonymizer({ kind: 'pseudonym' }, ring);
    const before = one.redact(EMAIL);
    ring.rotate({ id: 'b', key: key(2) });
    const after = one.redact(EMAIL);
    expect(after).toMatch(/^email:b:/);
    expect(pseudonymsOf('email', EMAIL, ring)).toEqual([after, before]);
    ring.rotate({ id: 'c', key: key(3) }, 1);
    expect(ring.ids).toEqual(['c', 'b']);
  });

  it('is the label without a key', () => {
    expect(anonymizer({ kind: 'pseudonym' }).redact(EMAIL)).toBe('[EMAIL]');
  });
});

describe('an encrypted value', () => {
  it('differs each time, can be read with the ring, and not when it was changed or moved', () => {
    const ring = new KeyRing([{ id: 'a', key: key(1) }]);
    const one = anonymizer({ kind: 'encrypt' }, ring);
    const token = String(one.redact(EMAIL));
    expect(token).toMatch(/^enc:email:a:[\w-]+$/);
    expect(one.redact(EMAIL)).not.toBe(token);
    expect(decrypt(token, ring)).toBe(EMAIL);
    ring.rotate({ id: 'b', key: key(2) });
    expect(decrypt(token, ring)).toBe(EMAIL);
    expect(one.redact(token)).toBe(token);
    expect(decrypt(token.replace('enc:email', 'enc:iban'), ring)).toBeUndefined();
    expect(decrypt(`${token.slice(0, -2)}AA`, ring)).toBeUndefined();
    ring.forget('a');
    expect(decrypt(token, ring)).toBeUndefined();
  });

  it('for a subject is unreadable once the key of the subject is deleted', () => {
    const subjectKeys = new MemorySubjectKeyStore();
    const policy = extendPolicy(PRESETS.default, {
      entities: { email: { operator: { kind: 'shred' }, reason: 'test' } },
    });
    const options = {
      policy,
      subjectKeys,
      subject: (record: { attributes: object }) => String((record.attributes as { uid: unknown }).uid),
    };
    const emitted = (): string =>
      String(anonymized(testRecord({ body: EMAIL, attributes: { uid: 'customer-7' } }), options).record.body);
    const token = emitted();
    expect(decryptForSubject(token, subjectKeys)).toBe(EMAIL);
    expect(token).not.toContain('customer-7');
    subjectKeys.delete('customer-7');
    expect(decryptForSubject(token, subjectKeys)).toBeUndefined();
    expect(emitted()).toBe('[EMAIL]');
  });
});

describe('a mask', () => {
  it('shows nothing of a short value, and of cards no more than allowed', () => {
    const one = anonymizer({ kind: 'mask', keepFirst: 1, keepLast: 2 });
    expect(one.redact('jane.doe@example.com')).toBe('j***.***@*******.*om');
    expect(one.redact('a@b.co')).not.toContain('a@b.co');
    const card = { kind: 'mask', keepFirst: 7 } as const;
    expect(() =>
      anonymizer({ kind: 'drop' }, undefined, { entities: { payment_card: { operator: card, reason: 'x' } } }),
    ).toThrow('policy.entities.payment_card.operator.keepFirst must be a whole number from 0 to 6; it is 7');
  });

  it('of cards never stands beside a hash of one', () => {
    const ring = new KeyRing([{ id: 'a', key: key(1) }]);
    const masking = anonymizer({ kind: 'drop' }, ring, {
      entities: { payment_card: { operator: { kind: 'mask', keepFirst: 6, keepLast: 4 }, reason: 'x' } },
      paths: [{ path: 'pan', operator: { kind: 'hash' }, reason: 'x' }],
    });
    expect(masking.redact({ pan: '4111111111111111', note: '4111111111111111' })).toEqual({
      pan: '[PAYMENT_CARD]',
      note: '411111******1111',
    });
  });
});

it('a keep, a drop and a shortened address do what they say, inside a text too', () => {
  expect(anonymizer({ kind: 'keep' }).redact(`x ${EMAIL}`)).toBe(`x ${EMAIL}`);
  expect(anonymizer({ kind: 'drop' }).redact(`x ${EMAIL} y`)).toBe('x  y');
  const ip = anonymizer({ kind: 'keep' }, undefined, {
    entities: { ip_address: { operator: { kind: 'truncate-ip' }, reason: 'x' } },
  });
  expect(ip.redact('::ffff:203.0.113.77 203.0.113.77 2001:db8:a:b::1')).toBe('203.0.113.0 203.0.113.0 2001:db8:a::');
});
