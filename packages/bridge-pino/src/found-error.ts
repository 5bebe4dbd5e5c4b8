// SPDX-License-Identifier: Apache-2.0
import { isErrorLike } from '@logferry/bridge-base';

/** Fields that hold an error by habit, besides the logger's error key. */
const USUAL_KEYS: readonly string[] = ['err', 'error'];

/** The field of a record that holds its error; undefined when there is none. */
export function errorField(fields: Readonly<Record<string, unknown>>, errorKey: string): string | undefined {
  if (holdsError(fields, errorKey)) return errorKey;
  return USUAL_KEYS.find((key) => key !== errorKey && holdsError(fields, key));
}

function holdsError(fields: Readonly<Record<string, unknown>>, key: string): boolean {
  const value = fields[key];
  return typeof value === 'object' && value !== null && Object.hasOwn(fields, key) && isErrorLike(value);
}
