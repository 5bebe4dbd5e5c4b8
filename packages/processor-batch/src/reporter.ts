// SPDX-License-Identifier: Apache-2.0
import { AsyncResource } from 'node:async_hooks';

import { type Clock, type Diagnostics, LogferryError, type TimerHandle } from '@logferry/core';

import { DROP_REASONS, type DropReason } from './drop-reason.ts';
import { newSeverityCounts, type SeverityCounts, type SeverityRange, toSeverityRecord } from './severity-counts.ts';

/** Records dropped for one reason since the last report about it. */
export interface DropReport {
  readonly reason: DropReason;
  readonly count: number;
  readonly bySeverity: Readonly<Record<SeverityRange, number>>;
}

export interface ReporterHooks {
  readonly onDrop: ((report: DropReport) => void) | undefined;
  readonly onError: ((error: LogferryError) => void) | undefined;
}

/** Drops are collected for this long, so that a flood of them costs a counter each and not a call each. */
const REPORT_INTERVAL_MILLIS = 1000;

interface PendingReport {
  count: number;
  readonly severities: SeverityCounts;
}

/**
 * Tells the application about drops and errors. Never from inside `onEmit`: a hook or a diag logger that logs would come
 * back into it. What a hook throws ends here.
 */
export class Reporter {
  readonly diagnostics: Diagnostics;
  readonly #hooks: ReporterHooks;
  readonly #clock: Clock;
  readonly #pending = new Map<DropReason, PendingReport>();
  readonly #pendingErrors = new Map<string, LogferryError>();
  /** Hooks are the application's: what they emit must not count as emitted by the export that was reported. */
  readonly #scope = new AsyncResource('LogferryBatchReport');
  #timer: TimerHandle | undefined;
  #lastReportMillis = -Infinity;

  constructor(hooks: ReporterHooks, diagnostics: Diagnostics, clock: Clock) {
    this.#hooks = hooks;
    this.diagnostics = diagnostics;
    this.#clock = clock;
  }

  /** Adds to what is to be reported about a reason; the caller adds the severities to the counts that come back. */
  dropped(reason: DropReason, count: number): SeverityCounts {
    let report = this.#pending.get(reason);
    if (report === undefined) {
      report = { count: 0, severities: newSeverityCounts() };
      this.#pending.set(reason, report);
    }
    report.count += count;
    this.#schedule();
    return report.severities;
  }

  /** Reports what is collected. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#pending.size === 0 && this.#pendingErrors.size === 0) return;
    this.#lastReportMillis = this.#clock.monotonicMillis();
    const errors = [...this.#pendingErrors];
    this.#pendingErrors.clear();
    const reports = [...this.#pending];
    this.#pending.clear();
    for (const [key, error] of errors) this.error(key, error);
    for (const [reason, { count, severities }] of reports) {
      this.diagnostics.warn(`drop:${reason}`, `dropped ${countOf(count)} (${reason}): ${DROP_REASONS[reason]}`);
      this.#call(this.#hooks.onDrop, { reason, count, bySeverity: toSeverityRecord(severities) });
    }
  }

  /**
   * Reports an error at once; never call it from inside `onEmit`.
   *
   * @param key what counts as the same diagnostic.
   */
  error(key: string, error: LogferryError): void {
    this.diagnostics.error(key, error.message);
    this.#call(this.#hooks.onError, error);
  }

  /** Reports the first error of a key with the next drops, for what may happen with every record. */
  errorSoon(key: string, makeError: () => LogferryError): void {
    if (this.#pendingErrors.has(key)) return;
    this.#pendingErrors.set(key, makeError());
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const sinceLastMillis = this.#clock.monotonicMillis() - this.#lastReportMillis;
    this.#timer = this.#clock.setTimer(() => this.flush(), Math.max(0, REPORT_INTERVAL_MILLIS - sinceLastMillis));
  }

  #call<T>(hook: ((argument: T) => void) | undefined, argument: T): void {
    try {
      // An async function is a legal hook; its rejection must not end the process.
      const result: unknown = hook && this.#scope.runInAsyncScope(hook, undefined, argument);
      if (result instanceof Promise) result.catch(() => this.#hookThrew());
    } catch {
      this.#hookThrew();
    }
  }

  #hookThrew(): void {
    this.diagnostics.error('hook', 'an onDrop or onError hook threw; what it threw is ignored');
  }
}

export function countOf(records: number): string {
  return records === 1 ? '1 log record' : `${records} log records`;
}

/** The error for something that an exporter threw. Its text may hold a record or a secret, so it is only the cause. */
export function exporterError(what: string, cause: unknown): LogferryError {
  return new LogferryError('EXPORT_FAILED', `${what}${describeThrown(cause)}`, { cause });
}

const PLAIN_WORD = /^\w{1,64}$/;

function describeThrown(cause: unknown): string {
  try {
    if (!(cause instanceof Error)) return '';
    const { name } = cause;
    const { code } = cause as { readonly code?: unknown };
    const shown = typeof name === 'string' && PLAIN_WORD.test(name) ? name : 'Error';
    const isPlain = typeof code === 'number' || (typeof code === 'string' && PLAIN_WORD.test(code));
    return isPlain ? ` (${shown}, code ${code})` : ` (${shown})`;
  } catch {
    return '';
  }
}
