// SPDX-License-Identifier: Apache-2.0

/** A place in a file; both numbers begin at 1. */
export interface FilePosition {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong, or worth knowing, in a configuration. Its texts never hold a secret. */
export interface ConfigProblem {
  /** An error keeps the configuration from being used. */
  readonly severity: 'error' | 'warning';
  /** What is wrong, as a sentence without its place: `must be a whole number of at least 1`. */
  readonly message: string;
  /** The file, or undefined where the value comes from an option or a variable. */
  readonly file?: string;
  readonly position?: FilePosition;
  /** The keys that lead there, such as `logger_provider.processors[0].batch.max_queue_size`; a variable's name. Empty: the whole. */
  readonly path: string;
  /** What was found instead, in words; the value itself is shown only where it can't be a secret. */
  readonly found?: string;
  /** What is allowed. */
  readonly allowed?: string;
  /** The nearest known name where a name is unknown. */
  readonly nearest?: string;
}
