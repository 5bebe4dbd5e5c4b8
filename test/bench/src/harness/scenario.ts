// SPDX-License-Identifier: Apache-2.0
import type { Progress } from './progress.ts';

/** A figure that every run of a scenario yields. */
export interface Metric {
  /** Its name in a run. */
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** Decimals shown. */
  readonly digits: number;
  /**
   * How the first table shows it: as the ratio Logferry ÷ peer; side by side, where a ratio means nothing, such as lost
   * records; or not at all.
   */
  readonly comparison: 'ratio' | 'side by side' | 'none';
}

/** What one run yielded, by the metrics' keys. */
export type Run = Readonly<Record<string, number>>;

export interface ContestantResult {
  readonly name: string;
  readonly label: string;
  /** The settings it ran with, in words. */
  readonly settings: string;
  /** In the order of the rounds; run i of each contestant of a case belongs to the same round. */
  readonly runs: readonly Run[];
}

/** Contestants that did the same work in the same rounds. The first is Logferry's, the others are its peers. */
export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly contestants: readonly ContestantResult[];
}

/** A promise that Logferry's ratio to a peer keeps, or its own figure. */
export interface Bar {
  readonly case: string;
  /** Without one the bar is for Logferry's own figure. */
  readonly peer?: string;
  readonly metric: string;
  /** The ratio Logferry ÷ peer, or the figure, is at most, or at least, this. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  /** What was done and how, for the reader of the table. */
  readonly about: string;
  readonly metrics: readonly Metric[];
  readonly bars: readonly Bar[];
  readonly cases: readonly CaseResult[];
}

/** `short` shows that everything runs and arrives; its figures mean nothing. */
export type Scale = 'full' | 'short';

export interface Scenario {
  readonly name: string;
  measure(scale: Scale, progress: Progress): Promise<ScenarioResult>;
  /** `CASE/CONTESTANT` names that `profile` takes; the first is the default. */
  readonly profiles: readonly string[];
  /** Runs one contestant of a case once and writes a CPU profile of it. Resolves with the records that it covers. */
  profile(path: string, caseName: string, contestant: string): Promise<{ readonly records: number }>;
}
