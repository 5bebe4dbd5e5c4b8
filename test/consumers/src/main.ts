// SPDX-License-Identifier: Apache-2.0

/**
 * Installs every package alone from its tarball, on both SDK lines, and runs a program against it on every supported
 * version of Node, as an ES module and through `require()`; then everything together, with the official processors and
 * exporters, and the code blocks of the READMEs.
 *
 * `--keep` leaves the projects in place, `--only=TEXT` runs those whose name contains the text.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createCertificateAuthority } from '@logferry-test/support';

import { compile, type ConsumerProject, install, MODULE_FORMS, writeProject } from './consumer-project.ts';
import { findNodeVersions, type NodeVersion } from './node-versions.ts';
import { type Outcome, runProgram, type Tally } from './program-runs.ts';
import type { ReadmeBlock } from './readme-blocks.ts';
import { readmeBlocks, runBlock, writeBlocks } from './readme-runs.ts';
import { SDK_LINES, type SdkLine } from './sdk-lines.ts';
import { packPackages, ROOT, type Tarball, withOwnDependencies } from './tarballs.ts';

/** Two cores are what a CI machine has. */
const PARALLEL = 2;

const TOGETHER = 'together';

const ONLY = '--only=';

/** READMEs are written for a Node that runs TypeScript. */
const README_NODE_MAJOR = 24;

interface Task {
  readonly project: ConsumerProject;
  readonly blocks: ReadonlyMap<ReadmeBlock, string>;
}

const total = { passed: 0, failed: 0, skipped: 0 };

/** What failed, for the report. */
const failures: { readonly name: string; readonly message: string }[] = [];

/** Counts an outcome and says what failed. @returns whether nothing did. */
function note(what: string, outcome: Outcome): boolean {
  total.passed += outcome.passed;
  total.failed += outcome.failed;
  total.skipped += outcome.skipped;
  if (outcome.failed > 0) {
    console.log(`✗ ${what}\n${outcome.output.trimEnd().replaceAll(/^/gm, '    ')}`);
    failures.push({ name: what, message: fromFirstFailure(outcome.output) });
  }
  return outcome.failed === 0;
}

/** TAP lists the tests that passed as well, in the order in which they ran. */
function fromFirstFailure(output: string): string {
  return output.slice(Math.max(0, output.search(/^ *not ok /m)));
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const nodes = await findNodeVersions();
  for (const { version, path, problem } of nodes) console.log(`Node ${version}: ${path ?? `missing\n${problem}`}`);
  noteMissing(nodes);
  const tarballs = await packPackages('consumers');
  console.log(`packed ${tarballs.map(({ folder }) => folder).join(', ')}`);

  const home = mkdtempSync(join(tmpdir(), 'logferry-consumers-'));
  const authority = await createCertificateAuthority();
  try {
    const { cert, key } = await authority.server();
    const only = process.argv.find((argument) => argument.startsWith(ONLY))?.slice(ONLY.length) ?? '';
    const tasks = SDK_LINES.flatMap((line) => tasksOf(line, tarballs, home)).filter(({ project }) =>
      project.name.includes(only),
    );
    for (const { project } of tasks) {
      const tls = join(project.folder, 'tls');
      mkdirSync(tls);
      writeFileSync(join(tls, 'ca.crt'), authority.cert);
      writeFileSync(join(tls, 'server.crt'), cert);
      writeFileSync(join(tls, 'server.key'), key, { mode: 0o600 });
    }
    await inParallel(tasks, (task) => consume(task, nodes));
  } finally {
    authority.dispose();
    if (process.argv.includes('--keep')) console.log(`the projects are in ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
  report(total, (performance.now() - startedAt) / 1000);
}

/** A missing version is a failure where everything has to be there, and said elsewhere. */
function noteMissing(nodes: readonly NodeVersion[]): void {
  const isCi = process.env['CI'] === 'true';
  for (const { version, path, problem } of nodes) {
    if (path !== undefined) continue;
    note(`Node ${version}`, { passed: 0, failed: isCi ? 1 : 0, skipped: isCi ? 0 : 1, output: problem ?? '' });
  }
}

function tasksOf(line: SdkLine, tarballs: readonly Tarball[], home: string): Task[] {
  const alone = tarballs.map((tarball) => ({
    project: writeProject({
      name: tarball.folder,
      line,
      folder: join(home, line.name, tarball.folder),
      tarballs: withOwnDependencies(tarball, tarballs),
      programs: [tarball.folder],
      isMixed: false,
    }),
    blocks: new Map<ReadmeBlock, string>(),
  }));
  const folder = join(home, line.name, TOGETHER);
  const together = writeProject({ name: TOGETHER, line, folder, tarballs, programs: [TOGETHER], isMixed: true });
  // First, because it takes longest.
  return [{ project: together, blocks: writeBlocks(folder, line, readmeBlocks(tarballs)) }, ...alone];
}

async function consume({ project, blocks }: Task, nodes: readonly NodeVersion[]): Promise<void> {
  const title = `${project.name} on ${project.line.name}`;
  const installed = await install(project);
  if (!note(`${title}: npm install`, check(installed))) return;
  const compiled = await compile(project);
  // What does not compile would fail again on each version of Node.
  if (!note(`${title}: tsc --strict`, check(compiled))) return;
  const used = nodes.filter(({ major, path }) => path !== undefined && project.line.nodeMajors.includes(major));
  let isGood = true;
  for (const { version, path } of used) {
    for (const form of MODULE_FORMS) {
      for (const program of project.programs) {
        const outcome = await runProgram(project, program, form, path ?? '');
        isGood = note(`${title}: ${program} as ${form} on Node ${version}`, outcome) && isGood;
      }
    }
  }
  const readmeNode = nodes.find(({ major }) => major === README_NODE_MAJOR)?.path ?? process.execPath;
  for (const [block, file] of blocks) {
    isGood = note(`${title}: ${block.place}`, await runBlock(block, file, readmeNode)) && isGood;
  }
  const times = `install ${installed.seconds.toFixed(1)} s, tsc ${compiled.seconds.toFixed(1)} s`;
  const readme = blocks.size === 0 ? '' : `, ${blocks.size} README blocks`;
  console.log(`${isGood ? '✓' : '✗'} ${title}: Node ${used.map(({ major }) => major).join(', ')}${readme} (${times})`);
}

function check({ exitCode, output }: { readonly exitCode: number | null; readonly output: string }): Outcome {
  return { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, skipped: 0, output };
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

function report(tally: Tally, seconds: number): void {
  const folder = join(ROOT, 'test', 'consumers', '.reports');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'consumers.json'), `${JSON.stringify({ ...tally, failures })}\n`);
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped in ${seconds.toFixed(0)} s`);
  if (tally.failed > 0) process.exitCode = 1;
}

await main();
