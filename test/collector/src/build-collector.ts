// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const moduleDirectory = fileURLToPath(new URL('..', import.meta.url));
const buildDirectory = join(moduleDirectory, '.build');

export type CollectorBuild =
  /** `rebuilt` is false when the binary was already there for the same sources. */
  { readonly kind: 'ready'; readonly binary: string; readonly rebuilt: boolean } | { readonly kind: 'go-is-missing' };

/**
 * Builds the Collector from the Go module of this folder. A binary whose sources have not changed is kept, even where
 * Go is missing. A build that fails throws with the compiler's output.
 */
export async function buildCollector(): Promise<CollectorBuild> {
  const binary = join(buildDirectory, 'otelcol');
  const stamp = join(buildDirectory, 'otelcol.sources');
  const sources = await digestOfSources();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === sources && (await isFile(binary))) {
    return { kind: 'ready', binary, rebuilt: false };
  }
  await mkdir(buildDirectory, { recursive: true });
  // Under another name first: an interrupted build leaves no binary that looks finished.
  const unfinished = `${binary}.${process.pid}.partial`;
  // -buildvcs=false: the same sources give the same binary, with and without a git checkout around them.
  const build = await run('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', unfinished, '.']);
  if (build === undefined) return { kind: 'go-is-missing' };
  if (build.exitCode !== 0) throw new Error(`go build of test/collector failed:\n${build.output}`);
  await rename(unfinished, binary);
  await writeFile(stamp, sources);
  return { kind: 'ready', binary, rebuilt: true };
}

async function digestOfSources(): Promise<string> {
  const names = (await readdir(moduleDirectory)).filter((name) => /\.go$|^go\.(?:mod|sum)$/.test(name)).toSorted();
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\0`).update(await readFile(join(moduleDirectory, name)));
  return hash.digest('hex');
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Undefined when there is no such command. */
function run(command: string, args: readonly string[]): Promise<{ exitCode: number; output: string } | undefined> {
  return new Promise((resolve, reject) => {
    // Without cgo the build needs no C compiler.
    const child = spawn(command, args, { cwd: moduleDirectory, env: { ...process.env, CGO_ENABLED: '0' } });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined);
      else reject(error);
    });
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output }));
  });
}
