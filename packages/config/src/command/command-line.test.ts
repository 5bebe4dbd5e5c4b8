// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { commandRuns, type Ended } from '../test-doubles/command-runs.ts';

const { file, logferry } = commandRuns();

test('--alone, and OTEL_CONFIG_FILE, leave the variables out', async () => {
  file('alone.yaml', 'logger_provider: { processors: [{ simple: { exporter: { console: } } }] }\n');
  const variables = { OTEL_LOGS_EXPORTER: 'otlp', LOGFERRY_REDACTION: 'gdpr' };
  const destinations = ({ lines }: Ended): string[] => lines.filter((line) => line.startsWith('destination '));
  expect(destinations(await logferry(['check', 'alone.yaml'], variables))).toEqual(['destination otlp']);
  expect(destinations(await logferry(['check', 'alone.yaml', '--alone'], variables))).toEqual(['destination console']);
  expect(destinations(await logferry(['check'], { ...variables, OTEL_CONFIG_FILE: 'alone.yaml' }))).toEqual([
    'destination console',
  ]);
});

test('--help says how it is called, and which variables there are', async () => {
  const { code, lines, errors } = await logferry(['--help']);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(lines[0]).toBe('logferry check [FILE] [--connect] [--alone]');
  expect(lines).toContain('LOGFERRY_REDACTION              the preset by which every record is redacted');
});

test('a mistake in the call ends with 2 and says how it is called', async () => {
  const calls: readonly (readonly [args: readonly string[], message: string])[] = [
    [[], 'name what to do: check or explain'],
    [['chek', 'a.yaml'], 'did you mean check?'],
    [['check', 'a.yaml', 'b.yaml'], 'name one file'],
    [['check', '--alone'], '--alone needs a file'],
    [['check', '--conect'], "Unknown option '--conect'"],
  ];
  const ended = await Promise.all(calls.map(([args]) => logferry(args)));
  for (const [index, { code, lines, errors }] of ended.entries()) {
    expect({ code, lines }).toEqual({ code: 2, lines: [] });
    expect(errors).toContain(calls[index]?.[1]);
    expect(errors).toContain('logferry check [FILE] [--connect] [--alone]');
  }
});
