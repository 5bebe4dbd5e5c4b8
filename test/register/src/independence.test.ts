// SPDX-License-Identifier: Apache-2.0
import { createLogPipeline, type DestinationOptions, type LogPipelineOptions } from '@logferry/config';
import type { LogRecordExporter, LogRecordProcessor } from '@logferry/core';
import { randomRuns, SEED } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CollectingExporter } from './collecting-exporter.ts';
import { SDK_LINES } from './sdk-lines.ts';

const nothing = { forceFlush: async () => {}, shutdown: async () => {} };

/** Destinations that somebody may add: each with another way to be a bad neighbour. */
const NEIGHBOURS: Readonly<Record<string, () => DestinationOptions>> = {
  collects: () => ({ exporter: new CollectingExporter() }),
  throws: () => ({
    processor: {
      ...nothing,
      onEmit() {
        throw new Error('no');
      },
    },
  }),
  changesRecords: () => ({
    processor: {
      ...nothing,
      onEmit(record) {
        record.setBody('changed');
        record.setAttribute('added', true);
        const { attributes } = record as { attributes: Record<string, unknown> };
        for (const name of Object.keys(attributes)) attributes[name] = 'changed';
      },
    } satisfies LogRecordProcessor,
  }),
  refuses: () => ({
    exporter: {
      ...nothing,
      export: (_, callback) => callback({ code: 1, error: new Error('no') }),
    } satisfies LogRecordExporter,
  }),
  hasNoRoom: () => ({ exporter: new CollectingExporter(), queue: { maxQueueSize: 1 } }),
  redacts: () => ({ exporter: new CollectingExporter(), redaction: { policy: 'gdpr' } }),
  filterThrows: () => ({
    exporter: new CollectingExporter(),
    filter() {
      throw new Error('no');
    },
  }),
  holds: () => ({ exporter: new CollectingExporter(), fingersCrossed: { withoutTrace: 'discard' } }),
  isLimited: () => ({ exporter: new CollectingExporter(), rateLimit: { perSecond: 1 } }),
};

/** A record, as applications emit it. */
interface Given {
  readonly logger: string;
  readonly severityNumber: number;
  readonly body: string;
  readonly attributes: Record<string, string | number | boolean>;
}

const records: fc.Arbitrary<Given[]> = fc.array(
  fc.record({
    logger: fc.constantFrom('shop', 'db.orders', 'noisy'),
    severityNumber: fc.integer({ min: 0, max: 24 }),
    body: fc.oneof(fc.string(), fc.constant('from ada@example.org')),
    attributes: fc.dictionary(
      fc.string({ minLength: 1, maxLength: 4 }),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
    ),
  }),
  { maxLength: 30 },
);

const filters = fc.record(
  {
    minimumSeverity: fc.constantFrom('all', 'debug', 'info2', 'error', 'off'),
    loggers: fc.constantFrom(
      { include: ['shop', 'db.*'] },
      { exclude: ['noisy'] },
      { levels: [{ name: 'db.*', minimumSeverity: 'warn' }] },
    ),
    redaction: fc.constantFrom({ policy: 'default' }, { policy: 'secrets-only' }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Omit<DestinationOptions, 'exporter'>>;

describe.each(SDK_LINES)(`a destination on the line %s (FC_SEED=${SEED})`, (_, makeProvider) => {
  async function received(
    given: readonly Given[],
    observed: Omit<DestinationOptions, 'exporter'>,
    neighbours: readonly string[],
    isFirst: boolean,
  ): Promise<unknown[]> {
    const exporter = new CollectingExporter();
    const own = { observed: { ...observed, exporter } };
    const others = Object.fromEntries(neighbours.map((name) => [name, NEIGHBOURS[name]!()]));
    const destinations = (
      isFirst ? { ...own, ...others } : { ...others, ...own }
    ) as LogPipelineOptions['destinations'];
    const pipeline = createLogPipeline({ destinations });
    const provider = makeProvider(pipeline.processors);
    for (const { logger, ...record } of given) provider.getLogger(logger).emit(record);
    await provider.shutdown();
    return exporter.records.map(({ body, attributes, severityNumber, instrumentationScope }) => ({
      body,
      attributes: { ...attributes },
      severityNumber,
      logger: instrumentationScope.name,
    }));
  }

  it('receives the same whatever destinations are added', async () => {
    const names = fc.subarray(Object.keys(NEIGHBOURS));
    await fc.assert(
      fc.asyncProperty(records, filters, names, fc.boolean(), async (given, observed, neighbours, isFirst) => {
        const alone = await received(given, observed, [], isFirst);
        expect(await received(given, observed, neighbours, isFirst)).toEqual(alone);
      }),
      randomRuns(60),
    );
  });
});
