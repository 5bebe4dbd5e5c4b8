// SPDX-License-Identifier: Apache-2.0

/** What a bridge takes out of one record of its logger, before it is mapped. */
export interface LogEntry {
  readonly body: unknown;
  /** The level's name as the application wrote it. */
  readonly severityText: string | undefined;
  /** In any form that loggers write; undefined means now. */
  readonly time?: unknown;
  /** The attribute that keeps a time which can't be read. Default: `time`. */
  readonly timeKey?: string;
  /** The first error of the record; undefined when there is none. */
  readonly error?: object | undefined;
  /** Fields that the logger put on the error; they are not the error's own. */
  readonly errorLeftOut?: ReadonlySet<string>;
  /** Everything else. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Keys of `fields` that the entry holds already, and that become no attributes. */
  readonly consumed?: ReadonlySet<string>;
}
