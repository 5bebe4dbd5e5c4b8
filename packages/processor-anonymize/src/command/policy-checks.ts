// SPDX-License-Identifier: Apache-2.0

/** What a policy in a file may hold: the keys of the types, under the same names. What they mean is checked later. */
import type { IpRanges } from '../detect/scan-input.ts';
import type { DetectorOptions } from '../detect/user-detector.ts';
import type { GeneralizeOperator, MaskOperator, Operator, RedactOperator } from '../operate/operator.ts';
import type { AllowList, AnonymizationPolicy, EntityRule, PathRule, PolicyChanges } from '../policy/policy.ts';
import { PRESETS } from '../presets/presets.ts';
import {
  type Check,
  flag,
  type KeysOf,
  list,
  named,
  number,
  objectOf,
  oneOf,
  orFalse,
  section,
  text,
} from './checks.ts';

const NO_KEYS = {};
const REDACT: KeysOf<RedactOperator, 'kind'> = { label: text };
const MASK: KeysOf<MaskOperator, 'kind'> = { keepFirst: number, keepLast: number };
const GENERALIZE: KeysOf<GeneralizeOperator, 'kind'> = { bucket: number, date: oneOf(['year', 'month']) };

const OPERATORS: Readonly<Record<Operator['kind'], Readonly<Record<string, Check>>>> = {
  redact: REDACT,
  mask: MASK,
  pseudonym: NO_KEYS,
  hash: NO_KEYS,
  encrypt: NO_KEYS,
  shred: NO_KEYS,
  'truncate-ip': NO_KEYS,
  generalize: GENERALIZE,
  drop: NO_KEYS,
  keep: NO_KEYS,
};

const kind = oneOf(Object.keys(OPERATORS));

const operator: Check = (value, path) => {
  const { kind: given } = objectOf(value, path);
  kind(given, `${path}.kind`);
  section({ kind, ...OPERATORS[given as Operator['kind']] }, ['kind'])(value, path);
};

const ENTITY: KeysOf<EntityRule> = { operator, reason: text };
const entity = section(ENTITY, ['operator', 'reason']);

const PATH: KeysOf<PathRule> = {
  path: text,
  operator,
  reason: text,
  on: list(oneOf(['body', 'attributes', 'resource', 'scope'])),
};

const ALLOW: KeysOf<AllowList> = { paths: list(text), otherwise: operator };
const IP_RANGES: KeysOf<IpRanges> = { private: flag, reserved: flag, documentation: flag };

/** Functions are no data; `ignoreCase` stands for the flag of a pattern. */
const DETECTOR: KeysOf<DetectorOptions, 'validate' | 'find'> & { readonly ignoreCase: Check } = {
  entity: text,
  pattern: text,
  ignoreCase: flag,
  context: list(text),
};

const POLICY: KeysOf<AnonymizationPolicy> = {
  name: text,
  version: text,
  description: text,
  limits: text,
  entities: named(entity),
  words: named(text),
  paths: list(section(PATH, ['path', 'operator', 'reason'])),
  allow: section(ALLOW, ['paths']),
  ipRanges: section(IP_RANGES, []),
  detectors: list(section(DETECTOR, ['entity', 'pattern'])),
};

const CHANGES: KeysOf<PolicyChanges> = {
  ...POLICY,
  entities: named(orFalse(entity)),
  words: named(orFalse(text)),
};

/** A policy of its own. */
export const policyCheck: Check = section(POLICY, ['name', 'version', 'description', 'limits', 'entities']);

/** A preset with changes. */
export const changesCheck: Check = section({ extends: oneOf(Object.keys(PRESETS)), ...CHANGES }, ['extends']);
