// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningCollector, startCollector } from './collector.ts';
import { describeCollector } from './describe-collector.ts';
import { ascending, emitNumbered, numbersOf, numbersUpTo } from './numbered-records.ts';
import { ourGrpcProcessor } from './our-grpc-processor.ts';
import { sdkLines } from './sdk-line.ts';

const recordCount = 100_000;

describeCollector('100,000 records by gRPC', (binary) => {
  let collector: RunningCollector<'otlp'>;

  beforeEach(async () => {
    collector = await startCollector(binary, { otlp: { kind: 'otlp-grpc' } });
  });

  afterEach(() => collector.dispose());

  async function sendAll(line: (typeof sdkLines)[number], options = {}): Promise<number[]> {
    const processor = ourGrpcProcessor({ endpoint: `http://${collector.endpoint('otlp')}`, ...options });
    await emitNumbered(line, processor, recordCount);
    await collector.stop();
    return numbersOf(await collector.records('otlp'));
  }

  test.each(sdkLines)('arrive complete, in order and once, from the $name line of the SDK', async (line) => {
    expect(await sendAll(line)).toEqual(numbersUpTo(recordCount));
  });

  // The Collector handles several requests at once, and then it may write a later one first.
  test('arrive complete and once with requests in parallel', async () => {
    expect((await sendAll(sdkLines[0], { maxConcurrentSends: 4 })).toSorted(ascending)).toEqual(
      numbersUpTo(recordCount),
    );
  });
});
