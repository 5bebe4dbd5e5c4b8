// SPDX-License-Identifier: Apache-2.0
export { Anonymizer, type ExplainedFinding, type Explanation } from './anonymizer.ts';
export type { AnonymizerOptions } from './anonymizer-options.ts';
export { AnonymizingLogRecordProcessor, type AnonymizingProcessorOptions } from './anonymizing-log-record-processor.ts';
export type { IpRanges } from './detect/scan-input.ts';
export type { DetectorOptions } from './detect/user-detector.ts';
export { ENTITY_NAMES, type EntityName } from './entities.ts';
export type { RecordFinding } from './finding-reports.ts';
export { keyFile } from './operate/key-file.ts';
export type { KeyOptions, KeyProvider } from './operate/key-options.ts';
export { KeyRing } from './operate/key-ring.ts';
export type {
  DropOperator,
  EncryptOperator,
  GeneralizeOperator,
  HashOperator,
  KeepOperator,
  MaskOperator,
  Operator,
  PseudonymOperator,
  RedactOperator,
  ShredOperator,
  TruncateIpOperator,
} from './operate/operator.ts';
export {
  decryptForSubject,
  MemorySubjectKeyStore,
  type SubjectKey,
  type SubjectKeyStore,
} from './operate/subject-keys.ts';
export { decrypt, pseudonymsOf } from './operate/tokens.ts';
export { extendPolicy } from './policy/extend-policy.ts';
export type { AllowList, AnonymizationPolicy, EntityRule, PathRule, PolicyChanges, Surface } from './policy/policy.ts';
export { policyHash } from './policy/policy-hash.ts';
export { type PresetName, PRESETS } from './presets/presets.ts';
export type { AnonymizingStats, MeterSource } from './redaction-stats.ts';
export { DEFAULT_SENSITIVE_WORDS } from './sensitive-words.ts';
