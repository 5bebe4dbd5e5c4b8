// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { Anonymizer, extendPolicy, PRESETS } from '../index.ts';
import { runCommand } from '../test-doubles/run-command.ts';
import { runPolicy } from './run-policy.ts';

const LINES = [
  '{"msg":"ok","n":1}',
  '{"msg":"to jane@example.com","password":"hunter2"}',
  '',
  'GET /x?token=abc from \u001b[31m93.184.216.34',
];

async function output(hasColours: boolean, isQuiet: boolean): Promise<string[]> {
  const written: string[] = [];
  await runPolicy(LINES, {
    anonymizer: new Anonymizer({ environment: {} }),
    hasColours,
    isQuiet,
    write: (line) => void written.push(line),
  });
  return written;
}

it('shows changed lines before and after, and counts', async () => {
  expect(await output(false, false)).toEqual([
    '2 email at msg, secret at password',
    '- {"msg":"to jane@example.com","password":"hunter2"}',
    '+ {"msg":"to [EMAIL]","password":"[SECRET]"}',
    '4 secret, ip_address',
    String.raw`- GET /x?token=abc from \u{1b}[31m93.184.216.34`,
    String.raw`+ GET /x?token=[SECRET] from \u{1b}[31m[IP_ADDRESS]`,
    '4 lines, 2 changed',
    'secret 2',
    'email 1',
    'ip_address 1',
  ]);
});

it('marks what was found', async () => {
  const lines = await output(true, false);
  expect(lines[1]).toBe('- {"msg":"to \u001b[31mjane@example.com\u001b[39m","password":"\u001b[31mhunter2\u001b[39m"}');
  expect(lines[2]).toBe('+ {"msg":"to \u001b[32m[EMAIL]\u001b[39m","password":"\u001b[32m[SECRET]\u001b[39m"}');
});

it('marks what rules by path and other operators leave, and what is dropped', async () => {
  const written: string[] = [];
  const policy = extendPolicy(PRESETS['pci-dss'], {
    paths: [{ path: 'note', operator: { kind: 'generalize' }, reason: 'test' }],
  });
  const line = '{"card": "4111111111111111", "cvv": "123", "note": "47", "holder of the card": "x", "n": [1, 2]}';
  await runPolicy([line], {
    anonymizer: new Anonymizer({ policy, environment: {} }),
    hasColours: true,
    isQuiet: false,
    write: (text) =>
      void written.push(text.replaceAll('\u001b[31m', '<').replaceAll('\u001b[32m', '<').replaceAll('\u001b[39m', '>')),
  });
  expect(written.slice(0, 3)).toEqual([
    '1 payment_card at card, path at cvv, path at note',
    '- {"card": "411111<111111>1111", "<cvv": "123", ">note": "4<7>", "holder of the card": "x", "n": [1, 2]}',
    '+ {"card":"411111<******>1111","note":"4<0-49>","holder of the card":"x","n":[1,2]}',
  ]);
});

it('shows no line when it is quiet', async () => {
  expect(await output(false, true)).toEqual(['4 lines, 2 changed', 'secret 2', 'email 1', 'ip_address 1']);
});

it('runs as a command', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'logferry-anonymize-'));
  try {
    const file = join(folder, 'log.jsonl');
    writeFileSync(file, `${LINES.slice(0, 2).join('\n')}\n`);
    expect(await runCommand('--quiet', file)).toEqual({
      code: 1,
      stdout: '2 lines, 1 changed\nemail 1\nsecret 1\n',
      stderr: '',
    });
    expect(await runCommand(join(folder, 'none'))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^it can't be run: ENOENT\n/) as string,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
