// SPDX-License-Identifier: Apache-2.0
import type { LogferryError } from '@logferry/core';
import type { DropReport } from '@logferry/processor-batch';

import type { LogPipelineOptions } from '../options.ts';

/** The application's hooks, as they are at the moment: parts that outlive a reload call the new ones. */
export class PipelineHooks {
  #options: Pick<LogPipelineOptions, 'onDrop' | 'onError'> = {};

  use(options: Pick<LogPipelineOptions, 'onDrop' | 'onError'>): void {
    this.#options = options;
  }

  // Who calls these catches what they throw, and a rejection as well: so they must be returned.
  onDrop(report: DropReport, destination: string): void {
    return this.#options.onDrop?.(report, destination);
  }

  onError(error: LogferryError, destination: string): void {
    return this.#options.onError?.(error, destination);
  }
}
