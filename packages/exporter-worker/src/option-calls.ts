// SPDX-License-Identifier: Apache-2.0
import { suppressTracing } from '@logferry/core';

import type { OptionFunction } from './pack-options.ts';
import { errorOf, problemOf } from './problem.ts';
import type { CallAnswer, Problem } from './protocol.ts';

/**
 * Calls an option that is a function, in the application's thread, for the worker.
 *
 * @param canWait false in a process that is exiting: a promise would never settle.
 * @param answer is called once, at once where the function returns no promise. It may throw for a value that can't be
 *   posted, and is then called again.
 */
export function callOption(
  option: OptionFunction | undefined,
  parameters: readonly unknown[],
  canWait: boolean,
  answer: (answer: CallAnswer) => void,
): void {
  const answered = (value: unknown): void => {
    try {
      answer({ kind: 'value', value });
    } catch (error) {
      answer(threw(error));
    }
  };
  try {
    const result = suppressTracing(() => option?.(...parameters.map(unpackParameter)));
    if (!isThenable(result)) answered(result);
    else if (canWait) result.then(answered, (error: unknown) => answer(threw(error)));
    else answer({ kind: 'too-late' });
  } catch (error) {
    answer(threw(error));
  }
}

/** A parameter as a message carries it: errors keep their class and code. */
export function packParameter(parameter: unknown): unknown {
  return parameter instanceof Error ? { problem: problemOf(parameter) } : { value: parameter };
}

function unpackParameter(packed: unknown): unknown {
  const { problem, value } = packed as { readonly problem?: Problem; readonly value?: unknown };
  return problem === undefined ? value : errorOf(problem);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<unknown>>).then === 'function'
  );
}

function threw(error: unknown): CallAnswer {
  return { kind: 'threw', name: problemOf(error).name };
}
