// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';

/** A directory of one test, deleted after it. */
export function testDirectory(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'logferry-disk-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Mounts a file system in memory until the end of the test, or skips the test with the reason why it can't. */
export function mountTmpfs(context: TestContext, directory: string, options: string): void {
  mount(context, directory, ['-t', 'tmpfs', '-o', options, 'tmpfs']);
}

/**
 * Mounts an ext4 file system of `bytes` whose blocks lie in a sparse file, which may be on a smaller disk: then writes
 * that the kernel has taken fail later, at the fsync.
 */
export function mountSparseExt4(context: TestContext, directory: string, image: string, bytes: number): void {
  makeExt4(context, image, bytes, ['-O', '^has_journal']);
  mount(context, directory, ['-t', 'ext4', '-o', 'loop', image]);
}

/** An ext4 file system with a journal whose disk can fail. */
export interface FailingDisk {
  /**
   * From now on the system reports an I/O error for whatever would change it.
   * @param unwritten what becomes of what the kernel has taken and not written: `lost`, as in a power cut, or `kept`.
   */
  fail(unwritten: 'lost' | 'kept'): void;
  /** Mounts it again. Nothing in it may be open. */
  repair(): void;
}

/** Mounts a file system of 64 MiB that can fail like a disk that was pulled out. */
export function mountFailingDisk(context: TestContext, directory: string, image: string): FailingDisk {
  makeExt4(context, image, 64 * 1024 * 1024, []);
  const args = ['-t', 'ext4', '-o', 'loop', image];
  mount(context, directory, args);
  return {
    fail(unwritten) {
      // The kernel's own way to test this: EXT4_IOC_SHUTDOWN, with the journal thrown away or everything written before.
      const flag = unwritten === 'lost' ? 2 : 0;
      const program = `open(my $f, '<', $ARGV[0]) or die $!; my $p = pack('I', ${flag}); ioctl($f, 0x8004587d, $p) or die $!`;
      toolOrSkip(context, 'perl', ['-e', program, directory]);
    },
    repair() {
      execFileSync('umount', [directory]);
      execFileSync('mount', [...args, directory], { stdio: 'pipe' });
    },
  };
}

function makeExt4(context: TestContext, image: string, bytes: number, features: readonly string[]): void {
  const fd = openSync(image, 'w', 0o600);
  ftruncateSync(fd, bytes);
  closeSync(fd);
  try {
    execFileSync('mkfs.ext4', ['-q', '-F', ...features, '-E', 'lazy_itable_init=1', image], { stdio: 'pipe' });
  } catch (error) {
    context.skip(`ext4 can't be made here: ${(error as Error).message}`);
  }
}

/** Runs a tool that only root may run, or that is not everywhere; skips the test where it fails. */
export function toolOrSkip(context: TestContext, command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, { stdio: 'pipe' });
  } catch (error) {
    context.skip(`${command} can't be used here: ${(error as Error).message}`);
  }
}

function mount(context: TestContext, directory: string, args: readonly string[]): void {
  mkdirSync(directory, { recursive: true });
  try {
    execFileSync('mount', [...args, directory], { stdio: 'pipe' });
  } catch (error) {
    context.skip(`a file system can't be mounted here, only root on Linux may: ${(error as Error).message}`);
  }
  onTestFinished(() => void execFileSync('umount', ['-l', directory]));
}
