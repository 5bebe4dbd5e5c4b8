// SPDX-License-Identifier: Apache-2.0
import type { GeneralizeOperator, MaskOperator, Operator, RedactOperator } from '@logferry/processor-anonymize';

import { value } from '../settings/setting.ts';
import type { ComponentType, KeysOf, SectionShape, Shape } from './shape.ts';
import { choice, either, integer, key } from './simple-shapes.ts';

const redactKeys: KeysOf<RedactOperator, 'kind'> = {
  label: key(
    {
      kind: 'text',
      pattern: {
        source: '^\\[[A-Z][A-Z0-9_:]{0,40}\\]$',
        words: 'upper-case letters, digits, "_" and ":" in brackets',
      },
    },
    'What stands for the value, such as [CUSTOMER].',
    { default: 'the name of the entity' },
  ),
};

const maskKeys: KeysOf<MaskOperator, 'kind'> = {
  keepFirst: key(integer(0, 64), 'Letters and digits that are kept at the beginning; of cards at most 6.', {
    default: 0,
  }),
  keepLast: key(integer(0, 64), 'Letters and digits that are kept at the end; of cards at most 4.', { default: 0 }),
};

const generalizeKeys: KeysOf<GeneralizeOperator, 'kind'> = {
  bucket: key(integer(2), 'Width of a bucket of numbers.', { default: 10 }),
  date: key(choice('year', 'month'), 'What is left of a date.', { default: 'year' }),
};

const ABOUT: Readonly<Record<Operator['kind'], string>> = {
  redact: 'Replaces the value with a label.',
  mask: 'Keeps some letters and digits at the ends.',
  pseudonym: 'Replaces the value with a token that is the same for the same value; needs keys.',
  hash: 'As pseudonym, from another key.',
  encrypt: 'Replaces the value with what the keys can read.',
  shred: 'As encrypt, with a key of the subject.',
  'truncate-ip': 'Keeps the network of an IP address.',
  generalize: 'Numbers to buckets, dates to their year or month.',
  drop: 'Takes the value away.',
  keep: 'Leaves the value as it is.',
};

const KEYS: Readonly<Partial<Record<string, SectionShape['keys']>>> = {
  redact: redactKeys,
  mask: maskKeys,
  generalize: generalizeKeys,
};

// A subject is found by a function, so that shred is for programs.
const KINDS = Object.entries(ABOUT).filter(([kind]) => kind !== 'shred');

function operatorType(kind: string, about: string): ComponentType {
  const title = `LogferryOperator_${kind.replace('-', '_')}`;
  return { about, section: { kind: 'section', title, about, keys: KEYS[kind] ?? {} } };
}

/** `redact`, or with options `mask: {keep_last: 4}`. */
export const OPERATOR: Shape = either(
  { kind: 'choice', words: KINDS.map(([kind]) => kind), convert: (kind) => ({ kind }) },
  {
    kind: 'component',
    title: 'LogferryOperator',
    what: 'an operator',
    types: Object.fromEntries(KINDS.map(([kind, about]) => [kind, operatorType(kind, about)])),
    named: (kind, options) => ({
      ...options,
      entries: new Map([['kind', value(kind, options.origin)], ...options.entries]),
    }),
  },
);
