// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { booleanOption, choiceOption, integerOption, invalidOption, isLogferryError, LogferryError } from './index.ts';

test('a number out of its bounds is refused with its name, its value and the bound', () => {
  expect(() => integerOption('maxQueueSize', 0, 10, { min: 1 })).toThrow(
    new LogferryError('INVALID_OPTION', 'maxQueueSize must be a whole number at least 1; it is 0'),
  );
  expect(() => integerOption('port', 70_000, 10, { min: 1, max: 65_535 })).toThrow(
    'port must be a whole number from 1 to 65535; it is 70000',
  );
  expect(() => integerOption('delayMillis', Infinity, 10, { min: 0 })).toThrow('it is Infinity');
  expect(() => integerOption('delayMillis', 1.5, 10, { min: 0, allowInfinity: true })).toThrow(
    'delayMillis must be a whole number at least 0, or Infinity; it is 1.5',
  );
  expect(() => integerOption('delayMillis', '5' as unknown as number, 10, { min: 0 })).toThrow('it is "5"');
});

test('a number within its bounds is taken, and an absent one is the default', () => {
  expect(integerOption('n', undefined, 7, { min: 1 })).toBe(7);
  expect(integerOption('n', 1, 7, { min: 1, max: 2 })).toBe(1);
  expect(integerOption('n', 2, 7, { min: 1, max: 2 })).toBe(2);
  expect(integerOption('n', Infinity, 7, { min: 1, allowInfinity: true })).toBe(Infinity);
});

test('an unknown word is refused with the words that are allowed', () => {
  const colours = ['red', 'green'] as const;
  expect(choiceOption('colour', undefined, 'red', colours)).toBe('red');
  expect(choiceOption('colour', 'green', 'red', colours)).toBe('green');
  expect(() => choiceOption<string>('colour', 'blue', 'red', colours)).toThrow(
    `colour must be one of 'red', 'green'; it is "blue"`,
  );
});

test('a boolean option takes no other type', () => {
  expect(booleanOption('insecure', undefined, true)).toBe(true);
  expect(booleanOption('insecure', false, true)).toBe(false);
  expect(() => booleanOption('insecure', 'false' as unknown as boolean, true)).toThrow(
    'insecure must be true or false; it is "false"',
  );
});

test('a long value is cut in the message, and an object is named by its type alone', () => {
  expect(invalidOption('path', 'x'.repeat(500), 'short').message).toHaveLength(
    'path must be short; it is '.length + 83,
  );
  expect(invalidOption('headers', { authorization: 'Bearer s3cret' }, 'a map').message).toBe(
    'headers must be a map; it is a value of type object',
  );
});

test('an error of another copy of the package is recognised', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('logferry.error')]: true, code: 'INVALID_OPTION' });
  expect([foreign, new LogferryError('EXPORT_FAILED', 'x'), new Error('x'), null, 'x'].map(isLogferryError)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
