// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { parseDemoArguments } from './options.ts';

const defaults = {
  requests: 20_000,
  input: undefined,
  endpoint: undefined,
  out: undefined,
  maxFileBytes: 1_048_576,
  wholeConsole: false,
};

test('the defaults run the built-in load', () => {
  expect(parseDemoArguments([])).toEqual({ kind: 'run', options: defaults });
  expect(parseDemoArguments(['--short'])).toEqual({ kind: 'run', options: { ...defaults, requests: 1_000 } });
});

test('input and endpoint are taken', () => {
  expect(parseDemoArguments(['--input', '-', '--endpoint', 'https://collector:4317', '--requests=5'])).toEqual({
    kind: 'run',
    options: { ...defaults, requests: 5, input: '-', endpoint: 'https://collector:4317' },
  });
});

test.each([
  [['--requests', '0'], '--requests must be a whole number of at least 1; it is "0"'],
  [['--max-file-bytes', '1k'], '--max-file-bytes must be a whole number of at least 65536; it is "1k"'],
  [['--endpoint', 'nowhere'], '--endpoint must be a URL such as https://host:4317; it is "nowhere"'],
])('a bad argument is named: %j', (args, message) => {
  expect(parseDemoArguments(args)).toEqual({ kind: 'bad', message });
});

test('an unknown argument is refused', () => {
  expect(parseDemoArguments(['--nope'])).toMatchObject({
    kind: 'bad',
    message: expect.stringContaining('--nope') as string,
  });
});
