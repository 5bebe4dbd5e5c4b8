// SPDX-License-Identifier: Apache-2.0
import { randomRuns } from '@logferry-test/support/random';
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { parseSource } from '../file/parse-source.ts';
import { ShapeReader } from '../file/shape-reader.ts';
import { FILE } from './file-schema.ts';
import { jsonSchemaOf } from './json-schema.ts';

const PACKAGE = new URL('../../', import.meta.url);
const published = JSON.parse(readFileSync(new URL('schema.json', PACKAGE), 'utf8')) as object;
const validate = new Ajv({ strict: true, allErrors: false, strictTypes: false }).compile(published);

const EXAMPLES: readonly (readonly [name: string, content: unknown])[] = readdirSync(new URL('examples/', PACKAGE)).map(
  (name) => [name, parse(readFileSync(new URL(`examples/${name}`, PACKAGE), 'utf8'))],
);

/** What the reader has against the form; rules about several values are beyond a schema. */
function formProblems(content: unknown): readonly string[] {
  const source = { file: 'app.json', format: 'json', variables: {} } as const;
  const { root, problems } = parseSource(JSON.stringify(content), source);
  if (root === undefined) return problems.map(({ message }) => message);
  const reader = new ShapeReader('app.json', {});
  reader.read(root, FILE);
  return reader.problems
    .filter(({ found, allowed }) => found !== undefined || allowed !== undefined)
    .map(({ path, message }) => `${path} ${message}`);
}

test('schema.json is what the table of the reader says; `pnpm --filter @logferry/config schema` writes it', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(jsonSchemaOf(FILE))));
});

test.each(EXAMPLES)('%s is valid for a schema validator', (_name, content) => {
  expect(validate(content), JSON.stringify(validate.errors)).toBe(true);
});

function withProcessor(processor: unknown): unknown {
  return { file_format: '1.1', logger_provider: { processors: [processor] } };
}

function withExporter(exporter: unknown): unknown {
  return withProcessor({ batch: { exporter } });
}

const GOOD: readonly (readonly [about: string, content: unknown])[] = [
  ['a component with defaults', withExporter({ console: null })],
  [
    'a number that comes from a variable',
    withProcessor({ batch: { max_queue_size: '${SIZE:-10}', exporter: { console: {} } } }),
  ],
  ['no limit', withExporter({ logferry_rotating_file: { path: 'a.jsonl', max_files: 'unlimited' } })],
  [
    'a level as a number',
    withProcessor({ logferry_fan_out: { destinations: { a: { minimum_severity: 9, exporter: { console: null } } } } }),
  ],
  ['null for a default', { file_format: '1.1', disabled: null, resource: null, log_level: null }],
  ['settings of another distribution', { file_format: '1.1', distribution: { other: { a: 1 } } }],
  [
    'sections of other signals',
    { file_format: '1.1', tracer_provider: { x: [1] }, 'instrumentation/development': null },
  ],
  [
    'an operator by its name',
    withProcessor({
      logferry_anonymize: { entities: { email: { operator: 'drop' }, uuid: false }, exporter: { console: null } },
    }),
  ],
];

const BAD: readonly (readonly [about: string, content: unknown])[] = [
  ['no version', {}],
  ['a version that is a number', { file_format: 1.1 }],
  ['an unknown section', { file_format: '1.1', logger: {} }],
  ['no processors', { file_format: '1.1', logger_provider: { processors: [] } }],
  ['two components in one', withExporter({ console: null, otlp_http: null })],
  ['an unknown exporter', withExporter({ kafka: {} })],
  [
    'an option of ours in a component of the standard',
    withProcessor({ batch: { max_queue_bytes: 1, exporter: { console: null } } }),
  ],
  ['options of a component that has none', withExporter({ console: { format: 'json' } })],
  ['a processor without an exporter', withProcessor({ batch: null })],
  ['a text for a number', withExporter({ otlp_grpc: { timeout: '5' } })],
  ['a number below its bound', withExporter({ otlp_grpc: { timeout: -1 } })],
  ['a number above its bound', withExporter({ logferry_otlp_http: { compression_level: 10 } })],
  ['a fraction', withExporter({ otlp_grpc: { timeout: 1.5 } })],
  ['a word in upper case', { file_format: '1.1', log_level: 'INFO' }],
  ['a relative path of a certificate', withExporter({ otlp_grpc: { tls: { ca_file: 'ca.pem' } } })],
  ['headers as a mapping', withExporter({ otlp_grpc: { headers: { 'api-key': 'x' } } })],
  [
    'true for what can be taken away only',
    withProcessor({ logferry_anonymize: { entities: { uuid: true }, exporter: { console: null } } }),
  ],
  ['no destinations', withProcessor({ logferry_fan_out: { destinations: {} } })],
];

test.each(GOOD)('%s is right for the reader and for a schema validator', (_about, content) => {
  expect(formProblems(content)).toEqual([]);
  expect(validate(content), JSON.stringify(validate.errors)).toBe(true);
});

test.each(BAD)('%s is wrong for the reader and for a schema validator', (_about, content) => {
  expect(formProblems(content)).not.toEqual([]);
  expect(validate(content)).toBe(false);
});

test('the reader and a schema validator agree about any change of the examples', () => {
  const odd = fc.constantFrom(
    null,
    'x',
    '',
    'info',
    'unlimited',
    '/a',
    5,
    0,
    -1,
    1.5,
    10 ** 12,
    true,
    false,
    [],
    ['x'],
    [null],
    {},
    { x: 1 },
  );
  const change = fc.record({ at: fc.nat(), kind: fc.constantFrom('replace', 'remove', 'add'), odd });
  const runs = randomRuns(1000);
  let wrong = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...EXAMPLES),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      ([, example], changes) => {
        const content: unknown = structuredClone(example);
        for (const { at, kind, odd: shared } of changes) {
          // Later changes may reach into it.
          const value = structuredClone(shared);
          const places = placesIn(content);
          const place = places[at % places.length];
          if (place === undefined) continue;
          if (kind === 'replace') place.holder[place.key] = value;
          else if (kind === 'remove') remove(place);
          else add(place, value);
        }
        const problems = formProblems(content);
        if (problems.length > 0) wrong += 1;
        const isValid = validate(content);
        expect(isValid, `${JSON.stringify(problems)} ${JSON.stringify(validate.errors)}`).toBe(problems.length === 0);
      },
    ),
    runs,
  );
  // Both kinds were seen.
  expect(wrong).toBeGreaterThan(0.1 * runs.numRuns);
  expect(wrong).toBeLessThan(0.98 * runs.numRuns);
});

interface Place {
  readonly holder: Record<string | number, unknown>;
  readonly key: string | number;
}

function placesIn(content: unknown): Place[] {
  if (typeof content !== 'object' || content === null) return [];
  const holder = content as Record<string | number, unknown>;
  const keys = Array.isArray(content) ? content.keys() : Object.keys(content);
  return [...keys].flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function add({ holder, key }: Place, value: unknown): void {
  if (Array.isArray(holder)) holder.push(value);
  else holder[`${key}_x`] = value;
}
