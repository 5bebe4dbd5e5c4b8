// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  type EmitContext,
  type LogRecordProcessor,
  type ReadableLogRecord,
  type ReadWriteLogRecord,
} from '@logferry/core';
import { isSpanContextValid, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';

import { DestinationCounts, type DestinationStats, type SuppressionReason } from './destination-counts.ts';
import type { ResolvedDestination } from './destination-options.ts';
import type { DestinationRules } from './destination-rules.ts';
import type { ErrorReports } from './error-reports.ts';
import { FingersCrossed } from './fingers-crossed.ts';
import { EXCLUDED, passes } from './logger-levels.ts';
import { viewOf } from './record-view.ts';
import { isSampled } from './sampling.ts';
import { SuppressionNotices } from './suppression-notices.ts';

type EnabledQuery = Parameters<NonNullable<LogRecordProcessor['enabled']>>[0];

export interface DestinationParts {
  readonly reports: ErrorReports;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * One destination: what it wants, its processor, its counts. Whatever its filter or its processor does ends here.
 *
 * While it takes a record it takes no other one: a processor that logs would otherwise come back for ever.
 */
export class Destination {
  readonly name: string;
  readonly #parts: DestinationParts;
  readonly #counts = new DestinationCounts();
  #processor: LogRecordProcessor;
  #isShared: boolean;
  #fingersCrossed: FingersCrossed | undefined;
  #notices: SuppressionNotices | undefined;
  #isBusy = false;
  #isClosed = false;

  constructor(options: ResolvedDestination, parts: DestinationParts) {
    this.name = options.name;
    this.#parts = parts;
    this.#processor = options.processor;
    this.#isShared = options.isShared;
    this.#hold(options);
  }

  get processor(): LogRecordProcessor {
    return this.#processor;
  }

  /** Goes on with other options: counts stay, and what is held, if these hold as well. */
  use(options: ResolvedDestination): void {
    this.#hold(options);
    this.#processor = options.processor;
    this.#isShared = options.isShared;
  }

  /** Takes a record, or counts why not. @param severity 0 for a record without one. */
  emit(
    record: ReadWriteLogRecord,
    context: EmitContext,
    severity: number,
    threshold: number,
    rules: DestinationRules,
  ): void {
    const counts = this.#counts;
    counts.emitted += 1;
    if (this.#isClosed) {
      counts.failed.already_shutdown += 1;
    } else if (!passes(severity, threshold)) {
      if (threshold === EXCLUDED) counts.filtered.logger += 1;
      else counts.filtered.severity += 1;
    } else if (this.#isBusy) {
      counts.failed.reentrant += 1;
    } else {
      this.#isBusy = true;
      try {
        if (this.#passesRules(record, context, severity, rules)) this.#hand(record, context, this.#isShared);
      } catch (error) {
        // What the record's own fields threw.
        counts.failed.copy_failed += 1;
        this.#parts.reports.soon(this.name, 'got a record that can not be read', error);
      } finally {
        this.#isBusy = false;
      }
    }
  }

  /** Whether the trace and the processor let a record of the query through; severity and logger have. */
  wants(query: EnabledQuery, rules: DestinationRules): boolean {
    try {
      if (rules.sampledTracesOnly && isUnsampled(trace.getSpanContext(query.context))) return false;
      return this.processor.enabled?.(query) ?? true;
    } catch {
      return true;
    }
  }

  /** Takes no records any more; what is held is let go, and a last notice emitted. */
  close(): void {
    this.#isClosed = true;
    this.#fingersCrossed?.end();
    this.#notices?.tell();
  }

  stats(): DestinationStats {
    return this.#counts.stats(this.#fingersCrossed?.held ?? 0, this.#fingersCrossed?.heldBytes ?? 0);
  }

  #hold({ suppressionNotices, fingersCrossed }: ResolvedDestination): void {
    const { clock } = this.#parts;
    if (fingersCrossed === undefined) {
      this.#fingersCrossed?.end();
      this.#fingersCrossed = undefined;
    } else if (this.#fingersCrossed === undefined) {
      this.#fingersCrossed = new FingersCrossed(fingersCrossed, clock, (reason, count) =>
        this.#suppressed(reason, count),
      );
    } else {
      this.#fingersCrossed.use(fingersCrossed);
    }
    if (suppressionNotices) {
      this.#notices ??= new SuppressionNotices(clock, (record) => this.#tell(record));
    } else {
      this.#notices?.tell();
      this.#notices = undefined;
    }
  }

  #passesRules(
    record: ReadWriteLogRecord,
    context: EmitContext,
    severity: number,
    { sampledTracesOnly, filter, sampling, rateLimit }: DestinationRules,
  ): boolean {
    const { filtered } = this.#counts;
    if (sampledTracesOnly && isUnsampled(record.spanContext)) {
      filtered.unsampled_trace += 1;
      return false;
    }
    if (filter !== undefined && !this.#passesFilter(filter, record, context)) return false;
    if (this.#notices !== undefined) this.#notices.resource = record.resource;
    if (this.#fingersCrossed !== undefined) {
      const decision = this.#holdOrRelease(this.#fingersCrossed, record, context, severity);
      if (decision !== undefined) return decision;
    }
    const { clock, random } = this.#parts;
    if (sampling !== undefined && !isSampled(sampling, severity, traceIdOf(record), random)) {
      this.#suppressed('sampling', 1);
      return false;
    }
    if (rateLimit === undefined || severity >= rateLimit.exemptFrom) return true;
    const { key, buckets } = rateLimit;
    const bucket = typeof key === 'function' ? this.#keyOf(key, record) : key === 'all' ? '' : loggerOf(record);
    if (bucket === null || buckets.take(bucket, clock.monotonicMillis())) return true;
    this.#suppressed('rate_limit', 1);
    return false;
  }

  /** Undefined where holding has no say. What failed with its trace skips sampling and limits. */
  #holdOrRelease(
    fingersCrossed: FingersCrossed,
    record: ReadWriteLogRecord,
    context: EmitContext,
    severity: number,
  ): boolean | undefined {
    const traceId = traceIdOf(record);
    if (fingersCrossed.isRelease(severity)) {
      if (traceId === undefined) return undefined;
      for (const held of fingersCrossed.release(traceId)) {
        this.#counts.released += 1;
        this.#hand(held.record as ReadWriteLogRecord, held.context, false);
      }
      return true;
    }
    if (!fingersCrossed.isLow(severity)) return undefined;
    const decision = fingersCrossed.take(record, traceId, context);
    if (decision === 'discard') this.#counts.filtered.no_trace += 1;
    if (decision !== 'pass') return false;
    return traceId === undefined ? undefined : true;
  }

  #passesFilter(
    filter: NonNullable<DestinationRules['filter']>,
    record: ReadWriteLogRecord,
    context: EmitContext,
  ): boolean {
    const { filtered, failed } = this.#counts;
    try {
      const answer: unknown = filter(viewOf(record), context);
      if (answer === true) return true;
      if (answer === false) {
        filtered.filter += 1;
        return false;
      }
      if (answer instanceof Promise) answer.catch(() => {});
      this.#parts.reports.soon(this.name, 'has a filter that answers neither true nor false');
    } catch (error) {
      this.#parts.reports.soon(this.name, 'has a filter that threw', error);
    }
    failed.filter_threw += 1;
    return false;
  }

  /** Null for a record that is not limited, undefined for the bucket that is shared. */
  #keyOf(key: (record: ReadableLogRecord) => string | undefined, record: ReadableLogRecord): string | null | undefined {
    try {
      const answer: unknown = key(viewOf(record));
      if (answer === undefined) return null;
      if (typeof answer === 'string') return answer;
      if (answer instanceof Promise) answer.catch(() => {});
      this.#parts.reports.soon(this.name, 'has a rateLimit.key that answers no text');
    } catch (error) {
      this.#parts.reports.soon(this.name, 'has a rateLimit.key that threw', error);
    }
    return undefined;
  }

  #hand(record: ReadWriteLogRecord, context: EmitContext, isShared: boolean): void {
    if (this.#call(isShared ? record : viewOf(record), context)) this.#counts.passed += 1;
    else this.#counts.failed.processor_threw += 1;
  }

  #call(record: ReadWriteLogRecord, context: EmitContext): boolean {
    try {
      const result = this.processor.onEmit(record, context) as unknown;
      // A rejection of an async onEmit must not end the process.
      if (result instanceof Promise) result.catch((error: unknown) => this.#threw(error));
      return true;
    } catch (error) {
      this.#threw(error);
      return false;
    }
  }

  #threw(error: unknown): void {
    this.#parts.reports.soon(this.name, 'threw while it took a record', error);
  }

  #suppressed(reason: SuppressionReason, count: number): void {
    this.#counts.suppressed[reason] += count;
    this.#notices?.suppressed(reason, count);
  }

  #tell(notice: ReadableLogRecord): void {
    if (this.#call(viewOf(notice), undefined)) this.#counts.notices += 1;
  }
}

function isUnsampled(spanContext: SpanContext | undefined): boolean {
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return false;
  return (spanContext.traceFlags & TraceFlags.SAMPLED) === 0;
}

function traceIdOf({ spanContext }: ReadableLogRecord): string | undefined {
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

function loggerOf({ instrumentationScope }: ReadableLogRecord): string {
  return instrumentationScope.name;
}
