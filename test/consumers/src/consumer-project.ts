// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type CommandResult, run } from './commands.ts';
import { loggersOf } from './loggers.ts';
import { aloneDependencies, type SdkLine } from './sdk-lines.ts';
import { type Tarball, toolPath } from './tarballs.ts';

const PROGRAMS = join(dirname(dirname(fileURLToPath(import.meta.url))), 'programs');

/** A helper that programs import, as they import `line.ts`. */
const RECEIVER = 'grpc-receiver.ts';

/** An application far from this repository that has installed some of the tarballs. */
export interface ConsumerProject {
  readonly name: string;
  readonly line: SdkLine;
  readonly folder: string;
  /** Programs below `programs/`, without their ending. */
  readonly programs: readonly string[];
}

/** A program is compiled once as an ES module, which imports our packages, and once as CommonJS, which requires them. */
export const MODULE_FORMS = ['esm', 'cjs'] as const;
export type ModuleForm = (typeof MODULE_FORMS)[number];

export interface ProjectRequest {
  readonly name: string;
  readonly line: SdkLine;
  readonly folder: string;
  readonly tarballs: readonly Tarball[];
  readonly programs: readonly string[];
  /** Whether the official exporter is there too. */
  readonly isMixed: boolean;
}

/** Writes the project's files: its manifest, its programs and helpers in both module forms, and a strict tsconfig. */
export function writeProject(request: ProjectRequest): ConsumerProject {
  const { name, line, folder, tarballs, programs } = request;
  for (const form of MODULE_FORMS) {
    mkdirSync(join(folder, form), { recursive: true });
    writeJson(join(folder, form, 'package.json'), { type: form === 'esm' ? 'module' : 'commonjs' });
    for (const program of programs) copy(`${program}.ts`, form, `${program}.ts`);
    copy(RECEIVER, form, RECEIVER);
    copy(line.name === '3.x' ? 'line.ts' : `line-${line.name}.ts`, form, 'line.ts');
  }
  writeJson(join(folder, 'package.json'), {
    name: `consumer-of-${name}`,
    private: true,
    dependencies: {
      ...Object.fromEntries(tarballs.map((tarball) => [tarball.manifest.name, `file:${tarball.file}`])),
      ...(request.isMixed ? line.dependencies : aloneDependencies(line)),
      ...versionsOf(tarballs.flatMap((tarball) => loggersOf(tarball.folder).packages)),
    },
    // What every TypeScript application for Node has besides.
    devDependencies: versionsOf(['@types/node', ...tarballs.flatMap((tarball) => loggersOf(tarball.folder).types)]),
  });
  writeJson(join(folder, 'tsconfig.json'), {
    compilerOptions: {
      strict: true,
      skipLibCheck: false,
      target: 'es2023',
      module: 'nodenext',
      types: ['node'],
      rewriteRelativeImportExtensions: true,
    },
    include: ['esm', 'cjs', 'readme'],
  });
  return { name, line, folder, programs };

  function copy(file: string, form: ModuleForm, as: string): void {
    copyFileSync(join(PROGRAMS, file), join(folder, form, as));
  }
}

/** One `npm install`, which fails on a peer that is missing or out of range. */
export async function install(project: ConsumerProject): Promise<CommandResult> {
  const flags = ['--no-audit', '--no-fund', '--strict-peer-deps', '--prefer-offline'];
  const result = await run('npm', ['install', ...flags], { cwd: project.folder });
  if (result.exitCode !== 0) return result;
  const strays = straysOf(project);
  if (strays.length === 0) return result;
  return { ...result, exitCode: 1, output: `not from a tarball of ours: ${strays.join(', ')}\n` };
}

/** Packages of our name that npm took from anywhere but the tarballs. */
function straysOf(project: ConsumerProject): string[] {
  const lock = JSON.parse(readFileSync(join(project.folder, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { resolved }]) => /(^|\/)@logferry\/[^/]+$/.test(path) && resolved?.startsWith('file:') !== true)
    .map(([path]) => path);
}

/** Compiles every program in both forms with `tsc --strict`, declarations of libraries included. */
export function compile(project: ConsumerProject): Promise<CommandResult> {
  return run(toolPath('tsc'), ['-p', '.'], { cwd: project.folder });
}

function versionsOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, ownVersion(name)]));
}

function ownVersion(name: string): string {
  const manifest = fileURLToPath(import.meta.resolve(`${name}/package.json`));
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
