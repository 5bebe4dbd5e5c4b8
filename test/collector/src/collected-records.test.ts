// SPDX-License-Identifier: Apache-2.0
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CollectedRecords } from './collected-records.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'logferry-collected-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

function line(...bodies: string[]): string {
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'a', value: { stringValue: 'b' } }] },
        schemaUrl: 'resource schema',
        scopeLogs: [
          {
            scope: { name: 'orders' },
            schemaUrl: 'scope schema',
            logRecords: bodies.map((stringValue) => ({ body: { stringValue } })),
          },
        ],
      },
      { resource: {}, scopeLogs: [{ scope: {}, logRecords: [{ body: {} }] }] },
    ],
  });
}

test('every record is given with its resource, its scope and their schema URLs', async () => {
  const path = join(directory, 'out.jsonl');
  await writeFile(path, `${line('one')}\n`);
  expect(await new CollectedRecords(path).read()).toEqual([
    {
      resource: { attributes: [{ key: 'a', value: { stringValue: 'b' } }] },
      resourceSchemaUrl: 'resource schema',
      scope: { name: 'orders' },
      scopeSchemaUrl: 'scope schema',
      record: { body: { stringValue: 'one' } },
    },
    { resource: {}, scope: {}, record: { body: {} } },
  ]);
});

test('a line that is still being written is read when it is complete', async () => {
  const path = join(directory, 'out.jsonl');
  const second = line('grün', '🚚');
  await writeFile(path, `${line('one')}\n${second.slice(0, 300)}`);
  const records = new CollectedRecords(path);
  expect(await records.read()).toHaveLength(2);
  expect(await records.read()).toHaveLength(2);
  await appendFile(path, `${second.slice(300)}\n`);
  expect((await records.read()).map(({ record }) => record.body?.stringValue)).toEqual([
    'one',
    undefined,
    'grün',
    '🚚',
    undefined,
  ]);
});
