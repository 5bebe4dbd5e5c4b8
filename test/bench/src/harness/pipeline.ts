// SPDX-License-Identifier: Apache-2.0

/** One way from a log call to its destination, opened in a process of its own. */
export interface Pipeline {
  /** Logs record number `sequence` of records.ts. */
  log(sequence: number): void;

  /** Undefined while the pipeline takes more; else what to wait for before the next burst, so that nothing is dropped. */
  room(): Promise<void> | undefined;

  /** Delivers everything that was logged, and closes. */
  finish(): Promise<void>;
}

/** The settings of a contestant: plain data, because they are handed to another process. */
export type PipelineSettings = Readonly<Record<string, string | number>>;

/**
 * Opens a contestant's pipeline. Each contestant is a module of its own that exports it as `open`, so that its process loads
 * nothing of the others.
 * @param phase every run opens it twice: to warm up, then to be measured.
 */
export type OpenPipeline = (settings: PipelineSettings, phase: Phase) => Promise<Pipeline>;

export type Phase = 'warm-up' | 'measured';
