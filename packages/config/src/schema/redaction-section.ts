// SPDX-License-Identifier: Apache-2.0
import {
  type AllowList,
  type DetectorOptions,
  type EntityRule,
  type IpRanges,
  type PathRule,
  type PolicyChanges,
  PRESETS,
} from '@logferry/processor-anonymize';

import type { RedactionOptions } from '../redaction-options.ts';
import { group, type GroupSetting, itemsOf, type Setting, value, valueOf, withEntries } from '../settings/setting.ts';
import { OPERATOR } from './redaction-operator.ts';
import type { Key, KeysOf, Report, SectionShape, TextShape } from './shape.ts';
import { choice, either, flag, integer, key, limit, list, place, text } from './simple-shapes.ts';

const REASON = key(text, 'Why the rule is there, for whoever reads it.', { default: 'none' });

const entityKeys: KeysOf<EntityRule> = {
  operator: key(OPERATOR, 'What is done with what was found.', { isRequired: true }),
  reason: REASON,
};

const ENTITY: SectionShape = {
  kind: 'section',
  title: 'LogferryEntityRule',
  about: 'What is done with an entity.',
  keys: entityKeys,
  convert: withReason,
};

const pathKeys: KeysOf<PathRule> = {
  path: key(text, 'What it is about: user.email, **.password, items[*].card.', { isRequired: true }),
  operator: key(OPERATOR, 'What is done with what the path names.', { isRequired: true }),
  reason: REASON,
  on: key(list(choice('body', 'attributes', 'resource', 'scope')), 'The parts of a record.', { default: 'everywhere' }),
};

const PATH: SectionShape = {
  kind: 'section',
  title: 'LogferryPathRule',
  about: 'What is done with what a path names.',
  keys: pathKeys,
  convert: withReason,
};

/** Policies want a reason; a file has comments for it. */
function withReason(rule: GroupSetting): GroupSetting {
  return rule.entries.has('reason') ? rule : withEntries(rule, { reason: value('configured', rule.origin) });
}

const allowKeys: KeysOf<AllowList> = {
  paths: key(list(text), 'Paths of the attributes that are allowed.', { isRequired: true }),
  otherwise: key(OPERATOR, 'What is done with all others.', { default: 'drop' }),
};

const ipKeys: KeysOf<IpRanges> = {
  private: key(flag, 'Whether addresses of private networks are found.', { default: false }),
  reserved: key(flag, 'Whether loopback, multicast and other reserved addresses are found.', { default: false }),
  documentation: key(flag, 'Whether addresses for documentation are found.', { default: true }),
};

const CODE_ONLY_DETECTOR = ['validate', 'find'] as const;

const detectorKeys: KeysOf<DetectorOptions, (typeof CODE_ONLY_DETECTOR)[number]> & { readonly ignoreCase: Key } = {
  entity: key(text, 'The name of the entity, in lower case with _, such as employee_id.', { isRequired: true }),
  pattern: key(text, 'A regular expression in which every quantifier has a bound.', { isRequired: true }),
  ignoreCase: key(flag, 'Whether upper and lower case are alike.', { default: false }),
  context: key(list(text), 'Words of which one must stand near a match.', { default: 'none needed' }),
};

const DETECTOR: SectionShape = {
  kind: 'section',
  title: 'LogferryDetector',
  about: 'A detector of your own.',
  keys: detectorKeys,
  codeOnly: CODE_ONLY_DETECTOR,
  fileOnly: ['ignoreCase'],
  convert: (detector, report) => {
    const pattern = detector.entries.get('pattern');
    const flags = valueOf(detector, 'ignoreCase') === true ? 'iu' : 'u';
    return withEntries(detector, { ignoreCase: undefined, pattern: pattern && expression(pattern, flags, report) });
  },
};

function expression(pattern: Setting, flags: string, report: Report): Setting | undefined {
  if (pattern.kind !== 'value') return undefined;
  try {
    return { ...pattern, value: new RegExp(String(pattern.value), flags) };
  } catch {
    report(pattern, { path: 'pattern', message: 'must be a regular expression, with the flag u' });
    return undefined;
  }
}

const changeKeys: KeysOf<PolicyChanges> = {
  name: key(text, 'The name of the changed policy.', { default: 'that of the preset and -extended' }),
  version: key(text, 'Changes with every change of the rules.', { default: 'that of the preset' }),
  description: key(text, 'What the policy is for.', { default: 'that of the preset' }),
  limits: key(text, 'What the policy can not find.', { default: 'that of the preset' }),
  entities: key(
    {
      kind: 'named',
      names: 'the name of an entity',
      values: either({ kind: 'boolean', only: false }, ENTITY),
    },
    'What is done with entities, beside those of the preset; false takes one away.',
  ),
  words: key(
    {
      kind: 'named',
      names: 'a phrase of keys',
      values: either({ kind: 'boolean', only: false }, text),
    },
    'Phrases of keys that name a secret, with the entity of what they name; false takes one away.',
  ),
  paths: key(list(PATH), 'What is done with what paths name; before those of the preset.'),
  allow: key(
    { kind: 'section', title: 'LogferryAllowList', about: 'Which attributes are allowed.', keys: allowKeys },
    'Allow-list mode: attributes that no path allows are dropped.',
    { isOnWhenEmpty: true, default: 'none' },
  ),
  ipRanges: key(
    { kind: 'section', title: 'LogferryIpRanges', about: 'Which IP addresses are found.', keys: ipKeys },
    'Which IP addresses are found.',
  ),
  detectors: key(list(DETECTOR), 'Detectors of your own; what they find is redacted, unless entities say otherwise.', {
    default: 'none',
  }),
};

/** Whoever takes it for the keys themselves is not to find them in a message. */
const VARIABLE_NAME: TextShape = {
  kind: 'text',
  content: 'careful',
  pattern: { source: '^[A-Za-z_][A-Za-z0-9_]{0,127}$', words: 'the name of an environment variable' },
};

const CODE_ONLY = ['keys', 'keyRefreshIntervalMillis', 'subjectKeys', 'subject', 'onFindings'] as const;

const redactionKeys: KeysOf<RedactionOptions, 'policy' | (typeof CODE_ONLY)[number]> & { readonly preset: Key } = {
  preset: key(choice(...Object.keys(PRESETS)), 'The policy, which the other keys change.', { default: 'default' }),
  keysFile: key(place, 'A file of keys: a line id:base64 for each, the active one first.', { default: 'none' }),
  keysVariable: key(VARIABLE_NAME, 'The name of the environment variable that holds keys.', { default: 'none' }),
  dryRun: key(flag, 'Counts what would be done and hands on every record as it is.', { default: false }),
  summary: key(flag, 'Adds to changed records what was done.', { default: false }),
  attributeValueLengthLimit: key(limit(1), 'The limit at which the SDK cuts texts of attributes.', {
    default: 'that of the limits',
  }),
  maxRecordUnits: key(integer(1024), 'UTF-16 units that are scanned of one record at most; the rest is redacted.', {
    default: 1_000_000,
  }),
  maxRecordValues: key(integer(16), 'Values that are visited of one record at most; the rest is redacted.', {
    default: 100_000,
  }),
  maxRecordSteps: key(integer(1024), 'Steps that patterns of your own may take for one record; the rest is redacted.', {
    default: 100_000_000,
  }),
};

/** The keys of a redaction, wherever it stands. */
export const REDACTION_KEYS: Readonly<Record<string, Key>> = { ...redactionKeys, ...changeKeys };

/** The options of a redaction, under their own names. */
export const REDACTION_OPTIONS: Readonly<Record<string, Key>> = {
  policy: redactionKeys.preset,
  ...Object.fromEntries(Object.entries(redactionKeys).filter(([name]) => name !== 'preset')),
};

/** A policy in a program: a preset with changes, or one with all that changes can be made to. */
const POLICY: SectionShape = {
  kind: 'section',
  title: 'LogferryPolicy',
  about: 'What is looked for, where, and what is done with it.',
  keys: changeKeys,
  codeOnly: ['extends'],
};

/** A redaction in a program. */
export const REDACTION_IN_CODE: SectionShape = {
  kind: 'section',
  title: 'LogferryRedactionOptions',
  about: 'What is replaced in records, and how.',
  keys: { ...REDACTION_OPTIONS, policy: key(POLICY, POLICY.about) },
  codeOnly: CODE_ONLY,
};

/** What is replaced in records, and how. */
export const REDACTION: SectionShape = {
  kind: 'section',
  title: 'LogferryRedaction',
  about: 'What is replaced in records, and how.',
  keys: REDACTION_KEYS,
  convert: redactionOptions,
};

/** Splits a redaction into the policy and the other options. */
export function redactionOptions(redaction: GroupSetting, report: Report): GroupSetting {
  const preset = redaction.entries.get('preset');
  const changes = [...redaction.entries].filter(([name]) => Object.hasOwn(changeKeys, name));
  const others = [...redaction.entries].filter(([name]) => Object.hasOwn(redactionKeys, name) && name !== 'preset');
  const keysFile = redaction.entries.get('keysFile');
  if (keysFile !== undefined && redaction.entries.has('keysVariable')) {
    report(keysFile, { path: 'keys_file', message: 'and keys_variable can not both be given' });
  }
  const base = preset ?? value('default', redaction.origin);
  const entities = entitiesOf(redaction);
  const policy =
    changes.length === 0 ? preset : group([['extends', base], ...changes, ['entities', entities]], redaction.origin);
  return group([['policy', policy], ...others], redaction.origin);
}

/** What a detector of one's own finds is redacted where nothing else is said of it. */
function entitiesOf(redaction: GroupSetting): GroupSetting | undefined {
  const given = redaction.entries.get('entities');
  const entities = new Map(given?.kind === 'group' ? given.entries : []);
  for (const detector of itemsOf(redaction, 'detectors')) {
    const name = detector.kind === 'group' ? valueOf(detector, 'entity') : undefined;
    if (typeof name !== 'string' || entities.has(name)) continue;
    const rule = [
      ['operator', group([['kind', value('redact', detector.origin)]], detector.origin)],
      ['reason', value('configured', detector.origin)],
    ] as const;
    entities.set(name, group(rule, detector.origin));
  }
  return entities.size === 0 ? undefined : group(entities, given?.origin ?? redaction.origin);
}
