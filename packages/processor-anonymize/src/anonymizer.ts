// SPDX-License-Identifier: Apache-2.0
import {
  type AnonymizerOptions,
  resolveAnonymizerOptions,
  type ResolvedAnonymizerOptions,
} from './anonymizer-options.ts';
import { RedactionEngine } from './redaction-engine.ts';
import { FindingTrace } from './walk/finding-trace.ts';

/** What was found at a place of a value. It holds nothing of what was found. */
export interface ExplainedFinding {
  /** As rules name paths, with the keys that are left: `user.mail`, `list[0]["a b"]`. Empty for the value itself. */
  readonly path: string;
  /** Whether the key holds it, and not the value. */
  readonly isKey: boolean;
  readonly entity: string;
  readonly operator: string;
  /** In UTF-16 units of the text at that place; undefined when the whole value is replaced. */
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** What a policy does with a value. */
export interface Explanation {
  /** What stands for the value; undefined when it is dropped. */
  readonly value: unknown;
  readonly isChanged: boolean;
  /** Counts by entity, of everything below the value as well. */
  readonly entities: Readonly<Record<string, number>>;
  readonly operators: Readonly<Record<string, number>>;
  /** What was found where: at most 10,000. Below a text that is JSON, with the paths in it. */
  readonly findings: readonly ExplainedFinding[];
}

/** A policy, applied to values outside of records: in tests, in tools, and to find out why something is redacted. */
export class Anonymizer {
  readonly #options: ResolvedAnonymizerOptions;
  readonly #engine: RedactionEngine;

  /** @throws LogferryError `INVALID_OPTION` */
  constructor(options: AnonymizerOptions = {}) {
    this.#options = resolveAnonymizerOptions(options);
    this.#engine = new RedactionEngine(this.#options);
  }

  /** The hash of the policy; see `policyHash`. */
  get policyHash(): string {
    return this.#engine.policy.hash;
  }

  /** Asks the function that was given as `keys`, or waits for its answer; rejects when it fails or gives weak ones. */
  async loadKeys(): Promise<void> {
    await this.#options.keySource?.load();
  }

  /**
   * What stands for a value: the value itself when nothing is found in it, undefined when it is dropped. Never throws.
   *
   * @param key the key of the attribute that holds it; without one it is treated as a body.
   */
  redact(value: unknown, key?: string): unknown {
    const redacted = this.#engine.records.value(value, key);
    this.#engine.counts.clear();
    return redacted;
  }

  /** What is done with a value, and why. */
  explain(value: unknown, key?: string): Explanation {
    const { records, counts } = this.#engine;
    counts.clear();
    const trace = new FindingTrace();
    records.traceTo(trace);
    const redacted = records.value(value, key);
    records.traceTo(undefined);
    const explanation = {
      value: redacted,
      isChanged: !Object.is(redacted, value),
      entities: Object.fromEntries(counts.byEntity),
      operators: Object.fromEntries(counts.byOperator),
      findings: trace.findings.map(({ path, isKey, entity, operator, start, end }) => ({
        path,
        isKey,
        entity,
        operator,
        start,
        end,
      })),
    };
    counts.clear();
    return explanation;
  }
}
