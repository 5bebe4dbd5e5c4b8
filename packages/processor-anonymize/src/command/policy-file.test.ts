// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { type CommandResult, runCommand } from '../test-doubles/run-command.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'logferry-policy-file-'));
const POLICY_FILE = join(FOLDER, 'policy.json');
const LOG_FILE = join(FOLDER, 'app.jsonl');

afterAll(() => rmSync(FOLDER, { recursive: true }));

/** A file with this text, or with this as JSON, over these lines. */
async function run(policy: unknown, ...lines: readonly string[]): Promise<CommandResult> {
  writeFileSync(POLICY_FILE, typeof policy === 'string' ? policy : JSON.stringify(policy));
  writeFileSync(LOG_FILE, lines.map((line) => `${line}\n`).join(''));
  return await runCommand('--policy', POLICY_FILE, LOG_FILE);
}

function output(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

const REDACT = { operator: { kind: 'redact' }, reason: 'test' };

/** Stands at each place of a wrong policy where a value is. */
const SECRET = 'hunter2-Zx81';

it('a preset is changed by a file', async () => {
  const policy = {
    extends: 'default',
    name: 'shop',
    version: '2',
    description: 'what the shop writes',
    limits: 'names in texts',
    entities: {
      ip_address: { operator: { kind: 'truncate-ip' }, reason: 'the network is enough' },
      payment_card: { operator: { kind: 'mask', keepFirst: 6, keepLast: 4 }, reason: 'support asks for it' },
      staff_id: { operator: { kind: 'redact', label: '[STAFF]' }, reason: 'our own numbers' },
      email: false,
    },
    words: { badge: 'secret', pin: false },
    paths: [
      { path: 'note', operator: { kind: 'drop' }, reason: 'free text', on: ['attributes', 'body'] },
      { path: 'age', operator: { kind: 'generalize', bucket: 20 }, reason: 'no one is told by it' },
      { path: 'born', operator: { kind: 'generalize', date: 'month' }, reason: 'the month is enough' },
    ],
    ipRanges: { private: true, documentation: false },
    detectors: [{ entity: 'staff_id', pattern: String.raw`\bs-\d{6}`, ignoreCase: true, context: ['staff'] }],
  };
  expect(
    await run(
      policy,
      '{"from":"93.184.216.34","via":"10.1.2.3","doc":"203.0.113.77"}',
      '{"badge":"77","pin":"1234","mail":"jane@example.com"}',
      '{"msg":"staff S-123456","other":"S-123456"}',
      '{"note":"x","age":47,"born":"1990-05-17","card":"4111111111111111"}',
    ),
  ).toEqual({
    code: 1,
    stdout: output(
      '1 ip_address at from, ip_address at via',
      '- {"from":"93.184.216.34","via":"10.1.2.3","doc":"203.0.113.77"}',
      '+ {"from":"93.184.216.0","via":"10.1.2.0","doc":"203.0.113.77"}',
      '2 secret at badge',
      '- {"badge":"77","pin":"1234","mail":"jane@example.com"}',
      '+ {"badge":"[SECRET]","pin":"1234","mail":"jane@example.com"}',
      '3 staff_id at msg',
      '- {"msg":"staff S-123456","other":"S-123456"}',
      '+ {"msg":"staff [STAFF]","other":"S-123456"}',
      '4 path at note, path at age, path at born, payment_card at card',
      '- {"note":"x","age":47,"born":"1990-05-17","card":"4111111111111111"}',
      '+ {"age":"40-59","born":"1990-05","card":"411111******1111"}',
      '4 lines, 4 changed',
      'path 3',
      'ip_address 2',
      'secret 1',
      'staff_id 1',
      'payment_card 1',
    ),
    stderr: '',
  });
});

it('a policy stands for itself', async () => {
  const policy = { name: 'mail', version: '1', description: '', limits: '', entities: { email: REDACT }, words: {} };
  // A mark at the beginning, as some editors write it.
  const written = `\uFEFF${JSON.stringify(policy)}`;
  expect(await run(written, '{"a":"jane@example.com","password":"x","b":"93.184.216.34"}')).toEqual({
    code: 1,
    stdout: output(
      '1 email at a',
      '- {"a":"jane@example.com","password":"x","b":"93.184.216.34"}',
      '+ {"a":"[EMAIL]","password":"x","b":"93.184.216.34"}',
      '1 lines, 1 changed',
      'email 1',
    ),
    stderr: '',
  });
});

it('an operator that needs keys leaves the label, because the command has none', async () => {
  const policy = { extends: 'secrets-only', entities: { email: { operator: { kind: 'pseudonym' }, reason: 'test' } } };
  expect((await run(policy, 'to jane@example.com')).stdout).toContain('+ to [EMAIL]\n');
});

it('an allow-list is for attributes: a line is read as a body', async () => {
  const policy = { extends: 'secrets-only', allow: { paths: ['a'], otherwise: { kind: 'redact' } } };
  expect(await run(policy, '{"a":1,"b":2}')).toEqual({ code: 0, stdout: output('1 lines, 0 changed'), stderr: '' });
});

describe.each<[string, unknown, string]>([
  ['no JSON', `{\n"extends": "gdpr",\n"words": {"a" ${SECRET}}}`, 'the policy file FILE is no JSON, at line 3'],
  ['no object', [SECRET], 'policy must be an object'],
  [
    'an unknown key',
    { extends: 'gdpr', entites: { email: SECRET } },
    'policy has no option "entites"; it has extends, name, version, description, limits, entities, words, paths, allow, ipRanges, detectors; did you mean entities?',
  ],
  [
    'an unknown key in a rule',
    { extends: 'gdpr', entities: { email: { ...REDACT, operatr: SECRET } } },
    'policy.entities.email has no option "operatr"; it has operator, reason; did you mean operator?',
  ],
  [
    'an unknown key of an operator',
    {
      extends: 'gdpr',
      paths: [
        { path: 'a', ...REDACT },
        { path: 'a', reason: '', operator: { kind: 'mask', label: SECRET } },
      ],
    },
    'policy.paths[1].operator has no option "label"; it has kind, keepFirst, keepLast',
  ],
  [
    'a function',
    { extends: 'gdpr', detectors: [{ entity: 'a', pattern: 'a', validate: SECRET }] },
    'policy.detectors[0] has no option "validate"; it has entity, pattern, ignoreCase, context',
  ],
  [
    'an unknown preset',
    { extends: SECRET },
    'policy.extends must be one of default, gdpr, pci-dss, hipaa, secrets-only',
  ],
  ['no name and no preset', { version: SECRET }, 'policy.name is missing'],
  [
    'nothing to take away from',
    { name: '', version: '', description: '', limits: '', entities: { email: false } },
    'policy.entities.email must be an object',
  ],
  [
    'an unknown operator',
    { extends: 'gdpr', allow: { paths: ['a'], otherwise: { kind: SECRET } } },
    'policy.allow.otherwise.kind must be one of redact, mask, pseudonym, hash, encrypt, shred, truncate-ip, generalize, drop, keep',
  ],
  [
    'an operator without its object',
    { extends: 'gdpr', entities: { email: { operator: SECRET, reason: '' } } },
    'policy.entities.email.operator must be an object',
  ],
  [
    'no reason',
    { extends: 'gdpr', entities: { email: { operator: { kind: 'drop' } } } },
    'policy.entities.email.reason is missing',
  ],
  [
    'a part of the record that is none',
    { extends: 'gdpr', paths: [{ path: 'a', ...REDACT, on: [SECRET] }] },
    'policy.paths[0].on[0] must be one of body, attributes, resource, scope',
  ],
  ['a wrong flag', { extends: 'gdpr', ipRanges: { private: SECRET } }, 'policy.ipRanges.private must be true or false'],
  ['a wrong list', { extends: 'gdpr', paths: SECRET }, 'policy.paths must be a list'],
  ['a wrong word', { extends: 'gdpr', words: { badge: true } }, 'policy.words.badge must be a text'],
  [
    'a wrong number',
    { extends: 'gdpr', entities: { email: { operator: { kind: 'mask', keepLast: SECRET }, reason: '' } } },
    'policy.entities.email.operator.keepLast must be a number',
  ],
  [
    'what is no pattern',
    { extends: 'gdpr', detectors: [{ entity: 'a', pattern: `(${SECRET}` }] },
    'policy.detectors[0].pattern must be a regular expression, with the flag u',
  ],
  [
    'a pattern without a bound',
    { extends: 'gdpr', detectors: [{ entity: 'badge', pattern: 'a+' }] },
    'policy.detectors[0].pattern is refused: it has "+", which has no upper bound (write {0,64} or {1,64}), at character 2',
  ],
  [
    'an entity that nothing finds',
    { extends: 'gdpr', entities: { staff_id: REDACT } },
    'policy.entities.staff_id is neither a known entity nor that of a detector',
  ],
  [
    'what commands a terminal',
    { extends: 'gdpr', entities: { '\u001b[2J': SECRET } },
    String.raw`policy.entities.\u{1b}[2J must be an object`,
  ],
])('a file with %s', (_what, policy, message) => {
  it('is refused with the place, and nothing of the value', async () => {
    expect(await run(policy, 'x')).toEqual({
      code: 2,
      stdout: '',
      stderr: output(message.replace('FILE', JSON.stringify(POLICY_FILE))),
    });
  });
});

it('what is neither a preset nor a file is refused', async () => {
  expect(await runCommand('--policy', 'nosuch')).toEqual({
    code: 2,
    stdout: '',
    stderr: output(
      '--policy must name one of default, gdpr, pci-dss, hipaa, secrets-only, or a file: "nosuch" can\'t be read (ENOENT)',
    ),
  });
});
