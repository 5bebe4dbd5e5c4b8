// SPDX-License-Identifier: Apache-2.0

/**
 * A block of a README that promises to run: "```ts run", "```js run" or "```sh run", for both SDK lines or, with `sdk=`,
 * for one.
 */
export interface ReadmeBlock {
  /** `README.md:12`: the file and the line where the block starts. */
  readonly place: string;
  readonly language: 'ts' | 'js' | 'sh';
  readonly line: '0.2xx' | '3.x' | undefined;
  readonly code: string;
  /** What the blocks with `file=` above it say that the files of the working directory hold, by name. */
  readonly files: Readonly<Record<string, string>>;
}

const FENCE = /^```(ts|js|sh) run(?: sdk=(\S+))?$/;

/** "```yaml file=logferry.yaml": a file that the blocks below find in their working directory. */
const FILE_FENCE = /^```\w+ file=([\w-]+(?:\.[\w-]+)*)$/;

/** The blocks of a README in their order. @throws Error for a fence that is meant to run, or to be a file, but reads otherwise. */
export function findBlocks(file: string, text: string): ReadmeBlock[] {
  const blocks: ReadmeBlock[] = [];
  let files: Readonly<Record<string, string>> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const opening = lines[index] ?? '';
    if (!opening.startsWith('```')) continue;
    const end = lines.indexOf('```', index + 1);
    if (end < 0) throw new Error(`${file}:${index + 1}: the block has no end`);
    const place = `${file}:${index + 1}`;
    const content = `${lines.slice(index + 1, end).join('\n')}\n`;
    if (/\bfile=/.test(opening)) files = { ...files, [fileName(place, opening)]: content };
    else if (/\brun\b/.test(opening)) blocks.push(parse(place, opening, content, files));
    index = end;
  }
  return blocks;
}

function parse(place: string, opening: string, code: string, files: ReadmeBlock['files']): ReadmeBlock {
  const [, language, line] = FENCE.exec(opening) ?? [];
  if (
    (language !== 'ts' && language !== 'js' && language !== 'sh') ||
    (line !== undefined && line !== '0.2xx' && line !== '3.x')
  ) {
    throw new Error(
      `${place}: "${opening}" must be "\`\`\`ts run", "\`\`\`js run" or "\`\`\`sh run", with or without sdk=0.2xx or sdk=3.x`,
    );
  }
  return { place, language, line, code, files };
}

function fileName(place: string, opening: string): string {
  const [, name] = FILE_FENCE.exec(opening) ?? [];
  if (name === undefined) throw new Error(`${place}: "${opening}" must be "\`\`\`LANGUAGE file=NAME"`);
  return name;
}
