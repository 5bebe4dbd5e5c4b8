// SPDX-License-Identifier: Apache-2.0

/**
 * Packages that are loaded only when a configuration needs them. By `require`, which gives ES modules as well, and at once:
 * a pipeline can then be made before any other module of the application is loaded, also by `node --require`.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { LogferryError } from '@logferry/core';

type Require = ReturnType<typeof createRequire>;

/** What a module exports. */
export type ModuleExports = Readonly<Record<string, unknown>>;

const NOT_FOUND: ReadonlySet<unknown> = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']);

/**
 * Loads a package from where this one is installed, or else from where the application is.
 * @param needed what it is needed for, for the error.
 * @throws LogferryError `MISSING_PACKAGE` with the command that installs it.
 */
export function loadPackage(name: string, needed: string): ModuleExports {
  const found = resolveFrom([createRequire(import.meta.url), ...applicationRequires()], name);
  if (found === undefined) throw missingPackage(name, needed);
  return found.require(found.path) as ModuleExports;
}

/** Whether `loadPackage` would find it. */
export function hasPackage(name: string): boolean {
  return resolveFrom([createRequire(import.meta.url), ...applicationRequires()], name) !== undefined;
}

/** A package of the application, and how it loads the copies of other packages that it uses itself. */
export interface ApplicationPackage {
  readonly path: string;
  readonly exports: ModuleExports;
  readonly load: (name: string) => unknown;
}

/**
 * Loads a package as the application's entry would, or else from the working directory.
 * @throws LogferryError `MISSING_PACKAGE` with the command that installs it.
 */
export function loadApplicationPackage(name: string, needed: string): ApplicationPackage {
  const found = resolveFrom([...applicationRequires(), createRequire(import.meta.url)], name);
  if (found === undefined) throw missingPackage(name, needed);
  return {
    path: found.path,
    exports: found.require(found.path) as ModuleExports,
    load: createRequire(found.path),
  };
}

function missingPackage(name: string, needed: string): LogferryError {
  return new LogferryError('MISSING_PACKAGE', `${needed} needs the package ${name}: npm install ${name}`);
}

function applicationRequires(): Require[] {
  const entry = process.argv[1];
  const directory = createRequire(join(process.cwd(), 'package.json'));
  if (entry === undefined) return [directory];
  try {
    return [createRequire(entry), directory];
  } catch {
    // The argument of `node -e` need not be a path.
    return [directory];
  }
}

function resolveFrom(
  places: readonly Require[],
  name: string,
): { readonly path: string; readonly require: Require } | undefined {
  for (const require of places) {
    try {
      return { path: require.resolve(name), require };
    } catch (error) {
      if (!NOT_FOUND.has((error as NodeJS.ErrnoException).code)) throw error;
    }
  }
  return undefined;
}
