// SPDX-License-Identifier: Apache-2.0
import { runChecked } from '@logferry-test/consumers/commands';
import { packPackages, type Tarball } from '@logferry-test/consumers/tarballs';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

/** The two lines of the SDK, as applications install them. */
export type Line = '0.2xx' | '3.x';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of an application for each line. */
    readonly projects: Readonly<Record<Line, string>>;
  }
}

const PROGRAMS = join(dirname(dirname(fileURLToPath(import.meta.url))), 'programs');

const LINES: Readonly<Record<Line, Readonly<Record<string, string>>>> = {
  '0.2xx': {
    '@opentelemetry/api': '1.9.1',
    '@opentelemetry/api-logs': '0.223.0',
    '@opentelemetry/sdk-logs': '0.223.0',
    '@opentelemetry/sdk-node': '0.223.0',
  },
  '3.x': {
    '@opentelemetry/api': '1.10.0',
    // What has not moved to the new API yet brings the older one along.
    '@opentelemetry/api-logs': '0.223.0',
    '@opentelemetry/sdk-logs': '3.1.0',
    '@opentelemetry/sdk-node': '0.301.0',
  },
};

/** An application's own set-up of the SDK. */
const NODE_SDK = `const { NodeSDK } = require('@opentelemetry/sdk-node');
const start = () => new NodeSDK({ instrumentations: [] }).start();
if (process.env.NODE_SDK === 'inside') module.exports = { start };
else start();
`;

/** Installs the tarballs into an application for each line. @returns what removes them. */
export default async function installProjects({ provide }: TestProject): Promise<() => void> {
  const home = mkdtempSync(join(tmpdir(), 'logferry-register-'));
  const tarballs = await packPackages('register');
  const projects = { '0.2xx': join(home, '0.2xx'), '3.x': join(home, '3.x') };
  await Promise.all(Object.entries(projects).map(([line, folder]) => install(line as Line, folder, tarballs)));
  provide('projects', projects);
  return () => rmSync(home, { recursive: true, force: true });
}

async function install(line: Line, folder: string, tarballs: readonly Tarball[]): Promise<void> {
  mkdirSync(folder);
  cpSync(PROGRAMS, folder, { recursive: true });
  writeFileSync(join(folder, 'node-sdk.cjs'), NODE_SDK);
  const own = Object.fromEntries(tarballs.map(({ manifest, file }) => [manifest.name, `file:${file}`]));
  const manifest = { name: 'application', private: true, dependencies: { ...own, ...LINES[line] } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await runChecked('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
}
