// SPDX-License-Identifier: Apache-2.0

/** Codes are stable: they may be compared by applications and never change their meaning. */
export type LogferryErrorCode =
  /** An option has a value of the wrong type, out of its bounds, or that contradicts another option. */
  | 'INVALID_OPTION'
  /** A file that an option names (a certificate, a key, a directory) can't be read or used. */
  | 'UNUSABLE_FILE'
  /** A package that the options name is not installed. */
  | 'MISSING_PACKAGE'
  /** An export ended without delivery. */
  | 'EXPORT_FAILED'
  /** One of several destinations threw or rejected; the others are not touched. */
  | 'DESTINATION_FAILED'
  /** A flush or shutdown did not end within its time. */
  | 'DEADLINE_EXCEEDED'
  /** The component was shut down. */
  | 'ALREADY_SHUTDOWN';

const BRAND = Symbol.for('logferry.error');

/** The one error class of the Logferry packages. Its message never holds a secret or a record's content. */
export class LogferryError extends Error {
  readonly code: LogferryErrorCode;

  constructor(code: LogferryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogferryError';
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether a value is a LogferryError, also one made by another copy of this package. */
export function isLogferryError(value: unknown): value is LogferryError {
  return typeof value === 'object' && value !== null && (value as Record<PropertyKey, unknown>)[BRAND] === true;
}
