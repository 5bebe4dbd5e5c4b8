// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { FanOutLogRecordProcessor } from './index.ts';
import {
  accounted,
  emitted,
  never,
  ScriptedProcessor,
  spanContext,
  statsOf,
} from './test-doubles/scripted-processor.ts';

describe('destinations that are replaced', () => {
  it('give the next record to the new ones, flush and shut down the processors that are gone, and no others', async () => {
    const [stays, goes, leaves, comes] = [
      new ScriptedProcessor(),
      new ScriptedProcessor(),
      new ScriptedProcessor(),
      new ScriptedProcessor(),
    ];
    const fanOut = new FanOutLogRecordProcessor({
      destinations: { stays: { processor: stays }, changes: { processor: goes }, leaves: { processor: leaves } },
    });
    fanOut.onEmit(emitted({ body: 1 }));
    const done = fanOut.replace({ changes: { processor: comes }, stays: { processor: stays } });
    fanOut.onEmit(emitted({ body: 2 }));
    await done;
    expect([stays, goes, leaves, comes].map(({ bodies, calls }) => [bodies, calls])).toEqual([
      [[1, 2], []],
      [[1], ['shutdown']],
      [[1], ['shutdown']],
      [[2], []],
    ]);
    expect(Object.entries(fanOut.stats().destinations).map(([name, { passed }]) => [name, passed])).toEqual([
      ['changes', 2],
      ['stays', 2],
    ]);
  });

  it('keep what they hold, for the new processor', async () => {
    const [before, after] = [new ScriptedProcessor(), new ScriptedProcessor()];
    const fanOut = new FanOutLogRecordProcessor({ destinations: { one: { processor: before, fingersCrossed: {} } } });
    const context = { spanContext: spanContext(7) };
    for (const body of ['a', 'b', 'c']) fanOut.onEmit(emitted({ body, severityNumber: 5, ...context }));
    await fanOut.replace({ one: { processor: after, fingersCrossed: { maxRecords: 2 } } });
    fanOut.onEmit(emitted({ body: 'error', severityNumber: 17, ...context }));
    expect([before.bodies, after.bodies]).toEqual([[], ['b', 'c', 'error']]);
    const stats = statsOf(fanOut, 'one');
    expect(stats.suppressed.hold_records).toBe(1);
    expect(accounted(stats)).toBe(4);
  });

  it('let go of what they hold when they hold no more, and count it', async () => {
    const processor = new ScriptedProcessor();
    const fanOut = new FanOutLogRecordProcessor({ destinations: { one: { processor, fingersCrossed: {} } } });
    fanOut.onEmit(emitted({ severityNumber: 5, spanContext: spanContext(7) }));
    await fanOut.replace({ one: { processor } });
    const stats = statsOf(fanOut, 'one');
    expect([stats.held, stats.suppressed.hold_shutdown, accounted(stats)]).toEqual([0, 1, 1]);
  });

  it('keep the buckets of a limit that stays the same, and fill those of one that changes', async () => {
    const processor = new ScriptedProcessor();
    const options = (burst: number) => ({
      one: { processor, rateLimit: { perSecond: 1, burst }, sampling: { ratio: 1 } },
    });
    const fanOut = new FanOutLogRecordProcessor({ destinations: options(2), clock: new ManualClock() });
    for (let body = 0; body < 3; body += 1) fanOut.onEmit(emitted({ body }));
    await fanOut.replace(options(2));
    fanOut.onEmit(emitted({ body: 'limited' }));
    await fanOut.replace(options(1));
    fanOut.onEmit(emitted({ body: 'passes' }));
    expect(processor.bodies).toEqual([0, 1, 'passes']);
  });

  it('stay as they are when an option is bad', () => {
    const processor = new ScriptedProcessor();
    const fanOut = new FanOutLogRecordProcessor({ destinations: { one: { processor } } });
    const bad = { two: { processor: new ScriptedProcessor(), minimumSeverity: 99 } };
    expect(() => fanOut.replace(bad)).toThrow('destinations.two.minimumSeverity must be one of');
    fanOut.onEmit(emitted({ body: 1 }));
    expect(processor.bodies).toEqual([1]);
    expect(Object.keys(fanOut.stats().destinations)).toEqual(['one']);
  });

  it('are waited for by a flush and by the shutdown, and bounded', async () => {
    const clock = new ManualClock();
    const fanOut = new FanOutLogRecordProcessor({
      destinations: { one: { processor: new ScriptedProcessor({ shutdown: never }) } },
      shutdownTimeoutMillis: 5000,
      clock,
    });
    const done = fanOut.replace({ one: { processor: new ScriptedProcessor() } });
    const flush = fanOut.forceFlush({ timeoutMillis: 1000 });
    const refused = expect(flush).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await clock.advance(1000);
    await refused;
    const shutdown = fanOut.shutdown();
    await clock.advance(4000);
    await Promise.all([done, shutdown]);
    expect(() => fanOut.replace({ one: { processor: new ScriptedProcessor() } })).toThrow('already shut down');
  });
});
