// SPDX-License-Identifier: Apache-2.0

/**
 * Checks every package as npm would publish it: publint and attw on its tarball, what must and must not be in it, and
 * that its code imports nothing of OpenTelemetry but the API.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from '@logferry-test/consumers/commands';
import { packPackages, ROOT, type Tarball, toolPath } from '@logferry-test/consumers/tarballs';

import { importProblems, tarballProblems } from './package-shape.ts';

async function lintProblems({ file, unpacked }: Tarball): Promise<string[]> {
  const problems: string[] = [];
  const publint = await run(toolPath('publint'), ['run', unpacked, '--strict', '--pack', 'false'], { cwd: ROOT });
  if (publint.exitCode !== 0) problems.push(`publint: ${publint.output}`);
  const attw = await run(toolPath('attw'), [file, '--profile', 'esm-only', '--no-color'], { cwd: ROOT });
  if (attw.exitCode !== 0) problems.push(`attw: ${attw.output}`);
  return problems;
}

async function problemsOf(tarball: Tarball): Promise<string[]> {
  const files = readdirSync(tarball.unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(tarball.unpacked.length + 1));
  const scripts = files
    .filter((file) => /\.[cm]?js$/.test(file))
    .map((file) => ({ file, code: readFileSync(join(tarball.unpacked, file), 'utf8') }));
  const manifest = readFileSync(join(tarball.unpacked, 'package.json'), 'utf8');
  return [...tarballProblems(files, manifest), ...importProblems(scripts), ...(await lintProblems(tarball))];
}

const tarballs = await packPackages('shapes');
for (const tarball of tarballs) {
  const problems = await problemsOf(tarball);
  console.log(`${problems.length === 0 ? '✓' : '✗'} ${tarball.manifest.name}`);
  for (const problem of problems) console.log(problem.trimEnd().replaceAll(/^/gm, '    '));
  if (problems.length > 0) process.exitCode = 1;
}
if (tarballs.length === 0) throw new Error('there is no package to check');
