// SPDX-License-Identifier: Apache-2.0

/** Every tarball carries these beside its code. */
const REQUIRED: readonly string[] = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts'];

/** Tests and what only tests need; a folder named `testing` is for the tests of users. */
const TEST_FILE = /\.test\.|(?:^|\/)(?:tests?|fixtures|test-[^/]*)\/|\.tsbuildinfo$/;

/** What is wrong with the files and the manifest of a tarball. */
export function tarballProblems(files: readonly string[], manifest: string): string[] {
  const problems = REQUIRED.filter((file) => !files.includes(file)).map((file) => `${file} is missing`);
  const tests = files.filter((file) => TEST_FILE.test(file));
  if (tests.length > 0) problems.push(`it is for tests only: ${tests.join(', ')}`);
  for (const protocol of ['workspace:', 'catalog:', 'link:', 'file:']) {
    if (manifest.includes(`"${protocol}`)) problems.push(`package.json still says ${protocol}`);
  }
  return problems;
}

/** Imports of a script: `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`, `require('x')`. */
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([^"'\n]+)\1/g;

/** The only package of OpenTelemetry that is in every application once: of the others there may be several copies. */
const API = '@opentelemetry/api';

/** Which scripts import more of OpenTelemetry than its API. */
export function importProblems(scripts: readonly { readonly file: string; readonly code: string }[]): string[] {
  return scripts.flatMap(({ file, code }) =>
    [...code.matchAll(IMPORT)]
      .map((match) => match[2] ?? '')
      .filter((specifier) => specifier.startsWith('@opentelemetry/') && specifier !== API)
      .map((specifier) => `${file} imports ${specifier}; at run time only ${API} may be imported`),
  );
}
