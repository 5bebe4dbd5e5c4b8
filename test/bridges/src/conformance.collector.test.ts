// SPDX-License-Identifier: Apache-2.0
import { describeCollector } from '@logferry-test/collector/describe-collector';
import { type RunningCollector, startCollector } from '@logferry-test/collector';
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type BridgeAdapter, SCOPE } from './bridge-adapter.ts';
import { BRIDGE_ADAPTERS } from './bridge-adapters.ts';
import { byKey, otlpAttributes, otlpValue, type WrittenRecord } from './otlp-json.ts';
import { PROCESS_RESOURCE, SDK_LINES, type SdkLine } from './sdk-lines.ts';
import { expectedOf, recordsFor, SPAN, SUITE_RECORDS, type SuiteRecord } from './suite-records.ts';

/** Which record of the suite it is. */
const CASE = 'suite.record';

interface Arrived {
  readonly line: string;
  readonly bridge: string;
  readonly about: string;
  readonly scope: object;
  readonly record: WrittenRecord;
  readonly time: string | undefined;
}

describeCollector('the log records that every bridge ends in, at the real Collector', (binary) => {
  let collector: RunningCollector<'bridges'>;
  let arrived: readonly Arrived[];

  beforeAll(async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    collector = await startCollector(binary, { bridges: { kind: 'otlp-grpc' } });
    const endpoint = `http://${collector.endpoint('bridges')}`;
    for (const line of SDK_LINES) for (const adapter of BRIDGE_ADAPTERS) await logSuite(line, adapter, endpoint);
    await collector.stop();
    arrived = (await collector.records('bridges')).map(({ resource, scope, record }) => {
      const resourceText = JSON.stringify(resource);
      const { timeUnixNano, observedTimeUnixNano: _, attributes = [], ...rest } = record;
      const own = attributes.filter(({ key }) => key !== CASE) as WrittenRecord['attributes'];
      return {
        line: SDK_LINES.find(({ name }) => resourceText.includes(`"${name}"`))?.name ?? '',
        bridge: BRIDGE_ADAPTERS.find(({ name }) => resourceText.includes(`"bridge ${name}"`))?.name ?? '',
        about: attributes.find(({ key }) => key === CASE)?.value.stringValue ?? '',
        scope,
        record: { ...(rest as Omit<WrittenRecord, 'attributes'>), attributes: byKey(own) },
        time: timeUnixNano,
      };
    });
  });

  afterAll(async () => {
    context.disable();
    await collector.dispose();
  });

  function found(line: SdkLine, adapter: BridgeAdapter, { about }: SuiteRecord): readonly Arrived[] {
    return arrived.filter((each) => each.line === line.name && each.bridge === adapter.name && each.about === about);
  }

  test('nothing else arrived', () => {
    const sent = SDK_LINES.length * BRIDGE_ADAPTERS.reduce((sum, adapter) => sum + recordsFor(adapter).length, 0);
    expect(arrived).toHaveLength(sent);
  });

  describe.each(SDK_LINES)('on the $name line', (line) => {
    describe.each(BRIDGE_ADAPTERS)('from the bridge of $name', (adapter) => {
      test.each(recordsFor(adapter))('$about', (record) => {
        const { time, attributes, body, traceId, spanId, traceFlags, ...level } = expectedOf(record, adapter);
        const [one, ...others] = found(line, adapter, record);
        expect(others).toEqual([]);
        expect(one?.record).toEqual({
          ...level,
          body: otlpValue(body),
          attributes: otlpAttributes(attributes),
          ...(traceId === undefined ? {} : { traceId, spanId, flags: traceFlags }),
        });
        expect(one?.scope).toEqual({ name: SCOPE });
        if (time !== undefined) expect(one?.time).toBe(`${time[0]}${String(time[1]).padStart(9, '0')}`);
      });
    });
  });

  test.each(SUITE_RECORDS)('$about: the same log record from every bridge and line', (record) => {
    const from = BRIDGE_ADAPTERS.filter((adapter) => recordsFor(adapter).includes(record));
    // The name of the attribute that keeps an unreadable time is the logger's own.
    const sameName = from.filter(({ timeKey }) => record.call.time === undefined || timeKey === from[0]?.timeKey);
    const records = SDK_LINES.flatMap((line) => sameName.flatMap((adapter) => found(line, adapter, record)));
    const texts = new Set(records.map((each) => JSON.stringify([sameCase(each.record), each.scope])));
    expect([texts.size, records.length]).toEqual([1, sameName.length * SDK_LINES.length]);
  });
});

/** The names of levels are as the logger writes them. */
function sameCase(record: WrittenRecord): WrittenRecord {
  return { ...record, severityText: record.severityText.toLowerCase() };
}

async function logSuite(line: SdkLine, adapter: BridgeAdapter, endpoint: string): Promise<void> {
  const exporter = new OtlpGrpcLogRecordExporter({ endpoint, environment: {} });
  const processor = new BatchingLogRecordProcessor(exporter, { environment: {} });
  const resource = { ...PROCESS_RESOURCE, line: line.name, bridge: `bridge ${adapter.name}` };
  const provider = line.openProvider(processor, resource);
  for (const { about, call, isInSpan = false } of recordsFor(adapter)) {
    const active = isInSpan ? trace.setSpanContext(ROOT_CONTEXT, SPAN) : ROOT_CONTEXT;
    const marked = { ...call, fields: { ...call.fields, [CASE]: about } };
    await context.with(active, () => adapter.log(line, provider, marked));
  }
  await provider.shutdown();
}
