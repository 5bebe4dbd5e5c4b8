// SPDX-License-Identifier: Apache-2.0
import type { CollectedLogRecord } from '@logferry-test/support';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type BridgeAdapter, SCOPE } from './bridge-adapter.ts';
import { BRIDGE_ADAPTERS } from './bridge-adapters.ts';
import { collect, SDK_LINES, type SdkLine } from './sdk-lines.ts';
import { expectedOf, recordsFor, SPAN, type SuiteRecord } from './suite-records.ts';

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

describe.each(SDK_LINES)('what the SDK of the $name line gets', (line) => {
  describe.each(BRIDGE_ADAPTERS)('from the bridge of $name', (adapter) => {
    test.each(recordsFor(adapter))('$about', async (record) => {
      const { time, ...expected } = expectedOf(record, adapter);
      const [collected, ...others] = await logged(line, adapter, record);
      expect(others).toEqual([]);
      const untraced = { traceId: undefined, spanId: undefined, traceFlags: undefined };
      expect(collected).toEqual({
        scope: SCOPE,
        eventName: undefined,
        droppedAttributesCount: 0,
        ...untraced,
        ...expected,
        hrTime: time ?? collected?.hrTime,
        hrTimeObserved: collected?.hrTimeObserved,
      });
    });

    test('20,000 levels of nesting end in a marker', async () => {
      let tree: unknown = 'core';
      for (let level = 0; level < 20_000; level += 1) tree = { inner: tree };
      const call = { level: 'info', message: 'deep', fields: { tree } } as const;
      const collected = await logged(line, adapter, { call });
      expect(collected.map(({ body }) => body)).toEqual(['deep']);
      expect(JSON.stringify(collected[0]?.attributes['tree'])).toMatch(/^(\{"inner":){32}"\[MaxDepth\]"\}{32}$/);
    });
  });
});

async function logged(
  line: SdkLine,
  adapter: BridgeAdapter,
  { call, isInSpan = false }: Pick<SuiteRecord, 'call' | 'isInSpan'>,
): Promise<readonly CollectedLogRecord[]> {
  const { provider, records } = collect(line);
  const active = isInSpan ? trace.setSpanContext(ROOT_CONTEXT, SPAN) : ROOT_CONTEXT;
  await context.with(active, () => adapter.log(line, provider, call));
  await provider.shutdown();
  return records;
}
