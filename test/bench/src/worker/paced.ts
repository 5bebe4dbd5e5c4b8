// SPDX-License-Identifier: Apache-2.0
import { setTimeout as delay } from 'node:timers/promises';

import type { Pipeline } from '../harness/pipeline.ts';

/** A pipeline that takes no more than so many records a second, as an application logs that has other work. */
export function paced(pipeline: Pipeline, recordsPerSecond: number): Pipeline {
  let logged = 0;
  let startMillis: number | undefined;
  return {
    log(sequence) {
      startMillis ??= performance.now();
      logged += 1;
      pipeline.log(sequence);
    },
    room() {
      const dueMillis = (startMillis ?? 0) + (logged / recordsPerSecond) * 1000;
      const aheadMillis = startMillis === undefined ? 0 : dueMillis - performance.now();
      return aheadMillis < 1 ? pipeline.room() : delay(aheadMillis);
    },
    finish: () => pipeline.finish(),
  };
}
