// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { consoleSample } from './console-sample.ts';

const output = 'a INFO one\nb INFO two\nc ERROR three\n    Error: x\n      at y\nd INFO four\ne ERROR five\n';

test('the sample is the first records, and the first of each word with the lines below it', () => {
  expect(consoleSample(output, 1, ['ERROR', 'FATAL'])).toBe(
    'a INFO one\n  …\nc ERROR three\n    Error: x\n      at y\n',
  );
});

test('a record that is shown already is not shown twice', () => {
  expect(consoleSample(output, 3, ['ERROR'])).toBe(output.slice(0, output.indexOf('d INFO')));
});
