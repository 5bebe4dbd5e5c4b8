// SPDX-License-Identifier: Apache-2.0
import { invalidOption } from '@logferry/core';

/**
 * The value of an option that becomes header text: printable ASCII, so that it can hold no line break.
 * @throws LogferryError `INVALID_OPTION`.
 */
export function headerText(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^[!-~][ -~]*$/.test(value)) {
    throw invalidOption(name, value, 'printable ASCII text');
  }
  return value;
}
