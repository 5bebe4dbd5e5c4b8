// SPDX-License-Identifier: Apache-2.0
import { isLogferryError } from '@logferry/core';
import { describe, expect, it } from 'vitest';

import {
  Anonymizer,
  type AnonymizerOptions,
  type DetectorOptions,
  extendPolicy,
  type Operator,
  PRESETS,
} from './index.ts';

function withDetector(
  detector: Omit<DetectorOptions, 'entity'>,
  operator: Operator = { kind: 'redact' },
  options: AnonymizerOptions = {},
): Anonymizer {
  const policy = extendPolicy(PRESETS.default, {
    entities: { staff: { operator, reason: 'test' } },
    detectors: [{ entity: 'staff', ...detector }],
  });
  return new Anonymizer({ policy, environment: {}, ...options });
}

/** The message of the error that building a policy throws. */
function refusal(pattern: RegExp): string {
  try {
    withDetector({ pattern });
  } catch (error) {
    if (isLogferryError(error) && error.code === 'INVALID_OPTION') {
      return error.message.replace('policy.detectors[0].pattern is refused: it ', '');
    }
    throw error;
  }
  return 'accepted';
}

const unbounded = (quantifier: string, at: number): string =>
  `has "${quantifier}", which has no upper bound (write {0,64} or {1,64}), at character ${at}`;

describe('a pattern of an application', () => {
  it.each<[RegExp, string]>([
    [/a+b/, unbounded('+', 2)],
    [/a*?b/, unbounded('*', 2)],
    [/(a+)+$/, unbounded('+', 3)],
    [/(a|a)*$/, unbounded('*', 6)],
    [/(a|b|ab)*c/, unbounded('*', 9)],
    [/(.*)=(.*)/, unbounded('*', 3)],
    [/\s+$/, unbounded('+', 3)],
    [/[\w.]+@[\w.]+/, unbounded('+', 6)],
    [/(?:\d{1,3}\.)+x/, unbounded('+', 14)],
    [/(?=.*x)a/, unbounded('*', 5)],
    [/(?!a+b)c/, unbounded('+', 5)],
    [/\d{3,}/, 'has "{3,}", which has no upper bound, at character 3'],
    [/a{10000,}/, 'has "{10000,}", which has no upper bound, at character 2'],
    [/a{0,}?/, 'has "{0,}", which has no upper bound, at character 2'],
    [/(a)\1/, 'has a back reference, at character 4'],
    [/(?<q>["'])x\k<q>/, 'has a back reference, at character 12'],
    [/(?<=x)a/, 'looks behind, at character 1'],
    [/(?<!x)a/, 'looks behind, at character 1'],
    [new RegExp(String.raw`[\p{L}--[a-z]]`, 'v'), 'has the flag "v", whose classes are not understood'],
  ])('%s is refused: it %s', (pattern, reason) => {
    expect(refusal(pattern)).toBe(reason);
  });

  it.each<[RegExp]>([
    [/(?:a{0,20}){0,20}b/],
    [/(a{1,9}){1,9}$/],
    [/(a|a){1,30}$/],
    [/(?:a?){30}a{30}/],
    [/a{0,99}b{0,99}c{0,99}d/],
    [/(?:x|xx|xxx){1,20}y/],
    [/.{0,200}.{0,200}/],
    [/a{1,99999}/],
    [/a{99999}/],
    [/(?:){0,99999999999}/],
    [/(a{1,99999}){1,99999}b/],
    // Without the flag `u` these are quantifiers of `u` and `p`.
    [new RegExp(String.raw`\u{99999}x`)],
    [new RegExp(String.raw`\p{99999}x`)],
    [/(?=(?:a{0,20}){0,20}b)a/],
    [/[^"]{1,5000}"/],
  ])('%s is refused, because it can take too many steps', (pattern) => {
    expect(refusal(pattern)).toMatch(/^can take \d+ steps for each start, and at most 4096 are allowed$/);
  });

  it.each<[RegExp]>([
    [/S-\d{6}/],
    [/\b(?:emp|staff)-[a-z]{1,8}(?=\s|$)/i],
    [/^id: [0-9a-f]{8}$/m],
    [/\d{1,20}/],
    [/[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3}/],
    [/x{,5}/],
    [/a{b}c/],
    [/[+*?{}()|[\]\\]/],
    [/\+\*\(\)/],
    [/colou?r/],
    [/(?<year>\d{4})-(?<month>\d{2})/],
    [/(?!000)\d{3}/],
    [/\p{Lu}\p{Ll}{1,20}/u],
    [/\u{1f600}/u],
    [/\cJ|\x41|\u0041/],
    [/[^\]]/],
    [/staff/d],
  ])('%s is accepted', (pattern) => {
    expect(refusal(pattern)).toBe('accepted');
  });

  it('finds with its context and check', () => {
    const anonymizer = withDetector(
      { pattern: /\d{6}/, context: ['employee'], validate: (match) => match !== '000000' },
      { kind: 'mask', keepLast: 2 },
    );
    expect(anonymizer.redact('employee 123456')).toBe('employee ****56');
    expect(anonymizer.redact('employee 000000')).toBe('employee 000000');
    expect(anonymizer.redact('order 123456')).toBe('order 123456');
  });

  it('has its context in the keys that lead to a value, too', () => {
    const anonymizer = withDetector({ pattern: /\d{6}/, context: ['Employee'] });
    const value = {
      employeeId: '123456',
      order: '123456',
      'employee.list': [{ n: 654_321 }],
      text: '{"employee":123456}',
    };
    expect(anonymizer.redact(value)).toEqual({
      employeeId: '[STAFF]',
      order: '123456',
      'employee.list': [{ n: '[STAFF]' }],
      text: '{"employee":"[STAFF]"}',
    });
    expect(anonymizer.redact('123456', 'employee_id')).toBe('[STAFF]');
    expect(anonymizer.redact('123456', 'order_id')).toBe('123456');
  });

  it('of an entity that another finds as well has only its own context', () => {
    const policy = extendPolicy(PRESETS.default, {
      entities: { staff: { operator: { kind: 'redact' }, reason: 'test' } },
      detectors: [
        { entity: 'staff', pattern: /\d{6}/, context: ['employee'] },
        { entity: 'staff', pattern: /[A-Z]-\d{3}/, context: ['badge'] },
      ],
    });
    const anonymizer = new Anonymizer({ policy, environment: {} });
    const value = { employee: ['123456', 'A-123'], badge: ['123456', 'A-123'] };
    expect(anonymizer.redact(value)).toEqual({ employee: ['[STAFF]', 'A-123'], badge: ['123456', '[STAFF]'] });
  });

  it('finds in numbers of any size', () => {
    const anonymizer = withDetector({ pattern: /^\d{6}$/ });
    expect(anonymizer.redact([123_456, 12_345, 123_456n, 1.5])).toEqual(['[STAFF]', 12_345, '[STAFF]', 1.5]);
  });

  it('finds below encodings, in keys and in bytes', () => {
    const anonymizer = withDetector({ pattern: /S-\d{6}/ });
    const hidden = [
      'S%2D123456',
      Buffer.from('the one is S-123456').toString('base64'),
      { 'S-123456': 1 },
      Buffer.from('x S-123456'),
    ];
    expect(anonymizer.redact(hidden)).toEqual(['[STAFF]', '[STAFF]', { '[STAFF]': 1 }, Buffer.from('x [STAFF]')]);
  });

  it('takes no more steps for a record than are allowed; the rest is redacted and counted', () => {
    // 20 choices of up to 20 units: 400 steps for each unit of a text.
    const anonymizer = withDetector({ pattern: /\d{1,20}x/ }, { kind: 'redact' }, { maxRecordSteps: 43_000 });
    expect(anonymizer.redact('.'.repeat(100))).toBe('.'.repeat(100));
    const text = '7x'.repeat(200);
    const { value, entities } = anonymizer.explain(text);
    expect(String(value)).toMatch(/^(?:\[STAFF\]){50,51}7?\[REDACTED:BUDGET\]$/);
    expect(entities['limit']).toBe(1);
    expect(anonymizer.redact(['.'.repeat(60), '-'.repeat(60)])).toEqual([
      '.'.repeat(60),
      expect.stringMatching(/^-{3,50}\[REDACTED:BUDGET\]$/) as string,
    ]);
  });
});

describe('a function of an application', () => {
  it('is asked again for a short text that came before at a place neither at once, nor behind a long one', () => {
    const asked: string[] = [];
    const anonymizer = withDetector({
      find: (text) => {
        asked.push(text);
        return [];
      },
    });
    const long = '-'.repeat(1000);
    for (const text of ['short', 'short', long, 'short']) anonymizer.redact({ note: text });
    expect(asked).toEqual(['note', 'short', long]);
  });

  it('finds ranges, and what it throws or gives wrong redacts the value', () => {
    const at = (find: DetectorOptions['find']): unknown => withDetector({ find: find! }).redact('staff 7');
    expect(at(() => [[0, 5]])).toBe('[STAFF] 7');
    expect(at(() => [])).toBe('staff 7');
    for (const range of [
      [0, 99],
      [-1, 2],
      [3, 3],
      [0.5, 2],
      ['0', 2],
    ] as [number, number][]) {
      expect(at(() => [range])).toBe('[REDACTION_ERROR]');
    }
    expect(at(() => 7 as never)).toBe('[REDACTION_ERROR]');
    expect(
      at(() => {
        throw new Error('staff 7');
      }),
    ).toBe('[REDACTION_ERROR]');
  });
});
