// SPDX-License-Identifier: Apache-2.0
import {
  booleanOption,
  type Clock,
  Diagnostics,
  Environment,
  integerOption,
  invalidOption,
  knownOptions,
  LogferryError,
  type ReadableLogRecord,
  systemClock,
} from '@logferry/core';

import type { KeyOptions, KeyProvider } from './operate/key-options.ts';
import { KeyRing } from './operate/key-ring.ts';
import { KeySource } from './operate/key-source.ts';
import type { SubjectKeyStore } from './operate/subject-keys.ts';
import { type CompiledPolicy, compilePolicy } from './policy/compile-policy.ts';
import type { AnonymizationPolicy } from './policy/policy.ts';
import { type PresetName, PRESETS } from './presets/presets.ts';
import type { RecordBudget } from './walk/record-redaction.ts';

/** Options that the anonymizer and the processor share. */
export interface AnonymizerOptions {
  /** The name of a preset, or a policy. Default: `default`. */
  readonly policy?: PresetName | AnonymizationPolicy;
  /**
   * Keys of the operators pseudonym, hash and encrypt: a ring, the keys themselves (the active one first), or a function that
   * gives them, such as that of `keyFile`. Until it has answered, and without keys, these operators redact.
   */
  readonly keys?: KeyRing | readonly KeyOptions[] | KeyProvider;
  /**
   * How often the function that was given as `keys` is asked again. While it fails the last keys stay. Default: never; see
   * `loadKeys`.
   */
  readonly keyRefreshIntervalMillis?: number;
  /** Keys of the operator shred. */
  readonly subjectKeys?: SubjectKeyStore;
  /** Whom a record is about, for the operator shred. Without an answer its values are redacted. */
  readonly subject?: (record: ReadableLogRecord) => string | undefined;
  /**
   * The limit at which the SDK cuts texts of attributes, in UTF-16 units. At the end of a text of this length also the
   * beginnings of values are found. Default: OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT, then OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT, then none.
   */
  readonly attributeValueLengthLimit?: number;
  /** UTF-16 units that are scanned of one record at most, over all its texts and their encodings; the rest is redacted. Default: 1,000,000. */
  readonly maxRecordUnits?: number;
  /** Items and entries that are visited of one record at most; the rest is redacted. Default: 100,000. */
  readonly maxRecordValues?: number;
  /**
   * Steps that the patterns of the policy's own detectors may take for one record at most, each counted at its worst: the units of
   * a text times the steps for each start. The rest is redacted. Default: 100,000,000, which are some tenths of a second.
   */
  readonly maxRecordSteps?: number;
  /** For tests. Default: the machine's. */
  readonly clock?: Clock;
  /** For tests. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface ResolvedAnonymizerOptions extends RecordBudget {
  readonly compile: () => CompiledPolicy;
  readonly keys: KeyRing;
  /** Set when the keys come from a function. */
  readonly keySource: KeySource | undefined;
  readonly subjectKeys: SubjectKeyStore | undefined;
  readonly subject: ((record: ReadableLogRecord) => string | undefined) | undefined;
  readonly cutLengths: ReadonlySet<number>;
  readonly diagnostics: Diagnostics;
}

export const COMPONENT = '@logferry/processor-anonymize';

/** A record, so that the compiler finds a name that is missing. */
const OPTIONS: Readonly<Record<keyof AnonymizerOptions, true>> = {
  policy: true,
  keys: true,
  keyRefreshIntervalMillis: true,
  subjectKeys: true,
  subject: true,
  attributeValueLengthLimit: true,
  maxRecordUnits: true,
  maxRecordValues: true,
  maxRecordSteps: true,
  clock: true,
  environment: true,
};

/**
 * An option that there is not is refused: with a mistyped `policy` the default one would let pass what was to be redacted.
 *
 * @param more the names of options that the caller reads itself.
 * @throws LogferryError `INVALID_OPTION`
 */
export function resolveAnonymizerOptions(
  options: AnonymizerOptions,
  more: readonly string[] = [],
): ResolvedAnonymizerOptions {
  knownOptions('options', options, [...Object.keys(OPTIONS), ...more]);
  const clock = options.clock ?? systemClock;
  const diagnostics = new Diagnostics(COMPONENT, clock);
  const environment = new Environment(options.environment ?? process.env, diagnostics);
  const policy = resolvePolicy(options.policy ?? 'default');
  const cut =
    options.attributeValueLengthLimit ??
    environment.integer(1, 'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT');
  if (cut !== undefined && cut !== Infinity) integerOption('attributeValueLengthLimit', cut, 0, { min: 1 });
  if (options.subject !== undefined && typeof options.subject !== 'function') {
    throw invalidOption('subject', options.subject, 'a function');
  }
  const { keys, keySource } = resolveKeys(options, clock, diagnostics);
  return {
    compile: () => compilePolicy(policy),
    keys,
    keySource,
    subjectKeys: options.subjectKeys,
    subject: options.subject,
    cutLengths: new Set(cut === undefined ? [] : [cut]),
    maxRecordUnits: integerOption('maxRecordUnits', options.maxRecordUnits, 1_000_000, { min: 1024 }),
    maxRecordValues: integerOption('maxRecordValues', options.maxRecordValues, 100_000, { min: 16 }),
    maxRecordSteps: integerOption('maxRecordSteps', options.maxRecordSteps, 100_000_000, { min: 1024 }),
    diagnostics,
  };
}

/** @throws LogferryError `INVALID_OPTION` */
export function resolveFlag(name: string, value: boolean | undefined): boolean {
  return booleanOption(name, value, false);
}

function resolvePolicy(policy: PresetName | AnonymizationPolicy): AnonymizationPolicy {
  if (typeof policy !== 'string') return policy;
  if (!Object.hasOwn(PRESETS, policy)) {
    throw invalidOption('policy', policy, `a policy or one of ${Object.keys(PRESETS).join(', ')}`);
  }
  return PRESETS[policy];
}

function resolveKeys(
  { keys, keyRefreshIntervalMillis }: AnonymizerOptions,
  clock: Clock,
  diagnostics: Diagnostics,
): { readonly keys: KeyRing; readonly keySource: KeySource | undefined } {
  if (keyRefreshIntervalMillis !== undefined) {
    integerOption('keyRefreshIntervalMillis', keyRefreshIntervalMillis, 0, { min: 1 });
    if (typeof keys !== 'function') {
      throw new LogferryError('INVALID_OPTION', 'keyRefreshIntervalMillis needs keys to be a function that gives them');
    }
  }
  if (typeof keys === 'function') {
    const refreshIntervalMillis = keyRefreshIntervalMillis;
    const keySource = new KeySource({ provider: keys, refreshIntervalMillis, clock, diagnostics });
    return { keys: keySource.ring, keySource };
  }
  if (keys instanceof KeyRing) return { keys, keySource: undefined };
  if (keys !== undefined && !Array.isArray(keys)) {
    throw new LogferryError('INVALID_OPTION', 'keys must be a KeyRing, a list of keys, or a function that gives one');
  }
  return { keys: new KeyRing(keys ?? []), keySource: undefined };
}
