// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { findBlocks } from './readme-blocks.ts';

test('the blocks that promise to run are found, with their language, line and place', () => {
  const text = [
    '# Title',
    '```ts run',
    'const a = 1;',
    '```',
    '```sh',
    'npm run x',
    '```',
    '```js run sdk=0.2xx',
    '',
    'a();',
    '```',
    '```js',
    'notRun();',
    '```',
  ].join('\n');
  expect(findBlocks('README.md', text)).toEqual([
    { place: 'README.md:2', language: 'ts', line: undefined, code: 'const a = 1;\n', files: {} },
    { place: 'README.md:8', language: 'js', line: '0.2xx', code: '\na();\n', files: {} },
  ]);
});

test('a command runs beside the files that the blocks above it show', () => {
  const text =
    '```yaml file=shop.yaml\na: 1\n```\n```sh run\nnode app.js\n```\n```js file=app.js\nb();\n```\n```sh run\nls\n```';
  expect(findBlocks('README.md', text).map(({ language, code, files }) => ({ language, code, files }))).toEqual([
    { language: 'sh', code: 'node app.js\n', files: { 'shop.yaml': 'a: 1\n' } },
    { language: 'sh', code: 'ls\n', files: { 'shop.yaml': 'a: 1\n', 'app.js': 'b();\n' } },
  ]);
  expect(() => findBlocks('README.md', '```yaml file=../x\n```')).toThrow('README.md:1: "```yaml file=../x" must be');
});

test('a fence that is meant to run but is misspelt is an error, not a block that is left out', () => {
  expect(() => findBlocks('README.md', '```js run sdk=2.x\n```')).toThrow('README.md:1: "```js run sdk=2.x" must be');
  expect(() => findBlocks('README.md', '\n```js run\na();\n')).toThrow('README.md:2: the block has no end');
});
