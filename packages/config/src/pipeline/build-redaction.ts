// SPDX-License-Identifier: Apache-2.0
import { invalidOption, LogferryError, type LogRecordProcessor } from '@logferry/core';
import {
  type AnonymizationPolicy,
  AnonymizingLogRecordProcessor,
  extendPolicy,
  KeyRing,
  type PresetName,
  PRESETS,
} from '@logferry/processor-anonymize';

import type { LogPipelineOptions } from '../options.ts';
import type { ExtendedPolicy, RedactionOptions } from '../redaction-options.ts';
import { REDACTION_IN_CODE } from '../schema/redaction-section.ts';
import { knownNames } from './known-names.ts';

/**
 * Puts redaction before a processor.
 * @param path of the option, such as `destinations.audit.redaction`.
 * @throws LogferryError `INVALID_OPTION`; `UNUSABLE_FILE` for a file of keys that can't be read.
 */
export function buildRedaction(
  path: string,
  delegate: LogRecordProcessor,
  redaction: RedactionOptions,
  pipeline: Pick<LogPipelineOptions, 'clock' | 'environment' | 'limits' | 'meterProvider'>,
): AnonymizingLogRecordProcessor {
  knownNames(path, redaction, REDACTION_IN_CODE);
  const { policy, keys: _keys, keysFile: _file, keysVariable: _variable, ...rest } = redaction;
  const { clock, environment, meterProvider } = pipeline;
  const ring = keyRing(path, redaction, environment ?? process.env);
  const cut = redaction.attributeValueLengthLimit ?? pipeline.limits?.attributeValueLengthLimit;
  return new AnonymizingLogRecordProcessor(delegate, {
    ...rest,
    ...(policy !== undefined && { policy: resolvePolicy(path, policy) }),
    ...(ring !== undefined && { keys: ring }),
    // With 0 nothing is left of texts, and nothing to find.
    ...(cut !== undefined && cut > 0 && { attributeValueLengthLimit: cut }),
    ...(clock !== undefined && { clock }),
    ...(environment !== undefined && { environment }),
    ...(meterProvider !== undefined && { meterProvider }),
  });
}

/** A policy, or the name of a preset as it is. @throws LogferryError `INVALID_OPTION` */
export function resolvePolicy(
  path: string,
  policy: PresetName | ExtendedPolicy | AnonymizationPolicy,
): PresetName | AnonymizationPolicy {
  if (typeof policy === 'object' && policy !== null && 'extends' in policy) {
    const { extends: base, ...changes } = policy;
    if (!Object.hasOwn(PRESETS, base)) {
      throw invalidOption(`${path}.policy.extends`, base, `one of ${Object.keys(PRESETS).join(', ')}`);
    }
    return extendPolicy(PRESETS[base], changes);
  }
  return policy;
}

function keyRing(
  path: string,
  { keys, keysFile, keysVariable }: Pick<RedactionOptions, 'keys' | 'keysFile' | 'keysVariable'>,
  environment: NonNullable<LogPipelineOptions['environment']>,
): RedactionOptions['keys'] {
  const given = [keys, keysFile, keysVariable].filter((source) => source !== undefined);
  if (given.length > 1) {
    throw new LogferryError(
      'INVALID_OPTION',
      `${path} must have one of keys, keysFile and keysVariable; it has ${given.length}`,
    );
  }
  if (keysFile !== undefined) return KeyRing.fromFile(keysFile);
  if (keysVariable !== undefined) return KeyRing.fromEnvironment(keysVariable, environment);
  return keys;
}
