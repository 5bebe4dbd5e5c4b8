// SPDX-License-Identifier: Apache-2.0
import { isLogferryError, LogferryError, type LogferryErrorCode } from '@logferry/core';

import type { Problem } from './protocol.ts';

/** Causes that are carried along; a longer chain is cut. */
const MAX_CAUSES = 3;

/** An error as a message can carry it: structured cloning would lose its code and its class. */
export function problemOf(error: unknown, causes: number = MAX_CAUSES): Problem {
  const { name, code, cause, message } = fieldsOf(error);
  return {
    name: typeof name === 'string' ? name : typeof error,
    code: typeof code === 'string' ? code : undefined,
    isOurs: isLogferryError(error),
    message: isLogferryError(error) || isSystemError(error) ? String(message) : undefined,
    cause: cause === undefined || causes === 0 ? undefined : problemOf(cause, causes - 1),
  };
}

/** The error again. The text of one that is neither ours nor the system's stays behind: it may hold anything. */
export function errorOf(problem: Problem): Error {
  const options = problem.cause === undefined ? undefined : { cause: errorOf(problem.cause) };
  if (problem.isOurs) return new LogferryError(problem.code as LogferryErrorCode, problem.message ?? '', options);
  const error = new Error(problem.message ?? problem.name, options);
  error.name = problem.name;
  return problem.code === undefined ? error : Object.assign(error, { code: problem.code });
}

/** What may be said of an error in a diagnostic. */
export function shortReason(error: unknown): string {
  const { isOurs, name, code, message } = problemOf(error);
  if (isOurs) return String(message);
  return code === undefined ? name : `${name} ${code}`;
}

/** Of the operating system: it names an operation and a path. */
function isSystemError(error: unknown): boolean {
  return typeof fieldsOf(error).syscall === 'string';
}

function fieldsOf(error: unknown): Readonly<Record<'name' | 'code' | 'cause' | 'message' | 'syscall', unknown>> {
  const none = { name: undefined, code: undefined, cause: undefined, message: undefined, syscall: undefined };
  if (typeof error !== 'object' || error === null) return none;
  try {
    const { name, code, cause, message, syscall } = error as typeof none;
    return { name, code, cause, message, syscall };
  } catch {
    return none;
  }
}
