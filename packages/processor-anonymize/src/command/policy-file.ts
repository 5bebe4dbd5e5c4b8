// SPDX-License-Identifier: Apache-2.0

/** The policy that `--policy` names: a preset, or a file of JSON with what is plain data of a policy. */
import { readFileSync } from 'node:fs';

import { LogferryError } from '@logferry/core';

import type { DetectorOptions } from '../detect/user-detector.ts';
import { extendPolicy } from '../policy/extend-policy.ts';
import type { AnonymizationPolicy, PolicyChanges } from '../policy/policy.ts';
import { type PresetName, PRESETS } from '../presets/presets.ts';
import { objectOf, wrong } from './checks.ts';
import { changesCheck, policyCheck } from './policy-checks.ts';

/** @throws LogferryError `UNUSABLE_FILE`, `INVALID_OPTION`; they name the place, and no value. */
export function readPolicy(name: string): AnonymizationPolicy {
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name as PresetName];
  const value = objectOf(parsed(textOf(name), name), 'policy');
  const isExtended = Object.hasOwn(value, 'extends');
  const check = isExtended ? changesCheck : policyCheck;
  check(value, 'policy');
  const detectors = (value['detectors'] as readonly DetectorData[] | undefined)?.map(detectorOf);
  const policy: unknown = detectors === undefined ? value : { ...value, detectors };
  if (!isExtended) return policy as AnonymizationPolicy;
  const { extends: base, ...changes } = policy as PolicyChanges & { readonly extends: PresetName };
  return extendPolicy(PRESETS[base], changes);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    const presets = Object.keys(PRESETS).join(', ');
    throw new LogferryError(
      'UNUSABLE_FILE',
      `--policy must name one of ${presets}, or a file: ${JSON.stringify(file)} can't be read (${code})`,
    );
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // The rest of the message quotes the file.
    const position = /at position (\d+)/.exec((error as Error).message)?.[1];
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length;
    const where = line === undefined ? '' : `, at line ${line}`;
    throw new LogferryError('INVALID_OPTION', `the policy file ${JSON.stringify(file)} is no JSON${where}`);
  }
}

interface DetectorData extends Pick<DetectorOptions, 'entity' | 'context'> {
  readonly pattern: string;
  readonly ignoreCase?: boolean;
}

function detectorOf({ pattern, ignoreCase = false, ...rest }: DetectorData, index: number): DetectorOptions {
  try {
    return { ...rest, pattern: new RegExp(pattern, ignoreCase ? 'iu' : 'u') };
  } catch {
    throw wrong(`policy.detectors[${index}].pattern`, 'a regular expression, with the flag u');
  }
}
