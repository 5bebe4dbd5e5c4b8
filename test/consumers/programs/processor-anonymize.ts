// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import {
  Anonymizer,
  AnonymizingLogRecordProcessor,
  decrypt,
  decryptForSubject,
  extendPolicy,
  keyFile,
  KeyRing,
  MemorySubjectKeyStore,
  type Operator,
  policyHash,
  type PresetName,
  PRESETS,
  pseudonymsOf,
} from '@logferry/processor-anonymize';
import { expectRedacted } from '@logferry/processor-anonymize/testing';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';

import { logs, SeverityNumber } from './line.ts';

void test('an official exporter behind it gets redacted records, and one beside it the raw ones', async () => {
  const redacted = new InMemoryLogRecordExporter();
  const raw = new InMemoryLogRecordExporter();
  const processor = new AnonymizingLogRecordProcessor(new SimpleLogRecordProcessor({ exporter: redacted }), {
    policy: 'default',
  });
  const provider = new LoggerProvider({ processors: [processor, new SimpleLogRecordProcessor({ exporter: raw })] });
  logs.setGlobalLoggerProvider(provider);
  const body = { note: 'to jane@example.com', list: ['4111 1111 1111 1111'] };
  logs
    .getLogger('shop')
    .emit({ severityNumber: SeverityNumber.INFO, body, attributes: { password: 'hunter2', order: 7 } });
  await provider.forceFlush();
  const [first] = redacted.getFinishedLogRecords();
  assert.deepEqual(first?.body, { note: 'to [EMAIL]', list: ['[PAYMENT_CARD]'] });
  assert.deepEqual({ ...first?.attributes }, { password: '[SECRET]', order: 7 });
  expectRedacted(first, { without: ['jane', '4111', 'hunter2'] });
  const [second] = raw.getFinishedLogRecords();
  assert.equal(second?.body, body);
  assert.deepEqual({ ...second?.attributes }, { password: 'hunter2', order: 7 });
  assert.deepEqual(processor.stats().byEntity, { email: 1, payment_card: 1, secret: 1 });
  await provider.shutdown();
});

void test('without a delegate the processors that come after it get the redacted record', async () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    processors: [
      new AnonymizingLogRecordProcessor(null, { policy: 'gdpr' }),
      new SimpleLogRecordProcessor({ exporter }),
    ],
  });
  provider.getLogger('shop').emit({ body: 'from 203.0.113.77', attributes: { 'user.email': 'jane', note: 'ok' } });
  await provider.forceFlush();
  const [record] = exporter.getFinishedLogRecords();
  assert.equal(record?.body, 'from 203.0.113.0');
  assert.deepEqual({ ...record?.attributes }, { 'user.email': '[REDACTED]', note: 'ok' });
  await provider.shutdown();
});

const BY_PRESET: Readonly<Record<PresetName, unknown>> = {
  default: {
    to: '[EMAIL]',
    card: '[PAYMENT_CARD]',
    cvv: '[CARD_SECURITY_CODE]',
    ip: '[IP_ADDRESS]',
    dob: '1990-05-17',
  },
  'secrets-only': {
    to: 'jane@example.com',
    card: '4111111111111111',
    cvv: '[CARD_SECURITY_CODE]',
    ip: '203.0.113.77',
    dob: '1990-05-17',
  },
  gdpr: { to: '[EMAIL]', card: '[PAYMENT_CARD]', cvv: '[CARD_SECURITY_CODE]', ip: '203.0.113.0', dob: '1990' },
  'pci-dss': { to: 'jane@example.com', card: '411111******1111', ip: '203.0.113.77', dob: '1990-05-17' },
  hipaa: { to: '[EMAIL]', card: '[PAYMENT_CARD]', cvv: '[CARD_SECURITY_CODE]', ip: '[IP_ADDRESS]', dob: '1990' },
};

for (const [policy, expected] of Object.entries(BY_PRESET)) {
  void test(`the preset ${policy} does what it says`, () => {
    const value = {
      to: 'jane@example.com',
      card: '4111111111111111',
      cvv: '123',
      ip: '203.0.113.77',
      dob: '1990-05-17',
    };
    assert.deepEqual(new Anonymizer({ policy: policy as PresetName }).redact(value), expected);
    assert.match(policyHash(PRESETS[policy as PresetName]), /^[\da-f]{16}$/);
  });
}

void test('each operator leaves what it promises', () => {
  const keys = new KeyRing([{ id: 'a', key: randomBytes(32) }]);
  const by = (operator: Operator): string => {
    const policy = extendPolicy(PRESETS.default, { entities: { email: { operator, reason: 'test' } } });
    return String(new Anonymizer({ policy, keys }).redact('jane@example.com'));
  };
  assert.equal(by({ kind: 'redact', label: '[MAIL]' }), '[MAIL]');
  assert.equal(by({ kind: 'mask', keepLast: 3 }), '****@*******.com');
  assert.deepEqual(pseudonymsOf('email', 'JANE@example.com', keys), [by({ kind: 'pseudonym' })]);
  assert.match(by({ kind: 'hash' }), /^hash\.email:a:[\w-]{22}$/);
  assert.equal(decrypt(by({ kind: 'encrypt' }), keys), 'jane@example.com');
  assert.deepEqual([by({ kind: 'drop' }), by({ kind: 'keep' })], ['', 'jane@example.com']);
  assert.equal(by({ kind: 'shred' }), '[EMAIL]');
});

void test('what was encrypted for a subject is unreadable once the key of the subject is gone', async () => {
  const subjectKeys = new MemorySubjectKeyStore();
  const exporter = new InMemoryLogRecordExporter();
  const processor = new AnonymizingLogRecordProcessor(new SimpleLogRecordProcessor({ exporter }), {
    policy: extendPolicy(PRESETS.default, { entities: { email: { operator: { kind: 'shred' }, reason: 'test' } } }),
    subjectKeys,
    subject: () => 'user-7',
  });
  const provider = new LoggerProvider({ processors: [processor] });
  provider.getLogger('shop').emit({ body: 'jane@example.com' });
  await provider.forceFlush();
  const token = String(exporter.getFinishedLogRecords()[0]?.body);
  assert.equal(decryptForSubject(token, subjectKeys), 'jane@example.com');
  subjectKeys.delete('user-7');
  assert.equal(decryptForSubject(token, subjectKeys), undefined);
  await provider.shutdown();
});

void test('keys of a file are taken when it is for its owner alone, and a weak key is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'logferry-consumer-'));
  try {
    const path = join(folder, 'keys');
    writeFileSync(path, `2026a:${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    assert.deepEqual(KeyRing.fromFile(path).ids, ['2026a']);
    assert.equal(new Anonymizer({ keys: keyFile(path) }).redact('ok'), 'ok');
    chmodSync(path, 0o644);
    if (process.platform !== 'win32') assert.throws(() => KeyRing.fromFile(path), { code: 'UNUSABLE_FILE' });
    assert.throws(() => new KeyRing([{ id: 'a', key: new Uint8Array(32) }]), { code: 'INVALID_OPTION' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

void test('the command tells what a policy finds in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'logferry-consumer-'));
  try {
    const path = join(folder, 'app.jsonl');
    writeFileSync(path, '{"to":"jane@example.com"}\n{"n":1}\n');
    const manifest = createRequire(join(process.cwd(), 'x.js')).resolve('@logferry/processor-anonymize/package.json');
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
    const command = join(dirname(manifest), bin['logferry-anonymize'] ?? '');
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, '--quiet', path], { encoding: 'utf8' });
    assert.deepEqual([status, stdout, stderr], [1, '2 lines, 1 changed\nemail 1\n', '']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
