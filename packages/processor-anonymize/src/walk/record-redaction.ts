// SPDX-License-Identifier: Apache-2.0

/** What becomes of a record: itself when nothing was found in it, otherwise a view with what stands for its fields. */
import type { InstrumentationScope, ReadableLogRecord, Resource } from '@logferry/core';

import { ERROR_LABEL } from '../entities.ts';
import type { CompiledPolicy } from '../policy/compile-policy.ts';
import type { FindingTrace } from './finding-trace.ts';
import { KeyNodes, type ScannedKey } from './key-node.ts';
import type { RedactionCounts } from './redaction-counts.ts';
import { RedactedOrigins } from './redacted-origins.ts';
import type { TextRedaction } from './text-redaction.ts';
import { DROPPED } from './value-forms.ts';
import { ValueWalker } from './value-walker.ts';

/** Bounds of what is looked at for one record. */
export interface RecordBudget {
  /** UTF-16 units, over all texts and all layers of encodings. */
  readonly maxRecordUnits: number;
  /** Items and entries. */
  readonly maxRecordValues: number;
  /** Steps of the patterns of an application, each at its worst. */
  readonly maxRecordSteps: number;
}

/** What stands for the fields of a record that hold data of the application. */
export interface RedactedFields {
  readonly body: unknown;
  readonly attributes: Record<string, unknown>;
  readonly eventName: string | undefined;
  readonly severityText: string | undefined;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
}

/** Keys are scanned outside of the budget of a record, because what is found is remembered for others. */
const MAX_KEY_UNITS = 4096;

const NO_CONTEXT: ReadonlySet<string> = new Set();

export class RecordRedaction {
  readonly #policy: CompiledPolicy;
  readonly #texts: TextRedaction;
  readonly #counts: RedactionCounts;
  readonly #budget: RecordBudget;
  readonly #nodes: KeyNodes;
  readonly #walker: ValueWalker;
  readonly #origins: RedactedOrigins;

  constructor(policy: CompiledPolicy, texts: TextRedaction, counts: RedactionCounts, budget: RecordBudget) {
    this.#policy = policy;
    this.#texts = texts;
    this.#counts = counts;
    this.#budget = budget;
    this.#nodes = new KeyNodes(policy, (key) => this.#key(key));
    this.#walker = new ValueWalker(texts, counts);
    this.#origins = new RedactedOrigins(
      (surface, attributes) => this.#originAttributes(surface, attributes),
      (text) => this.#name(text),
    );
  }

  /** Where findings are noted with their paths; undefined: nowhere. Those of a resource and a scope come with their first record. */
  traceTo(trace: FindingTrace | undefined): void {
    this.#walker.traceTo(trace);
  }

  /** What stands for the fields of a record; undefined when all of them stay as they are. */
  redact(record: ReadableLogRecord): RedactedFields | undefined {
    const walker = this.#walker;
    const before = this.#counts.total;
    // The short and the shared ones first: a large body must not use up what they need.
    const resource = this.#origins.resource(record.resource);
    const instrumentationScope = this.#origins.scope(record.instrumentationScope);
    this.#begin();
    const eventName = this.#field('event_name', this.#eventNameOf(record));
    const severityText = this.#field('severity_text', this.#severityTextOf(record));
    this.#begin();
    walker.begin('body');
    const source = this.#bodyOf(record);
    const body = source === undefined ? undefined : walker.walk(source, this.#nodes.root('body'));
    walker.begin('attributes');
    const attributes = walker.attributes(this.#attributesOf(record), this.#nodes.root('attributes'));
    const isClean =
      this.#counts.total === before &&
      body === source &&
      attributes === record.attributes &&
      resource === record.resource &&
      instrumentationScope === record.instrumentationScope;
    if (isClean) return undefined;
    return {
      body: body === DROPPED ? undefined : body,
      attributes,
      eventName,
      severityText,
      resource,
      instrumentationScope,
    };
  }

  /** A value by itself, as that of an attribute. Undefined when it is dropped. */
  value(value: unknown, key: string | undefined): unknown {
    this.#begin();
    this.#walker.begin(key === undefined ? 'body' : 'attributes');
    const root = this.#nodes.root(key === undefined ? 'body' : 'attributes');
    const walked = this.#walker.walk(value, key === undefined ? root : root.child(key));
    return walked === DROPPED ? undefined : walked;
  }

  /** What stands for a key of an attribute. */
  key(key: string): string {
    this.#begin();
    return this.#nodes.root('attributes').child(key).name;
  }

  /** A short text of the record itself. */
  text(text: string, place: string): string {
    this.#begin();
    return this.#field(place, text) ?? '';
  }

  #begin(): void {
    this.#policy.scanner.unitsLeft = this.#budget.maxRecordUnits;
    this.#policy.patternBudget.stepsLeft = this.#budget.maxRecordSteps;
    this.#walker.allow(this.#budget.maxRecordValues);
  }

  // Each in a function of its own: V8 finds a property faster where it is always the same one.

  #eventNameOf(record: ReadableLogRecord): unknown {
    try {
      return record.eventName;
    } catch {
      return this.#unreadable();
    }
  }

  #severityTextOf(record: ReadableLogRecord): unknown {
    try {
      return record.severityText;
    } catch {
      return this.#unreadable();
    }
  }

  #bodyOf(record: ReadableLogRecord): unknown {
    try {
      return record.body;
    } catch {
      return this.#unreadable();
    }
  }

  #attributesOf(record: ReadableLogRecord): unknown {
    try {
      return record.attributes;
    } catch {
      return this.#unreadable();
    }
  }

  #unreadable(): string {
    this.#counts.errors += 1;
    this.#counts.total += 1;
    return ERROR_LABEL;
  }

  #field(place: string, value: unknown): string | undefined {
    if (value === undefined || value === null || value === '') return value as undefined;
    this.#walker.begin(place);
    const walked = this.#walker.walk(value, this.#nodes.fields());
    return walked === DROPPED ? undefined : (walked as string);
  }

  #key(key: string): ScannedKey {
    const { scanner, patternBudget } = this.#policy;
    const { unitsLeft } = scanner;
    const { stepsLeft } = patternBudget;
    scanner.unitsLeft = MAX_KEY_UNITS;
    patternBudget.stepsLeft = this.#budget.maxRecordSteps;
    try {
      const findings = this.#texts.find(key, NO_CONTEXT);
      const name = findings.length === 0 ? key : this.#texts.replace(key, findings);
      return { name, read: this.#texts.withoutTokens(name), findings };
    } catch {
      return { name: ERROR_LABEL, read: ERROR_LABEL, findings: [{ entity: 'error', operator: 'redact' }] };
    } finally {
      scanner.unitsLeft = unitsLeft;
      patternBudget.stepsLeft = stepsLeft;
    }
  }

  /** What is found is remembered for all records, so it has a budget of its own. */
  #originAttributes(surface: 'resource' | 'scope', attributes: unknown): Record<string, unknown> {
    this.#begin();
    this.#walker.begin(surface);
    return this.#walker.attributes(attributes, this.#nodes.root(surface));
  }

  #name(text: string): string {
    this.#begin();
    return this.#field('scope', text) ?? '';
  }
}
