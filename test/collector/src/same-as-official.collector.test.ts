// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CollectedRecord, OtlpJsonLogRecord } from './collected-records.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { type CorpusEntry, nanosOf } from './corpus/corpus.ts';
import { corpusEntries, emitCorpus } from './corpus/emit-corpus.ts';
import { type ValueEntry, valueEntries } from './corpus/values.ts';
import { describeCollector } from './describe-collector.ts';
import { ourGrpcProcessor } from './our-grpc-processor.ts';
import { sdkLines } from './sdk-line.ts';

// One record goes to both exporters, so that nothing but their encoding can differ.
describeCollector('what the Collector wrote for our exporter and for the official one', (binary) => {
  describe.each(sdkLines)('on the $name line of the SDK', (line) => {
    let collector: RunningCollector<'ours' | 'official'>;
    let ours: readonly CollectedRecord[];
    let official: readonly CollectedRecord[];

    beforeAll(async () => {
      collector = await startCollector(binary, { ours: { kind: 'otlp-grpc' }, official: { kind: 'otlp-grpc' } });
      await emitCorpus(line, () => [
        ourGrpcProcessor({ endpoint: `http://${collector.endpoint('ours')}` }),
        line.officialProcessor(line.officialExporter(collector.endpoint('official'))),
      ]);
      await collector.stop();
      ours = await collector.records('ours');
      official = await collector.records('official');
    });

    afterAll(() => collector.dispose());

    test('every record of the corpus arrived once', () => {
      const emitted = corpusEntries.map(({ record }) => nanosOf(record.observedTimestamp));
      expect(ours.map(observedTime).toSorted()).toEqual(emitted.toSorted());
    });

    test('the records are in the same order', () => {
      expect(ours.map(observedTime)).toEqual(official.map(observedTime));
    });

    test.each(corpusEntries.filter((entry) => !isValueEntry(entry)))('$name', (entry) => {
      expect(only(ours, entry)).toEqual(only(official, entry));
    });

    // What is written is stated as well, so that both can't be wrong in the same way.
    test.each(valueEntries.filter(isSameValue))('$name', (entry) => {
      expect(valueOf(only(ours, entry))).toEqual(entry.written);
      expect(only(ours, entry)).toEqual(only(official, entry));
    });

    test.each(valueEntries.filter(isOfficialMistake))('$name, unlike official: $official.because', (entry) => {
      expect(valueOf(only(ours, entry))).toEqual(entry.written);
      const record = { ...only(ours, entry).record, ...entry.official.written };
      expect(only(official, entry)).toEqual({ ...only(ours, entry), record });
    });
  });
});

function isValueEntry(entry: CorpusEntry): boolean {
  return 'written' in entry;
}

function isSameValue({ official }: ValueEntry): boolean {
  return official === undefined;
}

function isOfficialMistake(entry: ValueEntry): entry is Required<ValueEntry> {
  return entry.official !== undefined;
}

function valueOf({ record: { body, attributes } }: CollectedRecord): Pick<OtlpJsonLogRecord, 'body' | 'attributes'> {
  return { ...(body && { body }), ...(attributes && { attributes }) };
}

function observedTime({ record }: CollectedRecord): string {
  return record.observedTimeUnixNano ?? 'none';
}

function only(records: readonly CollectedRecord[], { record }: CorpusEntry): CollectedRecord {
  const time = nanosOf(record.observedTimestamp);
  const found = records.filter((candidate) => observedTime(candidate) === time);
  expect(found).toHaveLength(1);
  return found[0] as CollectedRecord;
}
