// SPDX-License-Identifier: Apache-2.0

/**
 * Writes the protobufjs code that the .proto files of this folder describe.
 *
 *   node generate.ts           writes it
 *   node generate.ts --check   exits with 1 when what is written is not what would be generated
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

interface GeneratedModule {
  /** Where it goes, below the repository's root and without an extension. */
  readonly target: string;
  /** The name of its own protobufjs root: roots are global, and two modules under one name would overwrite each other. */
  readonly root: string;
  readonly protos: readonly string[];
  readonly flags: readonly string[];
  /** Changes to the generated code, each with its reason. */
  readonly adapt?: (code: string) => string;
}

const MODULES: readonly GeneratedModule[] = [
  {
    target: 'packages/otlp-encoding/src/generated/responses',
    root: 'logferry-responses',
    protos: [
      'google/rpc/error_details.proto',
      'google/rpc/status.proto',
      'opentelemetry/proto/collector/logs/v1/export_response.proto',
    ],
    flags: ['--no-create', '--no-encode', '--no-verify', '--no-convert'],
    // A server that cuts its message in the middle of a character must not cost us the rest of its answer.
    adapt: (code) => code.replaceAll('.stringVerify()', '.string()'),
  },
  {
    target: 'test/support/src/generated/otlp',
    root: 'logferry-otlp',
    protos: [
      'google/rpc/error_details.proto',
      'google/rpc/status.proto',
      'opentelemetry/proto/collector/logs/v1/logs_service.proto',
    ],
    flags: ['--no-verify'],
  },
];

const HEADER = '// Generated from proto/ by `pnpm generate`; do not edit.\n';

const folder = import.meta.dirname;
const repository = dirname(folder);
const require = createRequire(import.meta.url);
const run = promisify(execFile);

async function protobufjs(tool: 'pbjs' | 'pbts', args: readonly string[]): Promise<string> {
  const bin = require.resolve(`protobufjs-cli/bin/${tool}`);
  const { stdout } = await run(process.execPath, [bin, ...args], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

async function generate(module: GeneratedModule, scratch: string): Promise<Map<string, string>> {
  const common = ['-t', 'static-module', '-w', 'esm', '-r', module.root, '-p', folder];
  const pbjs = [...common, '--no-delimited', '--no-typeurl', '--no-service', ...module.flags];
  const code = await protobufjs('pbjs', [...pbjs, '--no-comments', ...module.protos]);
  // The declarations are made from the comments of another copy.
  const commented = join(scratch, 'commented.js');
  await protobufjs('pbjs', [...pbjs, '-o', commented, ...module.protos]);
  const declarations = await protobufjs('pbts', ['--no-comments', commented]);
  return new Map([
    [`${module.target}.js`, HEADER + (module.adapt ?? String)(code)],
    // `long` is not a dependency of ours; protobufjs describes what is needed of it.
    [
      `${module.target}.d.ts`,
      HEADER + declarations.replace('import Long = require("long");', 'import type { Long } from "protobufjs";'),
    ],
  ]);
}

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  const scratch = await mkdtemp(join(tmpdir(), 'logferry-proto-'));
  try {
    for (const module of MODULES) {
      for (const [target, text] of await generate(module, scratch)) await settle(join(repository, target), text, check);
    }
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function settle(file: string, text: string, check: boolean): Promise<void> {
  const present = await readFile(file, 'utf8').catch(() => undefined);
  if (present === text) return;
  const name = relative(repository, file);
  if (check) {
    process.exitCode = 1;
    console.error(`${name} is not what proto/ describes: run \`pnpm generate\``);
    return;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`wrote ${name}`);
}

await main();
