// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { runChecked } from './commands.ts';

/** The fields of a packed manifest that consumers look at. */
export interface PackedManifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A package as npm would publish it. */
export interface Tarball {
  /** Folder below packages/. */
  readonly folder: string;
  readonly file: string;
  /** Where its files lie unpacked. */
  readonly unpacked: string;
  readonly manifest: PackedManifest;
}

export const ROOT: string = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** Where this package keeps what it makes; git-ignored. */
export const BUILD: string = join(ROOT, 'test', 'consumers', '.build');

/** A program of the workspace. */
export function toolPath(name: string): string {
  return join(ROOT, 'node_modules', '.bin', name);
}

/** Builds, packs and unpacks every package below packages/. @param use names the folder, so that two users don't meet. */
export async function packPackages(use: string): Promise<Tarball[]> {
  await runChecked(toolPath('turbo'), ['run', 'build', '--filter=./packages/*', '--output-logs=errors-only'], {
    cwd: ROOT,
  });
  const folder = join(BUILD, use);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tarballs: Tarball[] = [];
  for (const name of readdirSync(join(ROOT, 'packages'))) {
    const source = join(ROOT, 'packages', name);
    if (!existsSync(join(source, 'package.json'))) continue;
    const file = join(folder, `${name}.tgz`);
    await runChecked('pnpm', ['pack', '--out', file], { cwd: source });
    const unpacked = join(folder, name);
    mkdirSync(unpacked);
    await runChecked('tar', ['-xzf', file, '-C', unpacked, '--strip-components=1'], { cwd: folder });
    const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as PackedManifest;
    tarballs.push({ folder: name, file, unpacked, manifest });
  }
  return tarballs;
}

/** A package and every package of ours that it needs. */
export function withOwnDependencies(tarball: Tarball, all: readonly Tarball[]): Tarball[] {
  const found = new Set<Tarball>([tarball]);
  for (const current of found) {
    for (const name of Object.keys(current.manifest.dependencies ?? {})) {
      const own = all.find((candidate) => candidate.manifest.name === name);
      if (own !== undefined) found.add(own);
    }
  }
  return [...found];
}
