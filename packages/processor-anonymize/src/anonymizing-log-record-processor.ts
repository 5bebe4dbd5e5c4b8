// SPDX-License-Identifier: Apache-2.0
import {
  type EmitContext,
  invalidOption,
  type LogRecordProcessor,
  type ReadableLogRecord,
  type RecordReader,
  readsRecordsOnly,
  type ReadWriteLogRecord,
} from '@logferry/core';

import {
  type AnonymizerOptions,
  resolveAnonymizerOptions,
  resolveFlag,
  type ResolvedAnonymizerOptions,
} from './anonymizer-options.ts';
import { emptyRecord } from './empty-record.ts';
import { FindingReports, type RecordFinding } from './finding-reports.ts';
import { emptyInPlace, redactInPlace } from './redact-in-place.ts';
import { RedactionEngine } from './redaction-engine.ts';
import { type AnonymizingStats, type MeterSource, StatsKeeper } from './redaction-stats.ts';
import type { FindingTrace } from './walk/finding-trace.ts';
import type { RedactedFields } from './walk/record-redaction.ts';
import { RedactionCounts } from './walk/redaction-counts.ts';
import { asRecord, RedactedRecord } from './walk/redacted-record.ts';

/** Options of the processor. */
export interface AnonymizingProcessorOptions extends AnonymizerOptions {
  /**
   * Counts what would be done and hands on every record **as it is**: to try a policy on data that may be seen.
   * Default: false.
   */
  readonly dryRun?: boolean;
  /**
   * Adds to changed records `redaction.count`, `redaction.entities` (names), `redaction.policy` (name, version and hash).
   * Default: false.
   */
  readonly summary?: boolean;
  /**
   * Called for each record in which something is found, in a dry run as well, after the record was handed on; findings of a
   * resource and a scope come with their first record. It runs inside of `emit`, so it should be quick; what it throws is
   * counted nowhere, and for records that it emits itself it is not called. Default: none.
   */
  readonly onFindings?: (findings: readonly RecordFinding[]) => void;
  /** Where the counts of `stats` are observed as metrics. Default: nowhere. */
  readonly meterProvider?: MeterSource;
}

const OPTIONS: Readonly<Record<Exclude<keyof AnonymizingProcessorOptions, keyof AnonymizerOptions>, true>> = {
  dryRun: true,
  summary: true,
  onFindings: true,
  meterProvider: true,
};

/**
 * Redacts every record before the processor behind it sees it.
 *
 * With a delegate the delegate gets a view of the record in which everything that the policy finds is replaced, and the
 * record itself when nothing is found; the original never changes, so other processors beside this one get it raw.
 * Without one (null) the record itself is changed, for the processors that are registered after this one.
 */
export class AnonymizingLogRecordProcessor implements LogRecordProcessor, RecordReader {
  readonly #delegate: LogRecordProcessor | null;
  readonly #options: ResolvedAnonymizerOptions;
  readonly #dryRun: boolean;
  readonly #summary: boolean;
  readonly #findings: FindingReports | undefined;
  readonly #engine: RedactionEngine;
  readonly #stats: StatsKeeper;
  #isBusy = false;

  /** Whether a record would be taken; there only where the delegate has it. */
  readonly enabled?: NonNullable<LogRecordProcessor['enabled']>;

  /**
   * @param delegate owned by the processor from now on: it flushes it and shuts it down. `null` to redact in place.
   * @throws LogferryError `INVALID_OPTION`
   */
  constructor(delegate: LogRecordProcessor | null, options: AnonymizingProcessorOptions = {}) {
    if (delegate !== null && typeof (delegate as LogRecordProcessor | undefined)?.onEmit !== 'function') {
      throw invalidOption('delegate', undefined, 'a LogRecordProcessor, or null');
    }
    this.#delegate = delegate;
    this.#options = resolveAnonymizerOptions(options, Object.keys(OPTIONS));
    this.#dryRun = resolveFlag('dryRun', options.dryRun);
    this.#summary = resolveFlag('summary', options.summary);
    this.#findings = FindingReports.to(options.onFindings, this.#options.diagnostics);
    this.#engine = new RedactionEngine(this.#options);
    this.#stats = new StatsKeeper(this.#engine.policy);
    if (options.meterProvider !== undefined)
      this.#stats.observe(options.meterProvider, () => this.#options.keySource?.failures ?? 0);
    if (typeof delegate?.enabled === 'function') this.enabled = (...query) => delegate.enabled?.(...query) ?? true;
  }

  /** The delegate gets clean records as they are. */
  get readsRecordsOnly(): boolean {
    return this.#delegate !== null && readsRecordsOnly(this.#delegate);
  }

  /** Redacts a record and hands it on. Never throws. */
  onEmit(record: ReadWriteLogRecord, context?: EmitContext): void {
    this.#stats.records += 1;
    const isNested = this.#isBusy;
    // A getter of a record may emit another one.
    const engine = isNested ? new RedactionEngine(this.#options) : this.#engine;
    const trace = this.#findings?.begin();
    let view: ReadWriteLogRecord;
    this.#isBusy = true;
    try {
      view = this.#redacted(record, engine, trace);
    } catch {
      view = this.#emptied(record);
    } finally {
      this.#isBusy = isNested;
    }
    this.#handOn(view, context);
    if (trace !== undefined) this.#findings?.report(trace);
  }

  #handOn(view: ReadWriteLogRecord, context: EmitContext | undefined): void {
    try {
      this.#delegate?.onEmit(view, context);
    } catch {
      // What it threw may hold the record.
      this.#stats.delegateErrors += 1;
      this.#options.diagnostics.error('delegate', 'the processor behind it threw while it took a record');
    }
  }

  /** Flushes the delegate. */
  async forceFlush(...options: Parameters<LogRecordProcessor['forceFlush']>): Promise<void> {
    await this.#delegate?.forceFlush(...options);
  }

  /** Shuts the delegate down, and asks for no more keys. */
  async shutdown(): Promise<void> {
    this.#options.keySource?.stop();
    await this.#delegate?.shutdown();
  }

  /** Counts of this moment. */
  stats(): AnonymizingStats {
    return this.#stats.stats(this.#options.keySource?.failures ?? 0);
  }

  /**
   * Asks the function that was given as `keys` again, or waits for an answer that is on its way. Rejects, and says so, when there
   * are no usable keys; the last ones then stay.
   */
  async loadKeys(): Promise<void> {
    await this.#options.keySource?.load();
  }

  #redacted(record: ReadWriteLogRecord, engine: RedactionEngine, trace: FindingTrace | undefined): ReadWriteLogRecord {
    const { counts, records, runner } = engine;
    counts.clear();
    runner.subject = this.#subjectOf(record);
    records.traceTo(trace);
    const fields = records.redact(record);
    if (fields === undefined) return record;
    const view = this.#dryRun ? record : this.#viewOf(record, fields, engine);
    if (counts.total > 0) {
      this.#stats.add(counts);
      this.#stats.changedRecords += 1;
      this.#report(engine);
    }
    return view;
  }

  #viewOf(record: ReadWriteLogRecord, fields: RedactedFields, engine: RedactionEngine): ReadWriteLogRecord {
    const summary = this.#summary && engine.counts.total > 0 ? this.#summaryOf(engine) : undefined;
    if (this.#delegate !== null) return asRecord(new RedactedRecord(record, fields, engine.records, summary));
    redactInPlace(record, fields, summary);
    return record;
  }

  /** What could not be redacted is not handed on. */
  #emptied(record: ReadWriteLogRecord): ReadWriteLogRecord {
    const counts = new RedactionCounts();
    counts.errors = 1;
    counts.total = 1;
    this.#stats.add(counts);
    this.#stats.changedRecords += 1;
    this.#options.diagnostics.error('redaction', 'a record could not be redacted; an empty one stands for it');
    if (this.#delegate !== null) return emptyRecord(record);
    emptyInPlace(record);
    return record;
  }

  #report({ counts }: RedactionEngine): void {
    const { diagnostics } = this.#options;
    if (counts.errors > 0)
      diagnostics.error('error', 'a value could not be read or a detector failed; it was redacted');
    if (counts.depthExceeded > 0) diagnostics.warn('depth', 'a value is nested too deep; what lies below was redacted');
    if (counts.budgetExceeded > 0) {
      diagnostics.warn('budget', 'a record is larger than what is scanned of one; the rest of it was redacted');
    }
  }

  #summaryOf({ counts, policy }: RedactionEngine): Record<string, unknown> {
    return {
      'redaction.count': counts.total,
      'redaction.entities': [...counts.byEntity.keys()].toSorted(),
      'redaction.policy': `${policy.name}@${policy.version}/${policy.hash}`,
    };
  }

  #subjectOf(record: ReadableLogRecord): string | undefined {
    try {
      const subject = this.#options.subject?.(record);
      return typeof subject === 'string' && subject !== '' ? subject : undefined;
    } catch {
      return undefined;
    }
  }
}
