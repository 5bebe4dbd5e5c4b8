// SPDX-License-Identifier: Apache-2.0
import { componentAttributes } from '@logferry/core';

import { COMPONENT } from './anonymizer-options.ts';
import { RedactionCounts } from './walk/redaction-counts.ts';

/** Counts since the start. Names of the policy only: never a key, never a value. */
export interface AnonymizingStats {
  readonly policy: { readonly name: string; readonly version: string; readonly hash: string };
  readonly records: number;
  /** Records in which something was replaced; in a dry run: would have been. */
  readonly changedRecords: number;
  readonly byEntity: Readonly<Record<string, number>>;
  readonly byOperator: Readonly<Record<string, number>>;
  /** By part of the record: `body`, `attributes`, `key`, `event_name`, `severity_text`, `resource`, `scope`. */
  readonly byPlace: Readonly<Record<string, number>>;
  /** Values that became `[REDACTION_ERROR]`. */
  readonly errors: number;
  /** Values that became `[REDACTED:DEPTH]`. */
  readonly depthExceeded: number;
  /** Values that became `[REDACTED:BUDGET]`. */
  readonly budgetExceeded: number;
  /** Times that the delegate threw. */
  readonly delegateErrors: number;
  /** Times that the function which gives the keys failed, or gave none that are usable. */
  readonly keyFailures: number;
}

/** The part of the API's MeterProvider that is used; every version of the API fits. */
export interface MeterSource {
  getMeter(name: string): {
    createObservableCounter(
      name: string,
      options: { readonly description: string; readonly unit: string },
    ): {
      addCallback(
        callback: (result: { observe(value: number, attributes?: Record<string, string>): void }) => void,
      ): void;
    };
  };
}

export class StatsKeeper {
  readonly #policy: AnonymizingStats['policy'];
  readonly #counts = new RedactionCounts();
  records = 0;
  changedRecords = 0;
  delegateErrors = 0;

  constructor(policy: AnonymizingStats['policy']) {
    this.#policy = { name: policy.name, version: policy.version, hash: policy.hash };
  }

  add(counts: RedactionCounts): void {
    this.#counts.addAll(counts);
  }

  stats(keyFailures: number): AnonymizingStats {
    const counts = this.#counts;
    return {
      policy: this.#policy,
      records: this.records,
      changedRecords: this.changedRecords,
      byEntity: Object.fromEntries(counts.byEntity),
      byOperator: Object.fromEntries(counts.byOperator),
      byPlace: Object.fromEntries(counts.byPlace),
      errors: counts.errors,
      depthExceeded: counts.depthExceeded,
      budgetExceeded: counts.budgetExceeded,
      delegateErrors: this.delegateErrors,
      keyFailures,
    };
  }

  /** Observed when metrics are read, so that records cost nothing. */
  observe(meters: MeterSource, keyFailures: () => number): void {
    const meter = meters.getMeter(COMPONENT);
    const own = {
      ...componentAttributes('anonymizing_log_processor'),
      'redaction.policy.name': this.#policy.name,
      'redaction.policy.hash': this.#policy.hash,
    };
    const counter = (name: string, description: string, unit: string) =>
      meter.createObservableCounter(`logferry.redaction.${name}`, { description, unit });
    const counts = this.#counts;
    const kinds = [
      ['entities', 'redaction.entity', () => counts.byEntity],
      ['operators', 'redaction.operator', () => counts.byOperator],
      ['places', 'redaction.place', () => counts.byPlace],
    ] as const;
    for (const [name, attribute, sums] of kinds) {
      counter(name, `Values that were replaced, by ${attribute}`, '{value}').addCallback((result) => {
        for (const [key, count] of sums()) result.observe(count, { ...own, [attribute]: key });
      });
    }
    counter('records', 'Records that were looked at', '{record}').addCallback((result) =>
      result.observe(this.records, own),
    );
    counter('changed_records', 'Records in which something was replaced', '{record}').addCallback((result) =>
      result.observe(this.changedRecords, own),
    );
    counter('key_failures', 'Times that there were no usable keys to be had', '{attempt}').addCallback((result) =>
      result.observe(keyFailures(), own),
    );
    counter('failures', 'Values that were redacted because looking at them failed', '{value}').addCallback((result) => {
      result.observe(counts.errors, { ...own, 'redaction.failure': 'error' });
      result.observe(counts.depthExceeded, { ...own, 'redaction.failure': 'depth' });
      result.observe(counts.budgetExceeded, { ...own, 'redaction.failure': 'budget' });
    });
  }
}
