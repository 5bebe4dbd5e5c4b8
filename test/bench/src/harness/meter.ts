// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What one run measured in the process of the contestant. */
export type ProcessFigures = {
  /** Delivered records by wall-clock time, from the first log call until everything is delivered and closed. */
  readonly recordsPerSecond: number;
  /** User and system time of all threads of the process. */
  readonly cpuMicrosPerRecord: number;
  /** The part of the thread that logs. */
  readonly loggingThreadMicrosPerRecord: number;
  /** How late a 1 ms timer fired, 99th percentile. */
  readonly eventLoopDelayMillis: number;
  /** The process's largest resident set, over its whole life. */
  readonly peakMemoryMib: number;
};

/** The delay is sampled by a timer of this interval, and each sample includes it. */
const SAMPLE_MILLIS = 1;

/** Measures this process from its construction until `stop`. */
export class Meter {
  readonly #delay: ReturnType<typeof monitorEventLoopDelay>;
  readonly #cpu: NodeJS.CpuUsage;
  readonly #threadCpu: NodeJS.CpuUsage;
  readonly #startMillis: number;

  constructor() {
    this.#delay = monitorEventLoopDelay({ resolution: SAMPLE_MILLIS });
    this.#delay.enable();
    this.#cpu = process.cpuUsage();
    this.#threadCpu = process.threadCpuUsage();
    this.#startMillis = performance.now();
  }

  stop(records: number): ProcessFigures {
    const elapsedMillis = performance.now() - this.#startMillis;
    const cpu = process.cpuUsage(this.#cpu);
    const threadCpu = process.threadCpuUsage(this.#threadCpu);
    this.#delay.disable();
    return {
      recordsPerSecond: (records / elapsedMillis) * 1000,
      cpuMicrosPerRecord: (cpu.user + cpu.system) / records,
      loggingThreadMicrosPerRecord: (threadCpu.user + threadCpu.system) / records,
      eventLoopDelayMillis: Math.max(0, this.#delay.percentile(99) / 1e6 - SAMPLE_MILLIS),
      peakMemoryMib: peakResidentBytes() / 2 ** 20,
    };
  }
}

function peakResidentBytes(): number {
  // On Linux maxRSS of a child starts at its parent's peak (exec keeps it), so the kernel's figure for this image counts.
  if (process.platform === 'linux') {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (found !== null) return Number(found[1]) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}
