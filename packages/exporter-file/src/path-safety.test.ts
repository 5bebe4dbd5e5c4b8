// SPDX-License-Identifier: Apache-2.0
import { isLogferryError, LogferryError } from '@logferry/core';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';

import type { RotatingFileOptions } from './options.ts';
import { runScript } from './test-support/child-script.ts';
import { numberedLines } from './test-support/encoded-lines.ts';
import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

const IS_ROOT = process.geteuid?.() === 0;

function refusedWith(options: RotatingFileOptions): { readonly code: string; readonly message: string } {
  try {
    fileExporter(options);
  } catch (error) {
    if (isLogferryError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('the exporter was made');
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8);
}

describe('a path that can not be used', () => {
  it('is a symbolic link', () => {
    const logs = new LogDirectory();
    writeFileSync(logs.at('passwd'), 'root\n');
    symlinkSync(logs.at('passwd'), logs.at('orders.jsonl'));
    const path = logs.at('orders.jsonl');
    const message = `${path} is a symbolic link, not a regular file`;
    expect(refusedWith({ path })).toStrictEqual({ code: 'UNUSABLE_FILE', message });
  });

  it('is a FIFO, which does not make the process wait', () => {
    const logs = new LogDirectory();
    const path = logs.at('orders.jsonl');
    execFileSync('mkfifo', [path]);
    const message = `${path} is a FIFO, not a regular file`;
    expect(refusedWith({ path })).toStrictEqual({ code: 'UNUSABLE_FILE', message });
  });

  it('is a directory', () => {
    const logs = new LogDirectory();
    const message = `${logs.path} is a directory, not a regular file`;
    expect(refusedWith({ path: `${logs.path}/` })).toStrictEqual({ code: 'UNUSABLE_FILE', message });
  });

  it('is a device', () => {
    const message = '/dev/full is a device, not a regular file';
    expect(refusedWith({ path: '/dev/full' })).toStrictEqual({ code: 'UNUSABLE_FILE', message });
  });

  it('lies in a directory that says ENOENT although it is there, where a recursive mkdir of Node never ends', () => {
    const path = '/proc/logferry/orders.jsonl';
    const message = `${path} can't be used, because of its directory /proc/logferry: ENOENT`;
    expect(refusedWith({ path })).toStrictEqual({ code: 'UNUSABLE_FILE', message });
  });

  it('has a second hard link', () => {
    const logs = new LogDirectory();
    const path = logs.at('orders.jsonl');
    writeFileSync(logs.at('other'), '');
    linkSync(logs.at('other'), path);
    expect(refusedWith({ path })).toStrictEqual({ code: 'UNUSABLE_FILE', message: `${path} has 2 hard links` });
  });

  it.runIf(IS_ROOT)('belongs to another user', () => {
    const logs = new LogDirectory();
    const path = logs.at('orders.jsonl');
    writeFileSync(path, '');
    chownSync(path, 65_534, 65_534);
    const message = `${path} belongs to user 65534, not to user 0 who runs the process`;
    expect(refusedWith({ path })).toStrictEqual({ code: 'UNUSABLE_FILE', message });
  });

  it('has a file for a directory', () => {
    const logs = new LogDirectory();
    writeFileSync(logs.at('app'), '');
    const path = logs.at('app', 'orders.jsonl');
    const message = `${path} can't be used, because of its directory ${logs.at('app')}: EEXIST`;
    expect(refusedWith({ path })).toStrictEqual({ code: 'UNUSABLE_FILE', message });
  });

  it('has a name that the file system does not take', () => {
    const logs = new LogDirectory();
    const path = logs.at(`${'x'.repeat(300)}.jsonl`);
    const message = `${path} can't be read and written: ENAMETOOLONG`;
    expect(refusedWith({ path })).toStrictEqual({ code: 'UNUSABLE_FILE', message });
  });

  it('turns bad while the exporter runs: nothing is written through it, and it resumes', async () => {
    const logs = new LogDirectory();
    const path = logs.at('orders.jsonl');
    writeFileSync(logs.at('passwd'), 'root\n');
    const exporter = fileExporter({ path });
    symlinkSync(logs.at('passwd'), path);
    expect(await sendLines(exporter, ['{}'])).toMatchObject({ kind: 'retryable' });
    rmSync(path);
    linkSync(logs.at('passwd'), path);
    expect(await sendLines(exporter, ['{}'])).toMatchObject({ kind: 'retryable', reason: `${path} has 2 hard links` });
    rmSync(path);
    execFileSync('mkfifo', [path]);
    expect(await sendLines(exporter, ['{}'])).toMatchObject({
      kind: 'retryable',
      reason: `${path} is a FIFO, not a regular file`,
    });
    rmSync(path);
    expect(await sendLines(exporter, ['{}'])).toMatchObject({ kind: 'delivered' });
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{}\n', passwd: 'root\n' });
    expect(exporter.stats().failures).toStrictEqual({ ELOOP: 1, UNUSABLE_FILE: 2 });
  });
});

describe('permissions', () => {
  it.each(['0', '0o22', '0o77', '0o777'])('are 0600 and 0700 with the umask %s', async (umask) => {
    const logs = new LogDirectory();
    await runScript(`
      process.umask(${umask});
      const exporter = new RotatingFileLogRecordExporter({ path: ${JSON.stringify(logs.at('a/b/orders.jsonl'))}, maxFileBytes: 8 });
      await exporter.send(linesBatch(['{"n":1}', '{"n":2}']), new AbortController().signal);
      await exporter.shutdown();
    `);
    const modes = ['a', 'a/b', 'a/b/orders.000001.jsonl', 'a/b/orders.jsonl'].map((name) => modeOf(logs.at(name)));
    expect(modes).toStrictEqual(['700', '700', '600', '600']);
  });

  it('are what the options say, also for a file that exists', async () => {
    const logs = new LogDirectory();
    mkdirSync(logs.at('old'), { mode: 0o755 });
    writeFileSync(logs.at('old/orders.jsonl'), '', { mode: 0o666 });
    chmodSync(logs.at('old/orders.jsonl'), 0o666);
    const old = fileExporter({ path: logs.at('old/orders.jsonl'), fileMode: 0o640, directoryMode: 0o750 });
    const fresh = fileExporter({ path: logs.at('new/orders.jsonl'), fileMode: 0o644, directoryMode: 0o750 });
    await sendLines(old, ['{}']);
    await sendLines(fresh, ['{}']);
    const names = ['old', 'old/orders.jsonl', 'new', 'new/orders.jsonl'];
    expect(names.map((name) => modeOf(logs.at(name)))).toStrictEqual(['755', '640', '750', '644']);
  });
});

describe('options', () => {
  const path = '/tmp/never-made/orders.jsonl';
  it.each<[RotatingFileOptions, string]>([
    [{ path: '' }, 'path must be the path of a file; it is ""'],
    [{ path: 7 as unknown as string }, 'path must be the path of a file; it is 7'],
    [{ path: 'a\0b' }, 'path must be the path of a file; it is "a\\u0000b"'],
    [
      { path: '/x/orders.000001.jsonl' },
      'path must be a name that does not look like a rotated file, with 6 to 15 digits in its end; it is "/x/orders.000001.jsonl"',
    ],
    [{ path, maxFileBytes: 0 }, 'maxFileBytes must be a whole number at least 1, or Infinity; it is 0'],
    [{ path, maxFiles: 1.5 }, 'maxFiles must be a whole number at least 1, or Infinity; it is 1.5'],
    [{ path, maxLineBytes: 2_000_000 }, 'maxLineBytes must be a whole number from 1024 to 1048575; it is 2000000'],
    [{ path, fileMode: 0o400 }, 'fileMode must be a mode that includes 0o600; it is 256'],
    [{ path, fileMode: 0o1600 }, 'fileMode must be a whole number from 0 to 511; it is 896'],
    [{ path, directoryMode: 0o600 }, 'directoryMode must be a mode that includes 0o700; it is 384'],
    [{ path, lock: 'yes' as unknown as boolean }, 'lock must be true or false; it is "yes"'],
    [{ path, onError: {} as unknown as () => void }, 'onError must be a function; it is a value of type object'],
  ])('are refused with name, value and bound: %o', (options, message) => {
    expect(refusedWith(options)).toStrictEqual({ code: 'INVALID_OPTION', message });
    expect(existsSync('/tmp/never-made')).toBe(false);
  });
});

describe('a path in use', () => {
  it('is refused to a second exporter of the process, until the first is shut down', async () => {
    const logs = new LogDirectory();
    const path = logs.at('orders.jsonl');
    const first = fileExporter({ path });
    const message = `${path} is in use by another exporter of this process`;
    expect(refusedWith({ path })).toStrictEqual({ code: 'UNUSABLE_FILE', message });
    expect(refusedWith({ path, lock: false })).toStrictEqual({ code: 'UNUSABLE_FILE', message });
    await first.shutdown();
    const second = fileExporter({ path });
    await sendLines(second, numberedLines(1, 1));
    expect(logs.read('orders.jsonl')).toBe('{"n":1}\n');
  });

  it('is found through a symbolic link to its directory', () => {
    const logs = new LogDirectory();
    mkdirSync(logs.at('real'));
    symlinkSync(logs.at('real'), logs.at('link'));
    fileExporter({ path: logs.at('real/orders.jsonl') });
    expect(refusedWith({ path: logs.at('link/orders.jsonl') }).code).toBe('UNUSABLE_FILE');
    fileExporter({ path: logs.at('link/audit.jsonl') });
  });

  it.runIf(process.platform === 'linux')('is refused to another process and to a worker thread', async () => {
    const logs = new LogDirectory();
    const path = logs.at('orders.jsonl');
    fileExporter({ path });
    const attempt = `
      try {
        await new RotatingFileLogRecordExporter({ path: ${JSON.stringify(path)} }).shutdown();
        console.log('made');
      } catch (error) {
        console.log(error.code, error.message);
      }
    `;
    const message = `UNUSABLE_FILE ${path} is in use by another process or worker thread\n`;
    expect(await runScript(attempt)).toBe(message);
    expect(await runScript(attempt, 'worker')).toBe(message);
    expect(await runScript(attempt.replace('jsonl" }', 'jsonl", lock: false }'))).toBe('made\n');
  });

  it.runIf(process.platform === 'linux')('is free at once after a process was killed', async () => {
    const logs = new LogDirectory();
    const path = logs.at('orders.jsonl');
    await runScript(`
      const exporter = new RotatingFileLogRecordExporter({ path: ${JSON.stringify(path)} });
      await exporter.send(linesBatch(['{"n":1}']), new AbortController().signal);
      process.kill(process.pid, 'SIGKILL');
    `);
    const exporter = fileExporter({ path });
    await sendLines(exporter, ['{"n":2}']);
    expect(logs.read('orders.jsonl')).toBe('{"n":1}\n{"n":2}\n');
  });

  it('is an error of the one class', () => {
    const logs = new LogDirectory();
    fileExporter({ path: logs.at('orders.jsonl') });
    expect(() => fileExporter({ path: logs.at('orders.jsonl') })).toThrow(LogferryError);
  });
});
