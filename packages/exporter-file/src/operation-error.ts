// SPDX-License-Identifier: Apache-2.0

/** A failed file operation, with the word for it that diagnostics use. The system's error is the cause. */
export class OperationError extends Error {
  readonly operation: string;

  constructor(operation: string, cause: unknown) {
    super(operation, { cause });
    this.operation = operation;
  }
}
