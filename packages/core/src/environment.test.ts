// SPDX-License-Identifier: Apache-2.0
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Diagnostics, Environment } from './index.ts';

const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  const say = (message: string): void => void said.push(message);
  diag.setLogger(
    { error: say, warn: say, info: vi.fn(), debug: vi.fn(), verbose: vi.fn() },
    { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true },
  );
});

afterEach(() => diag.disable());

function environment(variables: Record<string, string>): Environment {
  return new Environment(variables, new Diagnostics('test'));
}

test('the first name that is set wins, and an empty value counts as unset', () => {
  const env = environment({ LOGS: '  ', GENERAL: ' b ', OTHER: 'c' });
  expect(env.text('LOGS', 'GENERAL', 'OTHER')).toBe('b');
  expect(env.find('LOGS', 'GENERAL')).toEqual({ name: 'GENERAL', value: 'b' });
  expect(env.text('ABSENT')).toBeUndefined();
});

test('a bad number is reported by name, without its value, and ignored', () => {
  const env = environment({ A: '12', B: '-1', C: '1e3', D: '0', E: '99999999999999999999' });
  expect(['A', 'B', 'C', 'D', 'E'].map((name) => env.integer(1, name))).toEqual([
    12,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(said).toEqual(
    ['B', 'C', 'D', 'E'].map(
      (name) => `test: the environment variable ${name} is ignored: it must be a whole number of at least 1`,
    ),
  );
});

test('only "true" in any case is true', () => {
  const env = environment({ A: 'TRUE', B: 'false', C: '1' });
  expect(['A', 'B', 'C', 'D'].map((name) => env.boolean(name))).toEqual([true, false, false, undefined]);
  expect(said).toEqual(['test: the environment variable C is ignored: it must be "true" or "false"']);
});

test('an unknown word is reported and ignored', () => {
  const env = environment({ A: 'GZIP', B: 'zip' });
  expect(env.choice(['gzip', 'none'], 'A')).toBe('gzip');
  expect(env.choice(['gzip', 'none'], 'B')).toBeUndefined();
  expect(said).toEqual(['test: the environment variable B is ignored: it must be one of gzip, none']);
});
