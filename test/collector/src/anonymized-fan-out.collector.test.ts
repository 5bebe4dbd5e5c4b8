// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { AnonymizingLogRecordProcessor } from '@logferry/processor-anonymize';
import { FanOutLogRecordProcessor } from '@logferry/processor-fanout';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
// @boundaries-ignore the canaries of the processor are no part of what it publishes
import { CANARIES } from '../../../packages/processor-anonymize/src/corpus/canaries.ts';
// @boundaries-ignore the canaries of the processor are no part of what it publishes
import { ENCODINGS } from '../../../packages/processor-anonymize/src/corpus/encodings.ts';
import type { CollectedRecord } from './collected-records.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { decodedForms } from './decoded-forms.ts';
import { describeCollector } from './describe-collector.ts';
import { ourFileProcessor } from './our-file-processor.ts';
import { ourGrpcProcessor } from './our-grpc-processor.ts';
import { type EmittedRecord, type ScopeOfRecord, type SdkLine, sdkLines } from './sdk-line.ts';

/** A value that must not arrive, and what is emitted around it. */
interface Planted {
  readonly entity: string;
  readonly value: string;
  readonly scope: ScopeOfRecord;
  readonly record: EmittedRecord;
}

const DEPTH = 20;

/** Each canary in each encoding, in every part of a record. */
function plantedRecords(): readonly Planted[] {
  const planted: Planted[] = [];
  for (const { entity, value, before = '', after = '' } of CANARIES) {
    for (const encode of Object.values(ENCODINGS)) {
      const text = encode(`${before}${value}${after}`);
      const order = planted.length;
      planted.push({
        entity,
        value,
        scope: { name: `scope ${text}`, version: '1', attributes: { note: text } },
        record: {
          timestamp: [1_795_000_000, order],
          observedTimestamp: [1_795_000_001, order],
          severityNumber: 9,
          severityText: text,
          eventName: `event ${text}`,
          body: {
            text,
            [text]: 'in a key',
            list: [1, text, { deep: nested(text) }],
            map: new Map([[text, text]]),
            bytes: Buffer.from(text),
            json: JSON.stringify({ a: [{ b: text }] }),
            url: `https://shop.example/pay?note=${encodeURIComponent(text)}&page=2`,
          },
          attributes: { 'app.note': text, [text]: 1, list: [text, 'ok'], nested: { a: { b: text } }, order },
          exception: new Error(`failed with ${text}`, { cause: new Error(`because of ${text}`) }),
        },
      });
    }
  }
  for (const value of [4_111_111_111_111_111, 5_500_005_555_555_559]) {
    const record = {
      timestamp: [1_795_000_000, planted.length] as [number, number],
      observedTimestamp: [1_795_000_001, planted.length] as [number, number],
      body: { number: value, big: BigInt(value), list: [value], bigs: new BigInt64Array([BigInt(value)]) },
      attributes: { number: value, list: [value, value] },
    };
    planted.push({ entity: 'payment_card', value: String(value), scope: { name: 'numbers' }, record });
  }
  return planted;
}

function nested(value: unknown): unknown {
  let outer = value;
  for (let depth = 0; depth < DEPTH; depth += 1) outer = depth % 2 === 0 ? { in: outer } : [outer];
  return outer;
}

const RESOURCE = {
  attributes: {
    'service.name': 'shop',
    'process.command_args': ['node', '--token', 'tok-4711-x', '--notify=jane.doe+log@mail.example.com'],
    'host.owner': 'reach +49 30 90182034',
  },
};
const IN_RESOURCE = ['tok-4711-x', 'jane.doe+log@mail.example.com', '+49 30 90182034'];

/** Every text and every byte sequence of a record, with the keys; each on a line of its own. */
function textsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textsOf).join('\n');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, member]) =>
      key === 'bytesValue' ? Buffer.from(String(member), 'base64').toString('latin1') : `${key}\n${textsOf(member)}`,
    )
    .join('\n');
}

function found(forms: readonly string[], values: Iterable<string>): readonly string[] {
  return [...new Set(values)].filter((value) => forms.some((form) => form.includes(value)));
}

const timeOf = ({ record }: CollectedRecord): string => record.timeUnixNano ?? '';

async function filesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return await Promise.all(names.toSorted().map((name) => readFile(join(folder, name), 'utf8')));
}

describeCollector('a fan-out with redacted destinations and a raw one', (binary) => {
  describe.each(sdkLines)('on the $name line of the SDK', (line) => {
    const planted = plantedRecords();
    const before = inspect(planted, { depth: Infinity, maxArrayLength: null, maxStringLength: null });
    let directory: string;
    let collector: RunningCollector<'redacted' | 'raw' | 'alone'>;
    let redactedFiles: readonly string[];
    let records: Readonly<Record<'redacted' | 'raw' | 'alone', readonly CollectedRecord[]>>;
    let counts: { readonly entities: Readonly<Record<string, number>>; readonly text: string };

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'logferry-redacted-'));
      collector = await startCollector(binary, {
        redacted: { kind: 'otlp-grpc' },
        raw: { kind: 'otlp-json-file', include: join(directory, 'raw', '*.jsonl') },
        alone: { kind: 'otlp-json-file', include: join(directory, 'alone', '*.jsonl') },
      });
      counts = await emitThroughFanOut(line, planted, directory, collector.endpoint('redacted'));
      await emitAlone(line, planted, directory);
      for (const name of ['redacted', 'raw', 'alone'] as const) await collector.waitForRecords(name, planted.length);
      await collector.stop();
      records = {
        redacted: await collector.records('redacted'),
        raw: await collector.records('raw'),
        alone: await collector.records('alone'),
      };
      redactedFiles = await filesOf(join(directory, 'redacted'));
    }, 120_000);

    afterAll(async () => {
      await collector.dispose();
      await rm(directory, { recursive: true });
    });

    test('the Collector received every record, and not one canary', () => {
      expect(records.redacted.map(timeOf).toSorted()).toEqual(records.alone.map(timeOf).toSorted());
      const byTime = new Map(records.redacted.map((record) => [timeOf(record), record]));
      const leaks = planted.flatMap(({ entity, value, record }) => {
        const [seconds, nanos] = record.timestamp as [number, number];
        const received = byTime.get(String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos)));
        return found(decodedForms(textsOf(received)), [value]).map(() => entity);
      });
      expect(leaks).toEqual([]);
      expect(found(decodedForms(textsOf(records.redacted[0])), IN_RESOURCE)).toEqual([]);
    });

    test('no file of the redacted destination holds a canary', () => {
      expect(redactedFiles.length).toBeGreaterThan(1);
      const values = [...planted.map(({ value }) => value), ...IN_RESOURCE];
      for (const file of redactedFiles) {
        for (const row of file.trimEnd().split('\n')) {
          expect(found([...decodedForms(row), ...decodedForms(textsOf(JSON.parse(row)))], values)).toEqual([]);
        }
      }
    });

    test('the raw destination got every record as it was emitted, and nothing that was emitted has changed', () => {
      const byTime = (first: CollectedRecord, second: CollectedRecord): number =>
        timeOf(first).localeCompare(timeOf(second));
      expect(records.raw.toSorted(byTime)).toEqual(records.alone.toSorted(byTime));
      const raw = decodedForms(textsOf(records.raw));
      const values = planted.map(({ value }) => value);
      expect(found(raw, values)).toEqual([...new Set(values)]);
      expect(inspect(planted, { depth: Infinity, maxArrayLength: null, maxStringLength: null })).toBe(before);
    });

    test('what was found is counted by entity, and no count holds a value', () => {
      expect(Object.keys(counts.entities).toSorted()).toEqual(
        [...new Set(CANARIES.map(({ entity }) => entity))].toSorted(),
      );
      expect(
        found(
          [counts.text],
          planted.map(({ value }) => value),
        ),
      ).toEqual([]);
    });
  });
});

/** Three destinations behind one fan-out: redacted to the Collector, redacted to files that rotate, raw to a file. */
async function emitThroughFanOut(
  line: SdkLine,
  planted: readonly Planted[],
  directory: string,
  endpoint: string,
): Promise<{ readonly entities: Readonly<Record<string, number>>; readonly text: string }> {
  const environment = {};
  const toCollector = new AnonymizingLogRecordProcessor(ourGrpcProcessor({ endpoint: `http://${endpoint}` }), {
    environment,
  });
  const toFiles = new AnonymizingLogRecordProcessor(
    ourFileProcessor({ path: join(directory, 'redacted', 'shop.jsonl'), maxFileBytes: 128 * 1024, maxFiles: Infinity }),
    { environment },
  );
  const fanOut = new FanOutLogRecordProcessor({
    destinations: {
      collector: { processor: toCollector },
      files: { processor: toFiles },
      raw: { processor: ourFileProcessor({ path: join(directory, 'raw', 'shop.jsonl') }) },
    },
  });
  await emitAll(line, planted, fanOut);
  const stats = toCollector.stats();
  expect(stats).toMatchObject({ records: planted.length, errors: 0, budgetExceeded: 0, depthExceeded: 0 });
  expect(toFiles.stats().byEntity).toEqual(stats.byEntity);
  return { entities: stats.byEntity, text: JSON.stringify(stats) };
}

/** The same records to a file with nothing beside it. */
async function emitAlone(line: SdkLine, planted: readonly Planted[], directory: string): Promise<void> {
  await emitAll(line, planted, ourFileProcessor({ path: join(directory, 'alone', 'shop.jsonl') }));
}

async function emitAll(
  line: SdkLine,
  planted: readonly Planted[],
  processor: Parameters<SdkLine['openPipeline']>[0]['processors'][number],
): Promise<void> {
  const pipeline = line.openPipeline({ resource: RESOURCE, processors: [processor] });
  for (const { scope, record } of planted) pipeline.emit(scope, record);
  await pipeline.shutdown();
}
