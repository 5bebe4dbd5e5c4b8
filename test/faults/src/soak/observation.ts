// SPDX-License-Identifier: Apache-2.0
import type { GeneratorSample } from './generator-messages.ts';
import type { SoakOptions } from './options.ts';
import type { Outage } from './outages.ts';

/** A moment of the soak, as the chart shows it. */
export interface Moment {
  /** Milliseconds since the start of the soak. */
  readonly millis: number;
  readonly emitted: number;
  /** Different records at the end of the line. */
  readonly arrived: number;
  readonly queued: number;
  readonly rssBytes: number;
  /** Memory that was alive after a garbage collection, without the queue's bytes; where one was made and the queue was drained. */
  readonly liveBytes?: number;
  readonly longestStallMillis: number;
}

/** All that a soak has seen; what is made of it is in `verdicts`. */
export interface Observation {
  readonly options: Pick<
    SoakOptions,
    'seed' | 'durationMillis' | 'recordsPerSecond' | 'maxQueueSize' | 'maxQueueBytes' | 'publishes'
  >;
  readonly moments: readonly Moment[];
  readonly outages: readonly Outage[];
  /** Duplicates that each outage brought about, in their order. */
  readonly duplicates: readonly number[];
  readonly allDuplicates: number;
  /** Records at the end of the line with a number that nobody gave. */
  readonly unknown: number;
  /** Emitted records that never arrived. */
  readonly missing: number;
  readonly last: GeneratorSample;
  /** Milliseconds during which records were emitted. */
  readonly emittingMillis: number;
  /** How often the generator's accounts were compared with the end of the line, and what was wrong. */
  readonly comparisons: number;
  readonly comparisonViolations: readonly string[];
}
