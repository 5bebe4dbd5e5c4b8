// SPDX-License-Identifier: Apache-2.0
import type { ResolvedAnonymizerOptions } from './anonymizer-options.ts';
import { OperatorRunner } from './operate/apply-operator.ts';
import type { CompiledPolicy } from './policy/compile-policy.ts';
import { RecordRedaction } from './walk/record-redaction.ts';
import { RedactionCounts } from './walk/redaction-counts.ts';
import { TextRedaction } from './walk/text-redaction.ts';

/** What works on one record at a time. A record that is emitted while another is read needs an engine of its own. */
export class RedactionEngine {
  readonly policy: CompiledPolicy;
  readonly runner: OperatorRunner;
  readonly texts: TextRedaction;
  readonly records: RecordRedaction;
  /** Of the current record, until they are taken. */
  readonly counts: RedactionCounts = new RedactionCounts();

  constructor(options: ResolvedAnonymizerOptions) {
    const { keys, subjectKeys, cutLengths } = options;
    this.policy = options.compile();
    this.runner = new OperatorRunner({ keys, subjectKeys });
    this.texts = new TextRedaction({
      policy: this.policy,
      runner: this.runner,
      keys,
      isSubjectKey: (id) => subjectKeys?.keyById(id) !== undefined,
      cutLengths,
    });
    this.records = new RecordRedaction(this.policy, this.texts, this.counts, options);
  }
}
