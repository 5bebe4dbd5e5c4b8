// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isLogferryError } from '@logferry/core';
import { ManualClock, testRecord } from '@logferry/core/testing';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  Anonymizer,
  AnonymizingLogRecordProcessor,
  type AnonymizingProcessorOptions,
  extendPolicy,
  keyFile,
  type KeyOptions,
  KeyRing,
  PRESETS,
} from './index.ts';
import { CollectingProcessor } from './test-doubles/collecting-processor.ts';
import { keyLine, testKey } from './test-doubles/test-key.ts';

function message(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    if (isLogferryError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('keys', () => {
  const one = (value: unknown): string => message(() => new KeyRing([{ id: 'k', key: value as string }]));
  const weak = 'INVALID_OPTION: the key k must be random bytes; it is a text or repeats itself';

  it.each<[string, unknown, string]>([
    ['an empty text', '', 'INVALID_OPTION: the key k must have at least 32 bytes; it has 0'],
    ['nothing', undefined, 'INVALID_OPTION: the key k must be bytes or a text'],
    ['31 bytes', testKey(1).subarray(0, 31), 'INVALID_OPTION: the key k must have at least 32 bytes; it has 31'],
    [
      '24 bytes in hexadecimal, which is base64 of 36 as well',
      Buffer.from(testKey(1).subarray(0, 24)).toString('hex'),
      'INVALID_OPTION: the key k must have at least 32 bytes; it has 24',
    ],
    ['zeros', new Uint8Array(64), weak],
    ['two bytes in turn', Buffer.alloc(64, 'ab'), weak],
    ['a pass phrase', Buffer.from('correct horse battery staple and more of it'), weak],
    ['a pass phrase that is base64', 'correcthorsebatterystaplecorrecthorsebatterystaple', weak],
    [
      'a sentence',
      'Correct horse battery staple, and 7 more of these words!',
      'INVALID_OPTION: the key k must be base64 or hexadecimal',
    ],
    ['random bytes', testKey(1), 'accepted'],
    ['base64', Buffer.from(testKey(1)).toString('base64'), 'accepted'],
    ['base64url', Buffer.from(testKey(2)).toString('base64url'), 'accepted'],
    ['hexadecimal', Buffer.from(testKey(1)).toString('hex'), 'accepted'],
  ])('of %s: %s', (_name, value, expected) => {
    expect(one(value)).toBe(expected);
  });

  it('have ids that differ and can stand in a token', () => {
    const ids = (...names: unknown[]): string =>
      message(() => new KeyRing(names.map((id, index) => ({ id, key: testKey(index) }) as KeyOptions)));
    expect(ids('a', 'b')).toBe('accepted');
    expect(ids('a', 'a')).toBe('INVALID_OPTION: the key a must have an id that no other key has');
    const bad = 'INVALID_OPTION: the key  must have an id of 1 to 32 characters from A-Z, a-z, 0-9, "_" and "-"';
    expect([ids('a:b'), ids(''), ids('x'.repeat(33)), ids(7)]).toEqual([bad, bad, bad, bad]);
    expect(message(() => new KeyRing('a' as never))).toBe('INVALID_OPTION: keys must be a list of keys');
  });

  it('come from the environment', () => {
    expect(KeyRing.fromEnvironment('K', { K: `${keyLine('b', 2)},${keyLine('a', 1)}` }).ids).toEqual(['b', 'a']);
    const of = (value: string | undefined): string => message(() => KeyRing.fromEnvironment('K', { K: value }));
    expect(of(undefined)).toBe('INVALID_OPTION: K must be set to keys');
    expect(of('hunter2')).toBe('INVALID_OPTION: entry 1 of K must be id:key');
    expect(of(`${keyLine('b', 2)},hunter2:hunter3`)).toBe(
      'INVALID_OPTION: entry 2 of K must have at least 32 bytes; it has 5',
    );
    expect(of('#')).toBe('INVALID_OPTION: K must hold a key, and is empty');
  });
});

describe('a key file', () => {
  let folder: string;
  let path: string;
  const name = (): string => `the key file ${JSON.stringify(path)}`;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'logferry-keys-'));
    path = join(folder, 'keys');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has a line for each key, the active one first, and comments', () => {
    writeFileSync(path, `# ours\r\n${keyLine('c', 3)}\r\n\n${keyLine('b', 2)}\n`, { mode: 0o600 });
    expect(KeyRing.fromFile(path).ids).toEqual(['c', 'b']);
    chmodSync(path, 0o400);
    expect(KeyRing.fromFile(path).ids).toEqual(['c', 'b']);
  });

  it.each([0o640, 0o604, 0o660, 0o644, 0o610, 0o602])('that is readable to others (mode %o) is refused', (mode) => {
    writeFileSync(path, keyLine('a', 1));
    chmodSync(path, mode);
    expect(message(() => KeyRing.fromFile(path))).toBe(
      `UNUSABLE_FILE: ${name()} must be for its owner alone (mode 0600); its mode is 0${mode.toString(8)}`,
    );
  });

  it('that is a symbolic link, a directory, a FIFO or not there is refused at once', () => {
    const real = join(folder, 'real');
    writeFileSync(real, keyLine('a', 1), { mode: 0o600 });
    symlinkSync(real, path);
    expect(message(() => KeyRing.fromFile(path))).toBe(`UNUSABLE_FILE: ${name()} is a symbolic link`);
    rmSync(path);
    mkdirSync(path, { mode: 0o700 });
    expect(message(() => KeyRing.fromFile(path))).toBe(`UNUSABLE_FILE: ${name()} is no regular file`);
    rmSync(path, { recursive: true });
    execFileSync('mkfifo', ['-m', '600', path]);
    expect(message(() => KeyRing.fromFile(path))).toBe(`UNUSABLE_FILE: ${name()} is no regular file`);
    rmSync(path);
    expect(message(() => KeyRing.fromFile(path))).toBe(`UNUSABLE_FILE: ${name()} can't be read`);
  });

  it.skipIf(process.getuid?.() !== 0)('of another user is refused', () => {
    writeFileSync(path, keyLine('a', 1), { mode: 0o600 });
    execFileSync('chown', ['12345', path]);
    expect(message(() => KeyRing.fromFile(path))).toBe(`UNUSABLE_FILE: ${name()} belongs to another user`);
  });

  it('is read to 64 KiB, and is refused when it is longer', () => {
    const line = `${keyLine('a', 1)}\n`;
    writeFileSync(path, line + '#'.repeat(64 * 1024 - line.length), { mode: 0o600 });
    expect(KeyRing.fromFile(path).ids).toEqual(['a']);
    writeFileSync(path, line + '#'.repeat(64 * 1024), { mode: 0o600 });
    expect(message(() => KeyRing.fromFile(path))).toBe(`UNUSABLE_FILE: ${name()} is larger than 65536 bytes`);
  });

  it('with a mistake in it is refused, and nothing of it is said', () => {
    const of = (text: string): string => {
      writeFileSync(path, text, { mode: 0o600 });
      return message(() => KeyRing.fromFile(path));
    };
    expect(of('')).toBe(`INVALID_OPTION: ${name()} must hold a key, and is empty`);
    expect(of('hunter2')).toBe(`INVALID_OPTION: entry 1 of ${name()} must be id:key`);
    expect(of(`${keyLine('a', 1)}\nhunter2:short`)).toBe(
      `INVALID_OPTION: entry 2 of ${name()} must have at least 32 bytes; it has 3`,
    );
    expect(of('-----BEGIN PRIVATE KEY-----\na:b')).toBe(`INVALID_OPTION: entry 1 of ${name()} must be id:key`);
  });
});

describe('keys of a function', () => {
  const policy = extendPolicy(PRESETS.default, {
    entities: { email: { operator: { kind: 'pseudonym' }, reason: 'test' } },
  });
  let lines: string[];

  beforeEach(() => {
    lines = [];
    const note = (line: string): void => void lines.push(line);
    diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note }, DiagLogLevel.ALL);
    lines.length = 0;
  });

  afterEach(() => diag.disable());

  function started(options: AnonymizingProcessorOptions): {
    readonly processor: AnonymizingLogRecordProcessor;
    readonly clock: ManualClock;
    readonly emit: () => string;
  } {
    const clock = new ManualClock();
    const delegate = new CollectingProcessor();
    const processor = new AnonymizingLogRecordProcessor(delegate, { policy, clock, environment: {}, ...options });
    const emit = (): string => {
      processor.onEmit(testRecord({ body: 'jane@example.com' }) as Parameters<typeof processor.onEmit>[0]);
      return String(delegate.records.at(-1)?.body).replace(/[\w-]{22}$/, '…');
    };
    return { processor, clock, emit };
  }

  it('that answers at once count from the first record, and weak ones are refused at the start', () => {
    const { emit, clock } = started({ keys: () => [{ id: 'a', key: testKey(1) }] });
    expect(emit()).toBe('email:a:…');
    expect(clock.pendingTimers).toBe(0);
    expect(message(() => started({ keys: () => [{ id: 'a', key: new Uint8Array(3) }] }))).toBe(
      'INVALID_OPTION: the key a must have at least 32 bytes; it has 3',
    );
    expect(message(() => started({ keys: () => [] }))).toBe('INVALID_OPTION: keys must hold a key, and are empty');
  });

  it('that answers later count from then on, and the label stands until then', async () => {
    let keys: readonly KeyOptions[] = [{ id: 'a', key: testKey(1) }];
    const { processor, emit } = started({ keys: async () => keys });
    expect(emit()).toBe('[EMAIL]');
    await processor.loadKeys();
    expect(emit()).toBe('email:a:…');
    keys = [{ id: 'b', key: new Uint8Array(3) }];
    await expect(processor.loadKeys()).rejects.toThrow('the key b must have at least 32 bytes; it has 3');
    expect(emit()).toBe('email:a:…');
  });

  it('are asked for again after each interval; while that fails the last ones stay, which is counted and said once', async () => {
    let answer = (): readonly KeyOptions[] => [{ id: 'a', key: testKey(1) }];
    let asked = 0;
    const { processor, clock, emit } = started({
      keys: async () => {
        asked += 1;
        return answer();
      },
      keyRefreshIntervalMillis: 600_000,
    });
    await clock.advance(0);
    expect(emit()).toBe('email:a:…');
    answer = () => [
      { id: 'b', key: testKey(2) },
      { id: 'a', key: testKey(1) },
    ];
    await clock.advance(599_999);
    expect([emit(), asked]).toEqual(['email:a:…', 1]);
    await clock.advance(1);
    expect([emit(), asked]).toEqual(['email:b:…', 2]);
    answer = () => {
      throw new Error('key hunter2 was refused');
    };
    await clock.advance(600_000);
    // It is asked again earlier than the interval says.
    await clock.advance(3 * 30_000);
    expect([emit(), asked]).toEqual(['email:b:…', 6]);
    expect(processor.stats().keyFailures).toBe(4);
    answer = () => [{ id: 'c', key: testKey(3) }];
    await clock.advance(30_000);
    expect(emit()).toBe('email:c:…');
    expect(lines).toEqual([
      '@logferry/processor-anonymize: the provider gave no usable keys; the last keys stay',
      '@logferry/processor-anonymize: the provider gives keys again',
    ]);
    await processor.shutdown();
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(6_000_000);
    expect(asked).toBe(7);
  });

  it('that never come are waited for 30 seconds, and not beyond the shutdown', async () => {
    const { processor, clock, emit } = started({
      keys: () => new Promise<never>(() => {}),
      keyRefreshIntervalMillis: 60_000,
    });
    await clock.advance(30_000);
    expect([emit(), processor.stats().keyFailures]).toEqual(['[EMAIL]', 1]);
    await clock.advance(30_000);
    const waited = expect(processor.loadKeys()).rejects.toMatchObject({ code: 'ALREADY_SHUTDOWN' });
    await processor.shutdown();
    await waited;
    expect(clock.pendingTimers).toBe(0);
  });

  it('that reads a file are those of the file that took its place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'logferry-keys-'));
    try {
      const path = join(folder, 'keys');
      writeFileSync(path, keyLine('a', 1), { mode: 0o600 });
      const { clock, emit, processor } = started({ keys: keyFile(path), keyRefreshIntervalMillis: 60_000 });
      expect(emit()).toBe('email:a:…');
      writeFileSync(`${path}.new`, `${keyLine('b', 2)}\n${keyLine('a', 1)}`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
      await clock.advance(60_000);
      expect(emit()).toBe('email:b:…');
      chmodSync(path, 0o644);
      await clock.advance(60_000);
      expect([emit(), processor.stats().keyFailures]).toEqual(['email:b:…', 1]);
      await processor.shutdown();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of the same name but another value make other tokens', () => {
    const keys = new KeyRing([{ id: 'a', key: testKey(1) }]);
    const anonymizer = new Anonymizer({ policy, keys, environment: {} });
    const first = anonymizer.redact('jane@example.com');
    expect(anonymizer.redact('jane@example.com')).toBe(first);
    keys.rotate({ id: 'a', key: testKey(2) });
    expect(anonymizer.redact('jane@example.com')).not.toBe(first);
  });

  it('have an interval only where there is a function', () => {
    expect(message(() => started({ keyRefreshIntervalMillis: 60_000 }))).toBe(
      'INVALID_OPTION: keyRefreshIntervalMillis needs keys to be a function that gives them',
    );
    expect(message(() => started({ keys: () => [], keyRefreshIntervalMillis: 0 }))).toBe(
      'INVALID_OPTION: keyRefreshIntervalMillis must be a whole number at least 1; it is 0',
    );
  });
});
