// SPDX-License-Identifier: Apache-2.0

/** A block of a README that promises to run: "```ts run" or "```js run", for both SDK lines or, with `sdk=`, for one. */
export interface ReadmeBlock {
  /** `README.md:12`: the file and the line where the block starts. */
  readonly place: string;
  readonly language: 'ts' | 'js';
  readonly line: '0.2xx' | '3.x' | undefined;
  readonly code: string;
}

const FENCE = /^```(ts|js) run(?: sdk=(\S+))?$/;

/** The blocks of a README in their order. @throws Error for a fence that is meant to run but reads otherwise. */
export function findBlocks(file: string, text: string): ReadmeBlock[] {
  const blocks: ReadmeBlock[] = [];
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const opening = lines[index] ?? '';
    if (!opening.startsWith('```')) continue;
    const end = lines.indexOf('```', index + 1);
    if (end < 0) throw new Error(`${file}:${index + 1}: the block has no end`);
    const place = `${file}:${index + 1}`;
    if (/\brun\b/.test(opening)) blocks.push(parse(place, opening, lines.slice(index + 1, end)));
    index = end;
  }
  return blocks;
}

function parse(place: string, opening: string, lines: readonly string[]): ReadmeBlock {
  const [, language, line] = FENCE.exec(opening) ?? [];
  if ((language !== 'ts' && language !== 'js') || (line !== undefined && line !== '0.2xx' && line !== '3.x')) {
    throw new Error(
      `${place}: "${opening}" must be "\`\`\`ts run" or "\`\`\`js run", with or without sdk=0.2xx or sdk=3.x`,
    );
  }
  return { place, language, line, code: `${lines.join('\n')}\n` };
}
