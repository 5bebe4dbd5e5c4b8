// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { parseCommandLine } from './command-line.ts';

test('without options everything is measured in full', () => {
  expect(parseCommandLine([])).toEqual({ kind: 'measure', scale: 'full', scenarios: [], write: true });
});

test('the short form, single scenarios, the profile and the report are chosen by options', () => {
  expect(parseCommandLine(['--short'])).toEqual({ kind: 'measure', scale: 'short', scenarios: [], write: false });
  expect(parseCommandLine(['--', '--scenario', 'grpc', '--scenario', 'file'])).toEqual({
    kind: 'measure',
    scale: 'full',
    scenarios: ['grpc', 'file'],
    write: false,
  });
  expect(parseCommandLine(['--scenario', 'grpc', '--write'])).toEqual({
    kind: 'measure',
    scale: 'full',
    scenarios: ['grpc'],
    write: true,
  });
  expect(parseCommandLine(['--profile', 'grpc'])).toEqual({ kind: 'profile', target: 'grpc' });
  expect(parseCommandLine(['--report'])).toEqual({ kind: 'report' });
  expect(parseCommandLine(['--help'])).toEqual({ kind: 'help' });
});

test('an option that there is not is refused', () => {
  expect(() => parseCommandLine(['--short', '--write'])).toThrow('--write needs figures');
  expect(() => parseCommandLine(['--fast'])).toThrow("Unknown option '--fast'");
});
