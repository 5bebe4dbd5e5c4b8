// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { parseSource } from './parse-source.ts';

// The variables and the table of the OpenTelemetry specification: configuration data model, "Environment variable
// substitution". A row is the line of YAML, what the key has in the end, and the type that it has.
const VARIABLES = {
  STRING_VALUE: 'value',
  BOOL_VALUE: 'true',
  INT_VALUE: '1',
  FLOAT_VALUE: '1.1',
  HEX_VALUE: '0xdeadbeef',
  INVALID_MAP_VALUE: 'value\nkey:value',
  DO_NOT_REPLACE_ME: 'Never use this value',
  REPLACE_ME: '${DO_NOT_REPLACE_ME}',
  VALUE_WITH_ESCAPE: 'value$$',
};

const TABLE: readonly (readonly [yaml: string, value: unknown, type: string])[] = [
  ['key: ${STRING_VALUE}', 'value', 'str'],
  ['key: ${BOOL_VALUE}', true, 'bool'],
  ['key: ${INT_VALUE}', 1, 'int'],
  ['key: ${FLOAT_VALUE}', 1.1, 'float'],
  ['key: ${HEX_VALUE}', 3_735_928_559, 'int'],
  ['key: "${STRING_VALUE}"', 'value', 'str'],
  ['key: "${BOOL_VALUE}"', 'true', 'str'],
  ['key: "${INT_VALUE}"', '1', 'str'],
  ['key: "${FLOAT_VALUE}"', '1.1', 'str'],
  ['key: "${HEX_VALUE}"', '0xdeadbeef', 'str'],
  ['key: ${env:STRING_VALUE}', 'value', 'str'],
  ['key: ${INVALID_MAP_VALUE}', 'value\nkey:value', 'str'],
  ['key: foo ${STRING_VALUE} ${FLOAT_VALUE}', 'foo value 1.1', 'str'],
  ['key: ${UNDEFINED_KEY}', null, 'null'],
  ['key: ${UNDEFINED_KEY:-fallback}', 'fallback', 'str'],
  ['key: ${REPLACE_ME}', '${DO_NOT_REPLACE_ME}', 'str'],
  ['key: ${UNDEFINED_KEY:-${STRING_VALUE}}', '${STRING_VALUE}', 'str'],
  ['key: $${STRING_VALUE}', '${STRING_VALUE}', 'str'],
  ['key: $$${STRING_VALUE}', '$value', 'str'],
  ['key: $$$${STRING_VALUE}', '$${STRING_VALUE}', 'str'],
  ['key: $${STRING_VALUE:-fallback}', '${STRING_VALUE:-fallback}', 'str'],
  ['key: $${STRING_VALUE:-${STRING_VALUE}}', '${STRING_VALUE:-value}', 'str'],
  ['key: ${UNDEFINED_KEY:-$${UNDEFINED_KEY}}', '${UNDEFINED_KEY:-${UNDEFINED_KEY}}', 'str'],
  ['key: ${VALUE_WITH_ESCAPE}', 'value$$', 'str'],
  ['key: a $$ b', 'a $ b', 'str'],
  ['key: a $ b', 'a $ b', 'str'],
];

test.each(TABLE)('the specification has for %s the value %j (%s)', (yaml, value, type) => {
  const parsed = parse(yaml);
  expect(parsed.problems).toEqual([]);
  expect(keyed(parsed.values)).toEqual({ key: value });
  expect(typeName(value)).toBe(type);
});

test('a reference in a key is left as it is', () => {
  expect(keyed(parse('${STRING_VALUE}: value').values)).toEqual({ '${STRING_VALUE}': 'value' });
});

test('an invalid reference is an error with its place, and nothing of the file is used', () => {
  const { problems } = parse('other: 1\nkey: ${STRING_VALUE:?error}');
  expect(problems).toEqual([
    {
      severity: 'error',
      file: 'app.yaml',
      position: { line: 2, column: 6 },
      path: 'key',
      message:
        'a reference must be ${NAME}, ${env:NAME} or ${NAME:-default}, with a name of letters, digits and _; a dollar sign is written $$',
    },
  ]);
});

test.each(['${1API_KEY}', '${API_$KEY}', '${}', '${ STRING_VALUE }', '${STRING-VALUE}', '"a\\n${x\\ny}"'])(
  '%s is an invalid reference',
  (reference) => {
    expect(parse(`key: ${reference}`).problems).toHaveLength(1);
  },
);

test('the example of the specification for escapes between references', () => {
  const parsed = parse('key: $${FOO} ${BAR} $${BAZ}', { FOO: 'a', BAR: 'b', BAZ: 'c' });
  expect(keyed(parsed.values)).toEqual({ key: '${FOO} b ${BAZ}' });
});

test('an empty variable is as one that is not set', () => {
  expect(keyed(parse('a: ${X}\nb: ${X:-1}\nc: "${X}"', { X: '' }).values)).toEqual({ a: null, b: 1, c: '' });
});

test('a variable can add neither keys nor items, also in quotes, blocks and lists', () => {
  const X = '1\n- 2\nother: 3\n"}]';
  const parsed = parse('a: ${X}\nb: "${X}"\nc: [ "${X}" ]\nd: |\n  ${X}\n', { X });
  expect(keyed(parsed.values)).toEqual({ a: X, b: X, c: [X], d: `${X}\n` });
});

test('names that every object has are no variables', () => {
  expect(keyed(parse('key: ${constructor}').values)).toEqual({ key: null });
});

test('references in blocks and folded lines are substituted', () => {
  const parsed = parse("a: >-\n  x\n  ${STRING_VALUE}\nb: x\n  ${STRING_VALUE}\nc: '${STRING_VALUE}'");
  expect(keyed(parsed.values)).toEqual({ a: 'x value', b: 'x value', c: 'value' });
});

test('the variables whose values are in a text are remembered, a default is not one', () => {
  const { root } = parseSource('key: ${STRING_VALUE} ${env:INT_VALUE} ${STRING_VALUE} ${NONE:-x}', {
    file: 'app.yaml',
    format: 'yaml',
    variables: VARIABLES,
  });
  const node = root?.kind === 'mapping' ? root.entries.get('key')?.node : undefined;
  expect(node).toMatchObject({ value: 'value 1 value x', variables: ['STRING_VALUE', 'INT_VALUE'] });
});

function parse(yaml: string, variables: Record<string, string> = VARIABLES) {
  const { root, problems } = parseSource(yaml, { file: 'app.yaml', format: 'yaml', variables });
  return { values: root, problems };
}

function keyed(node: ReturnType<typeof parseSource>['root']): unknown {
  if (node?.kind === 'mapping')
    return Object.fromEntries([...node.entries].map(([key, entry]) => [key, keyed(entry.node)]));
  if (node?.kind === 'sequence') return node.items.map(keyed);
  return node?.kind === 'scalar' ? node.value : undefined;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return { string: 'str', boolean: 'bool' }[typeof value as 'string' | 'boolean'];
}
