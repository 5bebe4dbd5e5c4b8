// SPDX-License-Identifier: Apache-2.0
import type { ProcessFigures } from './meter.ts';
import type { Metric } from './scenario.ts';

interface ProcessMetric extends Metric {
  readonly key: keyof ProcessFigures;
}

/** What every scenario that runs a process measures. */
export const CPU: ProcessMetric = {
  key: 'cpuMicrosPerRecord',
  label: 'CPU per record',
  unit: 'µs',
  better: 'lower',
  digits: 2,
  comparison: 'ratio',
};

export const LOGGING_THREAD: ProcessMetric = {
  key: 'loggingThreadMicrosPerRecord',
  label: 'CPU of the logging thread per record',
  unit: 'µs',
  better: 'lower',
  digits: 2,
  comparison: 'ratio',
};

export const RATE: ProcessMetric = {
  key: 'recordsPerSecond',
  label: 'records/s',
  unit: '',
  better: 'higher',
  digits: 0,
  comparison: 'ratio',
};

export const DELAY: ProcessMetric = {
  key: 'eventLoopDelayMillis',
  label: 'event-loop delay p99',
  unit: 'ms',
  better: 'lower',
  digits: 2,
  comparison: 'ratio',
};

export const MEMORY: ProcessMetric = {
  key: 'peakMemoryMib',
  label: 'peak memory',
  unit: 'MiB',
  better: 'lower',
  digits: 0,
  comparison: 'ratio',
};
