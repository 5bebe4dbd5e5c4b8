// SPDX-License-Identifier: Apache-2.0
import type { BatchingProcessorStats } from '@logferry/processor-batch';

export const RECORDS = 1_000_000;
export const DEBUG = 5;
export const ERROR = 17;

export interface FloodSettings {
  /** `none`: the records end at a processor that does nothing, for what the SDK alone takes. */
  readonly exporter: 'logferry' | 'official' | 'none';
  readonly endpoint: string;
  /** Each so many-th record is an error, the first one included. */
  readonly errorEvery: number;
  /** By so many characters the bodies are longer than usual. */
  readonly padding: number;
}

/** Told when all are emitted. */
export interface FloodReport {
  readonly stats: BatchingProcessorStats;
  /** Processor time and wall time of one record, all of `Logger.emit` included. */
  readonly emitCpuMicros: number;
  readonly emitWallMicros: number;
  /** Growth of heap in use, after a collection, and external memory. */
  readonly liveBytes: number;
  /** The highest resident set of the process, less what it was before the flood. */
  readonly residentBytes: number;
}

/** Told when all that was queued is delivered. */
export interface FloodEnd {
  readonly stats: BatchingProcessorStats;
}
