// SPDX-License-Identifier: Apache-2.0
import { type Diagnostics, isLogferryError, LogferryError } from '@logferry/core';

/** Counts what went wrong with the files, says it once in a while through `diag`, and passes it to `onError`. */
export class FailureReports {
  readonly #diagnostics: Diagnostics;
  readonly #onError: ((error: LogferryError) => void) | undefined;
  readonly #counts = new Map<string, number>();
  #sinceLastWrite = 0;

  constructor(diagnostics: Diagnostics, onError: ((error: LogferryError) => void) | undefined) {
    this.#diagnostics = diagnostics;
    this.#onError = onError;
  }

  /** How often each error code was met. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** An operation failed and records wait for it. @returns the text that says so. */
  stopped(operation: string, path: string, cause: unknown): string {
    this.#sinceLastWrite += 1;
    return this.#report(operation, path, cause, 'records wait until it works again');
  }

  /** An operation failed, but writing goes on. */
  tolerated(operation: string, path: string, cause: unknown): void {
    this.#report(operation, path, cause, 'writing goes on');
  }

  /** Records reached a file. */
  wrote(path: string): void {
    if (this.#sinceLastWrite === 0) return;
    this.#diagnostics.info('resumed', `${path} is written again, after ${this.#sinceLastWrite} failures`);
    this.#sinceLastWrite = 0;
  }

  #report(operation: string, path: string, cause: unknown, consequence: string): string {
    const code = codeOf(cause);
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    const text = isLogferryError(cause) ? cause.message : `${operation} ${path} failed with ${describe(cause, code)}`;
    this.#diagnostics.error(`${operation}:${code}`, `${text}; ${consequence}`);
    this.#tell(isLogferryError(cause) ? cause : new LogferryError('UNUSABLE_FILE', text, { cause }));
    return text;
  }

  #tell(error: LogferryError): void {
    try {
      this.#onError?.(error);
    } catch (thrown) {
      this.#diagnostics.error(
        'on-error',
        `the onError hook threw a ${thrown instanceof Error ? thrown.name : 'value'}`,
      );
    }
  }
}

/** The system's code of an error, such as `ENOSPC`; `UNKNOWN` for one without. */
export function codeOf(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null ? (cause as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : 'UNKNOWN';
}

/** "ENOSPC: no space left on device", without the system call and the path that Node adds. */
function describe(cause: unknown, code: string): string {
  const message = cause instanceof Error ? cause.message : '';
  return message.startsWith(`${code}: `) ? (message.split(', ', 1)[0] ?? code) : code;
}
