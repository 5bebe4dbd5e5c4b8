// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';

import type { Phase, PipelineSettings } from '../harness/pipeline.ts';

/** Every contestant is told to end a file here, in each peer's own notation. */
export const FILE_MIB = 4;

/** And to keep this many files: a bound that a run does not reach, so that every line can be counted afterwards. */
export const MAX_FILES = 500;

/** The directory of a phase: the files of the warm-up are not counted. */
export function phaseDirectory(settings: PipelineSettings, phase: Phase): string {
  return join(String(settings['directory']), phase);
}
