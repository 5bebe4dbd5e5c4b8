// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CollectedRecord } from './collected-records.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { nanosOf } from './corpus/corpus.ts';
import { corpusEntries, emitCorpus } from './corpus/emit-corpus.ts';
import { describeCollector } from './describe-collector.ts';
import { ourFileProcessor } from './our-file-processor.ts';
import { ourGrpcProcessor } from './our-grpc-processor.ts';
import { sdkLines } from './sdk-line.ts';

describeCollector('our .jsonl, read by the Collector', (binary) => {
  describe.each(sdkLines)('on the $name line of the SDK', (line) => {
    let directory: string;
    let collector: RunningCollector<'grpc' | 'file'>;
    let byGrpc: ReadonlyMap<string | undefined, CollectedRecord>;
    let fromFile: readonly CollectedRecord[];

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'logferry-jsonl-'));
      collector = await startCollector(binary, {
        grpc: { kind: 'otlp-grpc' },
        file: { kind: 'otlp-json-file', include: join(directory, '*.jsonl') },
      });
      await emitCorpus(line, () => [
        ourGrpcProcessor({ endpoint: `http://${collector.endpoint('grpc')}` }),
        ourFileProcessor({ path: join(directory, 'corpus.jsonl') }),
      ]);
      await collector.waitForRecords('file', corpusEntries.length);
      await collector.stop();
      byGrpc = new Map((await collector.records('grpc')).map((found) => [found.record.observedTimeUnixNano, found]));
      fromFile = await collector.records('file');
    });

    afterAll(async () => {
      await collector.dispose();
      await rm(directory, { recursive: true });
    });

    test('every record of the corpus is read once', () => {
      const emitted = corpusEntries.map(({ record }) => nanosOf(record.observedTimestamp));
      expect(fromFile.map(({ record }) => record.observedTimeUnixNano ?? '').toSorted()).toEqual(emitted.toSorted());
    });

    test.each(corpusEntries)('$name: the file gives what gRPC sent', ({ record }) => {
      const time = nanosOf(record.observedTimestamp);
      const found = fromFile.find((candidate) => candidate.record.observedTimeUnixNano === time);
      expect(found).toBeDefined();
      expect(found).toEqual(byGrpc.get(time));
    });
  });
});
