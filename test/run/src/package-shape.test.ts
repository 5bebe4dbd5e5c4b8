// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { importProblems, tarballProblems } from './package-shape.ts';

const FILES = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'dist/testing/index.js'];

test('a tarball with code, README and license has no problem', () => {
  expect(tarballProblems(FILES, '{ "dependencies": { "@logferry/core": "^0.0.0" } }')).toEqual([]);
});

test('what is missing, for tests only, or not resolved is a problem', () => {
  const files = [
    'package.json',
    'README.md',
    'dist/index.js',
    'dist/index.d.ts',
    'src/a.test.ts',
    'src/test-support/b.ts',
  ];
  expect(tarballProblems(files, '{ "dependencies": { "a": "workspace:^", "b": "catalog:" } }')).toEqual([
    'LICENSE is missing',
    'it is for tests only: src/a.test.ts, src/test-support/b.ts',
    'package.json still says workspace:',
    'package.json still says catalog:',
  ]);
});

test('code may import the API of OpenTelemetry, and nothing else of it', () => {
  const code = [
    `import { diag } from '@opentelemetry/api';`,
    `import{logs}from"@opentelemetry/api-logs";`,
    `export * from '@opentelemetry/core';`,
    `import '@opentelemetry/sdk-logs';`,
    `await import('@opentelemetry/resources');`,
    `require('@opentelemetry/otlp-transformer');`,
  ].join('\n');
  expect(importProblems([{ file: 'dist/a.js', code }])).toEqual(
    ['api-logs', 'core', 'sdk-logs', 'resources', 'otlp-transformer'].map(
      (name) => `dist/a.js imports @opentelemetry/${name}; at run time only @opentelemetry/api may be imported`,
    ),
  );
  expect(importProblems([{ file: 'dist/a.js', code: '/** {@link x} of @opentelemetry/sdk-logs */' }])).toEqual([]);
});
