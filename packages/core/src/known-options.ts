// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from './errors.ts';
import { nearestName } from './nearest-name.ts';

/** Refuses an option that doesn't exist, because a filter with a typing error would let everything pass. @throws LogferryError `INVALID_OPTION` */
export function knownOptions(path: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, known);
  throw new LogferryError(
    'INVALID_OPTION',
    `${path} has no option ${JSON.stringify(unknown)}; it has ${known.join(', ')}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
  );
}
