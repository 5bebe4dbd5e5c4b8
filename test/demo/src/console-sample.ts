// SPDX-License-Identifier: Apache-2.0

/** The first records of the console's output, and the first of each of some words that do not stand among them. */
export function consoleSample(output: string, firstRecords: number, words: readonly string[]): string {
  const records = output.split(/^(?=\S)/m).filter((record) => record !== '');
  const shown = records.slice(0, firstRecords);
  for (const word of words) {
    const found = records.find((record) => record.includes(word));
    if (found !== undefined && !shown.includes(found)) shown.push('  …\n', found);
  }
  return shown.join('');
}
