// SPDX-License-Identifier: Apache-2.0
import {
  type EmitContext,
  invalidOption,
  knownOptions,
  LogferryError,
  type LogRecordProcessor,
  type ReadWriteLogRecord,
  withinDeadline,
} from '@logferry/core';

import { Destination, type DestinationParts } from './destination.ts';
import type { DestinationStats } from './destination-counts.ts';
import { type FanOutDestination, resolveDestinations } from './destination-options.ts';
import { type DestinationRules, FILTER_OPTIONS, type FilterChanges, resolveRules } from './destination-rules.ts';
import { type EndedDestination, endDestinations } from './end-destinations.ts';
import { ErrorReports } from './error-reports.ts';
import { observeDestinations } from './fan-out-metrics.ts';
import { type FanOutOptions, resolveFanOutOptions, type ResolvedFanOutOptions } from './fan-out-options.ts';
import { passes } from './logger-levels.ts';
import { continued } from './rate-limit.ts';
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
  #destinations: readonly Destination[];
  readonly #parts: DestinationParts;
  readonly #replaced = new Set<Promise<unknown>>();
  readonly #reports: ErrorReports;
  #rules: Rules;
  #shutdown: Promise<void> | undefined;

  /** @throws LogferryError `INVALID_OPTION` that names the option, its value and what is allowed. */
  constructor(options: FanOutOptions) {
    const resolved = resolveFanOutOptions(options);
    const { clock, random, onError, meterProvider, diagnostics } = resolved;
    this.#options = resolved;
    this.#reports = new ErrorReports(onError, diagnostics, clock);
    this.#parts = { reports: this.#reports, clock, random };
    this.#destinations = resolved.destinations.map((destination) => new Destination(destination, this.#parts));
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
   * Replaces all destinations at once, between two records. A destination whose name stays keeps its counts, what it holds, and
   * the state of a rate limit that stays the same, also when its processor is another one. Processors that no destination has
   * any more are flushed and shut down, each within `shutdownTimeoutMillis`; so is what destinations hold whose name is gone.
   *
   * @returns a promise that resolves when that is done, and never rejects. The new destinations get records before.
   * @throws LogferryError `INVALID_OPTION` that names the option, its value and what is allowed, or `ALREADY_SHUTDOWN`; nothing
   *   changes then.
   */
  replace(destinations: Readonly<Record<string, FanOutDestination>>): Promise<void> {
    if (this.#shutdown !== undefined) throw new LogferryError('ALREADY_SHUTDOWN', 'the fan-out is already shut down');
    const resolved = resolveDestinations(destinations);
    const before = new Map(this.#destinations.map((one, index) => [one.name, { one, rules: this.#rules.each[index] }]));
    const gone = this.#destinations.map(({ name, processor }) => ({ name, processor }));
    this.#destinations = resolved.map((options) => {
      const known = before.get(options.name)?.one;
      known?.use(options);
      return known ?? new Destination(options, this.#parts);
    });
    this.#rules = this.#rulesOf(
      resolved.map(({ name, rules }) => ({
        ...rules,
        rateLimit: continued(rules.rateLimit, before.get(name)?.rules?.rateLimit),
      })),
    );
    for (const { one } of before.values()) if (!this.#destinations.includes(one)) one.close();
    const kept = new Set(resolved.map(({ processor }) => processor));
    const done = this.#end(gone.filter(({ processor }) => !kept.has(processor)));
    this.#replaced.add(done);
    return done.finally(() => this.#replaced.delete(done));
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
    const parts = { destinations: this.#destinations, reports: this.#reports, clock: this.#options.clock };
    const [failed, replaced] = await Promise.all([
      endDestinations(parts, 'forceFlush', timeoutMillis),
      withinDeadline(Promise.all(this.#replaced), timeoutMillis, this.#options.clock),
    ]);
    this.#reports.flush();
    if (failed.length > 0) {
      const names = failed.map((name) => JSON.stringify(name)).join(', ');
      throw new LogferryError('DESTINATION_FAILED', `the flush of these destinations failed: ${names}`);
    }
    if (replaced.kind === 'settled') return;
    throw new LogferryError('DEADLINE_EXCEEDED', 'destinations that were replaced did not end within the time');
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
    await Promise.all([this.#end(this.#destinations), ...this.#replaced]);
  }

  async #end(destinations: readonly EndedDestination[]): Promise<void> {
    const parts = { destinations, reports: this.#reports, clock: this.#options.clock };
    await endDestinations(parts, 'shutdown', this.#options.shutdownTimeoutMillis);
    this.#reports.flush();
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
