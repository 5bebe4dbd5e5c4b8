// SPDX-License-Identifier: Apache-2.0
import { isLogferryError } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { type AnonymizationPolicy, Anonymizer, extendPolicy, policyHash, PRESETS } from './index.ts';
import { anonymized } from './test-doubles/collecting-processor.ts';

function withPolicy(policy: AnonymizationPolicy): Anonymizer {
  return new Anonymizer({ policy, environment: {} });
}

/** The message of the error that building a policy throws. */
function refusal(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    if (isLogferryError(error) && error.code === 'INVALID_OPTION') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a preset', () => {
  it.each(Object.entries(PRESETS))('%s says why each rule is there and what it can not find', (name, policy) => {
    expect(policy.name).toBe(name);
    expect(policy.limits.length).toBeGreaterThan(100);
    const rules = [...Object.values(policy.entities), ...(policy.paths ?? [])];
    expect(rules.filter(({ reason }) => reason.length < 8)).toEqual([]);
    expect(() => withPolicy(policy)).not.toThrow();
  });

  it('gdpr shortens addresses and takes what is named for personal data', () => {
    const anonymizer = withPolicy(PRESETS.gdpr);
    expect(anonymizer.redact('from 93.184.216.34 and 192.168.7.9 and 2001:db8:1:2::3')).toBe(
      'from 93.184.216.0 and 192.168.7.0 and 2001:db8:1::',
    );
    expect(anonymizer.redact({ user: { firstName: 'Jane', id: 7 }, dateOfBirth: '1990-05-17', health: 'x' })).toEqual({
      user: { firstName: '[REDACTED]', id: 7 },
      dateOfBirth: '1990',
    });
  });

  it('pci-dss leaves six and four digits, and no authentication data', () => {
    const anonymizer = withPolicy(PRESETS['pci-dss']);
    expect(anonymizer.redact({ card: '4111 1111 1111 1111', cvv: '123', track2: 'x', card_holder: 'Jane' })).toEqual({
      card: '4111 11** **** 1111',
      card_holder: '[REDACTED]',
    });
    expect(anonymizer.redact('jane@example.com')).toBe('jane@example.com');
  });

  it('pci-dss shows nothing of a card number that is called a password, however often it is escaped', () => {
    const anonymizer = withPolicy(PRESETS['pci-dss']);
    let text = '{"password":4111111111111111}';
    for (let layer = 0; layer < 4; layer += 1) {
      expect(anonymizer.redact(`x ${text}`)).not.toContain('4111');
      text = JSON.stringify(text);
    }
  });

  it('hipaa leaves years of dates', () => {
    expect(
      withPolicy(PRESETS.hipaa).redact({ patient: { name: 'Jane', zip: '12345' }, dob: '1990-05-17', mrn: 'A7' }),
    ).toEqual({
      patient: { name: '[REDACTED]', zip: '[REDACTED]' },
      dob: '1990',
      mrn: '[REDACTED]',
    });
  });

  it('secrets-only leaves personal data', () => {
    expect(withPolicy(PRESETS['secrets-only']).redact('jane@example.com password=hunter2')).toBe(
      'jane@example.com password=[SECRET]',
    );
  });

  it('looks at coordinates that are numbers only where it looks for coordinates', () => {
    const place = { lat: 52.520_012, lon: 13.405_012 };
    const found = Object.entries(PRESETS).filter(([, policy]) => withPolicy(policy).redact(place) !== place);
    expect(found.map(([name]) => name)).toEqual(['default', 'gdpr', 'hipaa']);
    expect(withPolicy(PRESETS.default).redact(place)).toEqual({ lat: '[GPS]', lon: '[GPS]' });
  });

  it('changes nothing in its own output', () => {
    const texts = [
      'jane@example.com',
      '4111 1111 1111 1111',
      '203.0.113.9',
      'password=hunter2',
      'https://a:b@c/?token=x',
    ];
    for (const policy of Object.values(PRESETS)) {
      for (const text of texts) {
        const once = withPolicy(policy).redact(text);
        expect([policy.name, withPolicy(policy).redact(once)]).toEqual([policy.name, once]);
      }
    }
  });
});

describe('rules by path', () => {
  const policy = extendPolicy(PRESETS['secrets-only'], {
    paths: [
      { path: 'user.**.keep_me', operator: { kind: 'keep' }, reason: 'test' },
      { path: 'user.name', operator: { kind: 'redact', label: '[NAME]' }, reason: 'test' },
      { path: '**.comment', operator: { kind: 'drop' }, reason: 'test' },
      { path: 'items[*].age', operator: { kind: 'generalize', bucket: 10 }, reason: 'test' },
      { path: 'items[0].code', operator: { kind: 'mask', keepLast: 2 }, reason: 'test' },
      { path: 'http.request.header.x-id', operator: { kind: 'redact' }, reason: 'test', on: ['attributes'] },
    ],
  });

  it('match flat keys and nested maps alike, and the first one wins', () => {
    const anonymizer = withPolicy(policy);
    expect(
      anonymizer.redact({ 'user.name': 'Jane', user: { Name: 'Jane', a: { keepMe: 'password=x' } }, comment: 'x' }),
    ).toEqual({
      'user.name': '[NAME]',
      user: { Name: '[NAME]', a: { keepMe: 'password=x' } },
    });
    expect(
      anonymizer.redact({
        items: [
          { age: 47, code: 'ABCDEF' },
          { age: '31', code: 'ABCDEF' },
        ],
      }),
    ).toEqual({
      items: [
        { age: '40-49', code: '****EF' },
        { age: '30-39', code: 'ABCDEF' },
      ],
    });
  });

  it('can be bound to a part of the record, and hold for all below', () => {
    const header = { 'http.request.header.x-id': ['a', { b: 1 }] };
    const { record } = anonymized(testRecord({ body: header, attributes: header }), { policy });
    expect(record.body).toBe(header);
    expect(record.attributes).toEqual({ 'http.request.header.x-id': '[REDACTED]' });
  });

  it('that are none are refused where they are wrong', () => {
    const build = (): unknown =>
      withPolicy(extendPolicy(PRESETS.default, { paths: [{ path: 'a..b', operator: { kind: 'drop' }, reason: 'x' }] }));
    expect(refusal(build)).toBe(
      'policy.paths[0].path is no attribute path: "a..b" has an empty segment, at character 3',
    );
  });

  it('as an allow-list drop every attribute that none names, and scan the others', () => {
    const allowing = extendPolicy(PRESETS.default, { allow: { paths: ['order.id', 'note', 'http.**'] } });
    const attributes = {
      'order.id': 7,
      order: { id: 8, total: 9 },
      note: 'to jane@example.com',
      'http.route': '/x',
      user: 'Jane',
      flag: true,
    };
    const { record } = anonymized(testRecord({ body: 'stays', attributes }), { policy: allowing });
    expect(record.body).toBe('stays');
    expect(record.attributes).toEqual({ 'order.id': 7, order: { id: 8 }, note: 'to [EMAIL]', 'http.route': '/x' });
  });
});

describe('the hash of a policy', () => {
  it('stays with other names, reasons and orders, and changes with what the policy does', () => {
    const base = PRESETS.default;
    const hash = policyHash(base);
    expect(hash).toMatch(/^[\da-f]{16}$/);
    const entities = Object.fromEntries(Object.entries(base.entities).toReversed());
    expect(policyHash({ ...base, name: 'other', version: '9', limits: '', entities })).toBe(hash);
    expect(policyHash(extendPolicy(base, { entities: { email: false } }))).not.toBe(hash);
    expect(policyHash(extendPolicy(base, { ipRanges: { private: true } }))).not.toBe(hash);
    expect(new Anonymizer({ policy: base, environment: {} }).policyHash).toBe(hash);
  });
});

it('an option that there is not is refused, in the processor and in the anonymizer', () => {
  const mistyped = { polcy: 'gdpr', environment: {} } as object;
  expect(refusal(() => new Anonymizer(mistyped))).toMatch(
    /^options has no option "polcy"; it has policy, keys, .*; did you mean policy\?$/,
  );
  expect(refusal(() => anonymized(testRecord(), { sumary: true } as object))).toMatch(/; did you mean summary\?$/);
  expect(refusal(() => new Anonymizer({ dryRun: true } as object))).toContain('options has no option "dryRun"');
});
