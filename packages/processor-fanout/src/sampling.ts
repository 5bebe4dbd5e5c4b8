// SPDX-License-Identifier: Apache-2.0
import { invalidOption, knownOptions } from '@logferry/core';

import { type MinimumSeverity, severityOption } from './severity.ts';

/** Lets a part of the records pass. */
export interface SamplingOptions {
  /** The part that passes, from 0 to 1. Records of one trace pass, or not, together; others are drawn by lot. */
  readonly ratio: number;
  /** From this severity on every record passes. Default: `error`. */
  readonly exemptFrom?: MinimumSeverity;
}

export interface Sampling {
  readonly ratio: number;
  readonly exemptFrom: number;
}

/** @throws LogferryError `INVALID_OPTION` */
export function resolveSampling(path: string, options: SamplingOptions): Sampling {
  const ratio: unknown = (options as SamplingOptions | undefined)?.ratio;
  if (typeof ratio !== 'number' || !(ratio >= 0 && ratio <= 1)) {
    throw invalidOption(`${path}.ratio`, ratio, 'a number from 0 to 1');
  }
  knownOptions(path, options, ['ratio', 'exemptFrom']);
  return { ratio, exemptFrom: severityOption(`${path}.exemptFrom`, options.exemptFrom, 'error') };
}

/** The digits of a trace ID that the W3C's random flag promises to be random: the last 7 bytes. */
const RANDOM_DIGITS = 14;
const RANDOM_RANGE = 2 ** 56;

/** Whether a record is in the sample. @param random gives numbers from 0 to below 1. */
export function isSampled(
  { ratio, exemptFrom }: Sampling,
  severity: number,
  traceId: string | undefined,
  random: () => number,
): boolean {
  if (severity >= exemptFrom || ratio === 1) return true;
  const drawn = traceId === undefined ? random() : Number.parseInt(traceId.slice(-RANDOM_DIGITS), 16) / RANDOM_RANGE;
  // The upper end of the range, as consistent probability sampling does, so that both keep the same traces.
  return traceId === undefined ? drawn < ratio : drawn >= 1 - ratio;
}
