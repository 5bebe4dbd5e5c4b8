// SPDX-License-Identifier: Apache-2.0

const START = '<!-- faults:start -->';
const END = '<!-- faults:end -->';

/** The README with its table replaced. @throws Error when the markers are missing. */
export function replaceTable(readme: string, table: string): string {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END);
  if (start < 0 || end < start) throw new Error(`the README needs ${START} and, below it, ${END}`);
  return `${readme.slice(0, start + START.length)}\n\n${table}\n\n${readme.slice(end)}`;
}
