// SPDX-License-Identifier: Apache-2.0

/** One entry of a list of pairs; `pair` is undefined where it can't be read. */
export interface PairListEntry {
  /** Begins at 1. */
  readonly position: number;
  readonly pair: { readonly name: string; readonly value: string } | undefined;
}

/**
 * `k1=v1,k2=v2` with percent-encoded values: headers and attributes of the resource as variables and `…_list` keys have
 * them (W3C Baggage without properties). Empty entries are left out.
 */
export function pairList(text: string): readonly PairListEntry[] {
  return text.split(',').flatMap((entry, index) => {
    if (entry.trim() === '') return [];
    const equals = entry.indexOf('=');
    const name = decode(entry.slice(0, Math.max(equals, 0)).trim());
    const value = decode(entry.slice(equals + 1).trim());
    const pair = equals < 1 || !name || value === undefined ? undefined : { name, value };
    return [{ position: index + 1, pair }];
  });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
