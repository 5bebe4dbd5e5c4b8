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
import { ERROR_LABEL } from './entities.ts';
import { redactInPlace } from './redact-in-place.ts';
import { RedactionEngine } from './redaction-engine.ts';
import { type AnonymizingStats, type MeterSource, StatsKeeper } from './redaction-stats.ts';
import type { RedactedFields } from './walk/record-redaction.ts';
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
  /** Where the counts of `stats` are observed as metrics. Default: nowhere. */
  readonly meterProvider?: MeterSource;
}

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
    this.#options = resolveAnonymizerOptions(options);
    this.#dryRun = resolveFlag('dryRun', options.dryRun);
    this.#summary = resolveFlag('summary', options.summary);
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
    let view: ReadWriteLogRecord;
    this.#isBusy = true;
    try {
      view = this.#redacted(record, engine);
    } catch {
      this.#options.diagnostics.error('redaction', 'a record could not be redacted; an empty one stands for it');
      view = emptyRecord(record);
    } finally {
      this.#isBusy = isNested;
    }
    if (this.#delegate === null) return;
    try {
      this.#delegate.onEmit(view, context);
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

  #redacted(record: ReadWriteLogRecord, engine: RedactionEngine): ReadWriteLogRecord {
    const { counts, records, runner } = engine;
    counts.clear();
    runner.subject = this.#subjectOf(record);
    const fields = records.redact(record);
    if (!fields.isChanged) return record;
    if (counts.total > 0) {
      this.#stats.add(counts);
      this.#stats.changedRecords += 1;
      this.#report(engine);
    }
    if (this.#dryRun) return record;
    const summary = this.#summary && counts.total > 0 ? this.#summaryOf(engine) : undefined;
    if (this.#delegate !== null) return asRecord(new RedactedRecord(record, fields, records, summary));
    redactInPlace(record, fields, summary);
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

/** What stands for a record that could not be redacted: its times and severity, and nothing that an application wrote. */
function emptyRecord(record: ReadWriteLogRecord): ReadWriteLogRecord {
  const resource = { attributes: {}, merge: (): unknown => resource, getRawAttributes: (): unknown[] => [] };
  const fields: RedactedFields = {
    body: ERROR_LABEL,
    attributes: {},
    eventName: undefined,
    severityText: undefined,
    resource: resource as unknown as RedactedFields['resource'],
    instrumentationScope: { name: '' },
    isChanged: true,
  };
  return asRecord(new RedactedRecord(record, fields, NOTHING, undefined));
}

/** Redacts all that is set later. */
const NOTHING = {
  value: (): unknown => ERROR_LABEL,
  key: (): string => ERROR_LABEL,
  text: (): string => ERROR_LABEL,
} as unknown as ConstructorParameters<typeof RedactedRecord>[2];
