// SPDX-License-Identifier: Apache-2.0
import {
  type EmitContext,
  invalidOption,
  LogferryError,
  type LogRecordProcessor,
  type ReadWriteLogRecord,
} from '@logferry/core';

import { Destination } from './destination.ts';
import type { DestinationStats } from './destination-counts.ts';
import { type DestinationRules, FILTER_OPTIONS, type FilterChanges, resolveRules } from './destination-rules.ts';
import { endDestinations } from './end-destinations.ts';
import { ErrorReports } from './error-reports.ts';
import { observeDestinations } from './fan-out-metrics.ts';
import { type FanOutOptions, resolveFanOutOptions, type ResolvedFanOutOptions } from './fan-out-options.ts';
import { knownOptions } from './known-options.ts';
import { passes } from './logger-levels.ts';
import { MAX_SEVERITY } from './severity.ts';
import { ThresholdTable } from './threshold-table.ts';

/** Counts since the start, by the name of the destination. */
export interface FanOutStats {
  readonly destinations: Readonly<Record<string, DestinationStats>>;
}

/** The rules of all destinations at one moment: a change makes new ones. */
interface Rules {
  readonly each: readonly DestinationRules[];
  readonly table: ThresholdTable;
  /** Whether severity and logger are not all that `enabled` depends on. */
  readonly asksDestinations: boolean;
}

/**
 * Sends each record to named destinations, each with filters, limits and a failure of its own: what one of them does,
 * throws, changes or never ends reaches no other. See `DestinationStats` for what is counted.
 */
export class FanOutLogRecordProcessor implements LogRecordProcessor {
  readonly #options: ResolvedFanOutOptions;
  readonly #destinations: readonly Destination[];
  readonly #reports: ErrorReports;
  #rules: Rules;
  #shutdown: Promise<void> | undefined;

  /** @throws LogferryError `INVALID_OPTION` that names the option, its value and what is allowed. */
  constructor(options: FanOutOptions) {
    const resolved = resolveFanOutOptions(options);
    const { clock, random, onError, meterProvider, diagnostics } = resolved;
    this.#options = resolved;
    this.#reports = new ErrorReports(onError, diagnostics, clock);
    const parts = { reports: this.#reports, clock, random };
    this.#destinations = resolved.destinations.map((destination) => new Destination(destination, parts));
    this.#rules = this.#rulesOf(resolved.destinations.map(({ rules }) => rules));
    if (meterProvider !== undefined) observeDestinations(meterProvider, () => this.stats().destinations, diagnostics);
  }

  /** Hands a record to each destination that wants it. Never throws. */
  onEmit(record: ReadWriteLogRecord, context?: EmitContext): void {
    let severity = 0;
    let logger = '';
    try {
      severity = severityOf(record.severityNumber);
      logger = record.instrumentationScope.name;
    } catch {
      // A record of somebody else's; the destinations count what they can't read.
    }
    // Taken once: a filter may change the rules while it looks at the record.
    const { each, table } = this.#rules;
    const { thresholds } = table.row(logger);
    const destinations = this.#destinations;
    for (let index = 0; index < destinations.length; index += 1) {
      // All three lists are as long as the destinations.
      destinations[index]!.emit(record, context, severity, thresholds[index]!, each[index]!);
    }
  }

  /**
   * Whether any destination would take a record, as far as severity, logger, trace and the processors behind tell; filter
   * functions, sampling and limits are not asked. Without side effects.
   */
  enabled(query: Parameters<NonNullable<LogRecordProcessor['enabled']>>[0]): boolean {
    const { each, table, asksDestinations } = this.#rules;
    const severity = severityOf(query.severityNumber);
    const { thresholds, lowest } = table.row(query.instrumentationScope.name);
    if (!passes(severity, lowest)) return false;
    if (!asksDestinations) return true;
    return this.#destinations.some(
      (destination, index) => passes(severity, thresholds[index]!) && destination.wants(query, each[index]!),
    );
  }

  /**
   * Changes levels and filters. All changes happen at once, between two records; if one is bad, nothing changes.
   *
   * @param changes by the name of the destination. What is not named stays, null is the default again. Counts and what is
   *   held stay; a rate limit that is named begins with full buckets.
   * @throws LogferryError `INVALID_OPTION` that names the option, its value and what is allowed.
   */
  update(changes: Readonly<Record<string, FilterChanges>>): void {
    if (typeof changes !== 'object' || (changes as unknown) === null) {
      throw invalidOption('changes', changes, 'an object with changes for each destination');
    }
    const names = this.#destinations.map(({ name }) => name);
    knownOptions('destinations', changes, names);
    const { each } = this.#rules;
    const changed = each.map((rules, index) => {
      const name = names[index] ?? '';
      if (!Object.hasOwn(changes, name)) return rules;
      const path = `destinations.${name}`;
      const change = changes[name];
      if (typeof change !== 'object' || (change as unknown) === null) throw invalidOption(path, change, 'an object');
      knownOptions(path, change, FILTER_OPTIONS);
      return resolveRules(path, change, rules);
    });
    this.#rules = this.#rulesOf(changed);
  }

  /**
   * Flushes all destinations at the same time, each within the time. What is held stays held.
   *
   * Rejects, when all have ended or their time is up, with a LogferryError that names the destinations that failed:
   * `DESTINATION_FAILED`; `INVALID_OPTION` for a bad timeout. After or during `shutdown` it waits for that.
   */
  async forceFlush(...[options]: Parameters<LogRecordProcessor['forceFlush']>): Promise<void> {
    if (this.#shutdown !== undefined) return await this.#shutdown;
    const timeoutMillis: unknown = options?.timeoutMillis ?? this.#options.flushTimeoutMillis;
    if (typeof timeoutMillis !== 'number' || !(timeoutMillis >= 0)) {
      throw invalidOption('timeoutMillis', timeoutMillis, 'a number of at least 0');
    }
    const failed = await endDestinations(this.#ending(), 'forceFlush', timeoutMillis);
    this.#reports.flush();
    if (failed.length === 0) return;
    const names = failed.map((name) => JSON.stringify(name)).join(', ');
    throw new LogferryError('DESTINATION_FAILED', `the flush of these destinations failed: ${names}`);
  }

  /**
   * Takes no records any more, lets go of what is held, and shuts all destinations down at the same time, each within
   * `shutdownTimeoutMillis`. One that fails is reported. Never rejects. A second call gives the same promise.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#shutDown();
    return this.#shutdown;
  }

  /** Counts of this moment. */
  stats(): FanOutStats {
    return { destinations: Object.fromEntries(this.#destinations.map((one) => [one.name, one.stats()])) };
  }

  async #shutDown(): Promise<void> {
    for (const destination of this.#destinations) destination.close();
    await endDestinations(this.#ending(), 'shutdown', this.#options.shutdownTimeoutMillis);
    this.#reports.flush();
  }

  #ending(): Parameters<typeof endDestinations>[0] {
    return { destinations: this.#destinations, reports: this.#reports, clock: this.#options.clock };
  }

  #rulesOf(each: readonly DestinationRules[]): Rules {
    const asks = (rules: DestinationRules, index: number): boolean =>
      rules.sampledTracesOnly || typeof this.#destinations[index]?.processor.enabled === 'function';
    return { each, table: new ThresholdTable(each), asksDestinations: each.some(asks) };
  }
}

/** At most the highest number that there is, so that none gets past what is off or excluded. */
function severityOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(value, MAX_SEVERITY) : 0;
}
