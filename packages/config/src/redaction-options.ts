// SPDX-License-Identifier: Apache-2.0
import type {
  AnonymizationPolicy,
  AnonymizingProcessorOptions,
  PolicyChanges,
  PresetName,
} from '@logferry/processor-anonymize';

/** A policy that comes with @logferry/processor-anonymize, with changes. */
export interface ExtendedPolicy extends PolicyChanges {
  readonly extends: PresetName;
}

/** What is replaced in records, and how: the options of `AnonymizingLogRecordProcessor`, and where keys are read. */
export interface RedactionOptions extends Omit<
  AnonymizingProcessorOptions,
  'policy' | 'meterProvider' | 'clock' | 'environment'
> {
  /** The name of a preset, a preset with changes, or a policy. Default: `default`. */
  readonly policy?: PresetName | ExtendedPolicy | AnonymizationPolicy;
  /** A file of keys in place of `keys`; see `KeyRing.fromFile`. */
  readonly keysFile?: string;
  /** The environment variable that holds keys, in place of `keys`; see `KeyRing.fromEnvironment`. */
  readonly keysVariable?: string;
}
