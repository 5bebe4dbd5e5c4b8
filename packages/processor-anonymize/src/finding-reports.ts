// SPDX-License-Identifier: Apache-2.0
import { type Diagnostics, invalidOption } from '@logferry/core';

import { FindingTrace } from './walk/finding-trace.ts';

/** What was found in a record, and where; nothing of what was found, and not how long it is. */
export interface RecordFinding {
  /** `body`, `attributes`, `event_name`, `severity_text`, `resource` or `scope`. */
  readonly place: string;
  /** As rules name paths, with the keys that are left: `user.mail`, `list[0]["a b"]`. Empty for the part itself. */
  readonly path: string;
  /** Whether the key holds it, and not the value. */
  readonly isKey: boolean;
  readonly entity: string;
  readonly operator: string;
}

/** Tells an application what was found in each record. */
export class FindingReports {
  readonly #report: (findings: readonly RecordFinding[]) => void;
  readonly #diagnostics: Diagnostics;
  #isReporting = false;

  private constructor(report: (findings: readonly RecordFinding[]) => void, diagnostics: Diagnostics) {
    this.#report = report;
    this.#diagnostics = diagnostics;
  }

  /** @throws LogferryError `INVALID_OPTION` */
  static to(
    report: ((findings: readonly RecordFinding[]) => void) | undefined,
    diagnostics: Diagnostics,
  ): FindingReports | undefined {
    if (report === undefined) return undefined;
    if (typeof report !== 'function') throw invalidOption('onFindings', report, 'a function');
    return new FindingReports(report, diagnostics);
  }

  /** For one record; undefined while the application is told of another one. */
  begin(): FindingTrace | undefined {
    return this.#isReporting ? undefined : new FindingTrace();
  }

  /** Tells what was found. Never throws. */
  report({ findings }: FindingTrace): void {
    if (findings.length === 0 || this.#isReporting) return;
    this.#isReporting = true;
    try {
      this.#report(
        findings.map(({ place, path, isKey, entity, operator }) => ({ place, path, isKey, entity, operator })),
      );
    } catch {
      this.#diagnostics.error('findings', 'onFindings threw');
    } finally {
      this.#isReporting = false;
    }
  }
}
