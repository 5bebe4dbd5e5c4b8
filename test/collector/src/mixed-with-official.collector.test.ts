// SPDX-License-Identifier: Apache-2.0
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CollectedRecord } from './collected-records.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { corpusEntries, emitCorpus } from './corpus/emit-corpus.ts';
import { nanosOf } from './corpus/corpus.ts';
import { describeCollector } from './describe-collector.ts';
import { ourGrpcProcessor } from './our-grpc-processor.ts';
import { sdkLines } from './sdk-line.ts';

/** Values that plain JavaScript, which is all that the official exporter understands, has no form for. */
const whatNoCopyCanHold: readonly string[] = [
  // It writes an integer.
  ...everyPlaceOf('-0', ['as body', 'in an array', 'in a map', 'as attribute', 'inside an attribute']),
  // It takes no bigint: these are text.
  ...everyPlaceOf('the largest int64'),
  ...everyPlaceOf('the smallest int64'),
  // An object has its keys that look like integers first.
  ...everyPlaceOf('a Map'),
];

function everyPlaceOf(name: string, places = ['as body', 'in an array', 'in a map']): string[] {
  return places.map((place) => `${name} ${place}`);
}

describeCollector('our parts together with official parts', (binary) => {
  describe.each(sdkLines)('on the $name line of the SDK', (line) => {
    let collector: RunningCollector<'ours' | 'ourExporter' | 'ourProcessor'>;

    beforeAll(async () => {
      collector = await startCollector(binary, {
        ours: { kind: 'otlp-grpc' },
        ourExporter: { kind: 'otlp-grpc' },
        ourProcessor: { kind: 'otlp-grpc' },
      });
      const environment = {};
      await emitCorpus(line, () => [
        ourGrpcProcessor({ endpoint: `http://${collector.endpoint('ours')}` }),
        line.officialProcessor(
          new OtlpGrpcLogRecordExporter({ endpoint: `http://${collector.endpoint('ourExporter')}`, environment }),
        ),
        new BatchingLogRecordProcessor(line.officialExporter(collector.endpoint('ourProcessor')), { environment }),
      ]);
      await collector.stop();
    });

    afterAll(() => collector.dispose());

    async function inOrderOfTime(name: Parameters<typeof collector.records>[0]): Promise<readonly CollectedRecord[]> {
      const records = await collector.records(name);
      const times = new Map(records.map((found) => [found.record.observedTimeUnixNano, found]));
      expect(records).toHaveLength(corpusEntries.length);
      return corpusEntries.map(({ record }) => times.get(nanosOf(record.observedTimestamp)) as CollectedRecord);
    }

    test('our exporter sends the same from the official batch processor as from ours', async () => {
      expect(await inOrderOfTime('ourExporter')).toEqual(await inOrderOfTime('ours'));
    });

    test('the official exporter sends from our batch processor what ours sends, as far as it can', async () => {
      const fromOurProcessor = await inOrderOfTime('ourProcessor');
      const ours = await inOrderOfTime('ours');
      const different = corpusEntries.filter((_, index) => !isDeepStrictEqual(fromOurProcessor[index], ours[index]));
      // Our processor hands over copies that the official exporter understands.
      expect(different.map(({ name }) => name)).toEqual(whatNoCopyCanHold);
    });
  });
});
