// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { startOtlpReceiver } from '@logferry-test/support';

import { run } from './commands.ts';
import type { Outcome } from './program-runs.ts';
import { findBlocks, type ReadmeBlock } from './readme-blocks.ts';
import type { SdkLine } from './sdk-lines.ts';
import { ROOT, type Tarball } from './tarballs.ts';

const TIMEOUT_MILLIS = 30_000;

/** What a block, or a file that it uses, says when it sends to a receiver; then something must have arrived. */
const SENDS_BY_GRPC: readonly string[] = [
  'new OtlpGrpcLogRecordExporter(',
  'openTelemetryTransport(',
  "type: 'otlp-grpc'",
  '@logferry/config/register',
];

/** Every block that promises to run, of the README in the root and of those in the tarballs. */
export function readmeBlocks(tarballs: readonly Tarball[]): ReadmeBlock[] {
  const readmes = [
    { file: 'README.md', path: join(ROOT, 'README.md') },
    ...tarballs.map(({ folder, unpacked }) => ({
      file: `packages/${folder}/README.md`,
      path: join(unpacked, 'README.md'),
    })),
  ];
  return readmes
    .filter(({ path }) => existsSync(path))
    .flatMap(({ file, path }) => findBlocks(file, readFileSync(path, 'utf8')));
}

/** Writes the blocks of a line into a project, where `tsc` finds those in TypeScript. @returns their files. */
export function writeBlocks(
  projectFolder: string,
  line: SdkLine,
  blocks: readonly ReadmeBlock[],
): Map<ReadmeBlock, string> {
  const folder = join(projectFolder, 'readme');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  // npx looks no further than the nearest package.json.
  symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'));
  const files = new Map<ReadmeBlock, string>();
  for (const [index, block] of blocks.entries()) {
    if (block.line !== undefined && block.line !== line.name) continue;
    const file = join(folder, `block-${index}.${block.language}`);
    writeFileSync(file, block.code);
    files.set(block, file);
  }
  return files;
}

/** Runs one block in a working directory of its own; it has to end by itself with exit code 0. */
export async function runBlock(block: ReadmeBlock, file: string, node: string): Promise<Outcome> {
  const receiver = await startOtlpReceiver();
  const cwd = `${file}.cwd`;
  mkdirSync(cwd);
  for (const [name, content] of Object.entries(block.files)) writeFileSync(join(cwd, name), content);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, PATH: commandPath(file, node) };
  const [command, args] = block.language === 'sh' ? ['sh', ['-eu', file]] : [node, [file]];
  const result = await run(command, args, { cwd, env, timeoutMillis: TIMEOUT_MILLIS });
  const { records } = receiver.stats();
  await receiver.close();
  if (result.exitCode !== 0) return failure(`exit code ${result.exitCode}\n${result.output}`);
  const texts = [block.code, ...Object.values(block.files)];
  const sends = SENDS_BY_GRPC.some((sign) => texts.some((text) => text.includes(sign)));
  if (sends && records === 0) return failure(`nothing was received\n${result.output}`);
  return { passed: 1, failed: 0, skipped: 0, output: result.output };
}

/** Where a shell finds Node and the commands of the packages that the project has installed. */
function commandPath(file: string, node: string): string {
  const commands = join(dirname(dirname(file)), 'node_modules', '.bin');
  return [dirname(node), commands, process.env['PATH'] ?? ''].join(delimiter);
}

function failure(output: string): Outcome {
  return { passed: 0, failed: 1, skipped: 0, output };
}
