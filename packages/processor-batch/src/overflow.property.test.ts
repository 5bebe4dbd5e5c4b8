// SPDX-License-Identifier: Apache-2.0
/** Random histories of a queue that overflows, for both kinds of exporter and all policies. */
import { testRecord } from '@logferry/core/testing';
import { randomRuns, SEED } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';

import type { BatchingLogRecordProcessor, BatchingProcessorOptions } from './index.ts';
import { RecordExporter } from './test-doubles/record-exporter.ts';
import { imbalance, settled } from './test-doubles/records.ts';
import type { ScriptedExporter } from './test-doubles/scripted-exporter.ts';
import { setUp, setUpRecords } from './test-doubles/set-up.ts';

const OPTIONS = fc.record({
  overflowPolicy: fc.constantFrom('drop-newest' as const, 'drop-oldest' as const),
  severityReserve: fc.constantFrom(0, 0.1, 0.3, 0.9),
  maxQueueSize: fc.integer({ min: 7, max: 40 }),
  maxExportBatchSize: fc.integer({ min: 1, max: 7 }),
  maxQueueBytes: fc.constantFrom(60, 120, 1_000_000),
  maxExportBatchBytes: fc.integer({ min: 6, max: 40 }),
});

type Options = Required<Pick<BatchingProcessorOptions, 'overflowPolicy' | 'severityReserve' | 'maxQueueSize'>> & {
  readonly maxQueueBytes: number;
};

const STEP = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('emit' as const),
      severities: fc.array(fc.constantFrom(0, 1, 5, 9, 12, 13, 17, 24), { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      with: fc.constantFrom('delivered' as const, 'retryable' as const, 'failed' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance' as const), millis: fc.integer({ min: 0, max: 1500 }) }),
  },
);

type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;

/** Both kinds of exporter, as a history sees them. */
interface Destination {
  readonly processor: BatchingLogRecordProcessor;
  readonly advance: (millis: number) => Promise<void>;
  /** Bodies of what is in flight. */
  readonly inFlight: () => readonly string[];
  /** Bodies of each send, in the order of their start. */
  readonly sent: () => readonly (readonly string[])[];
  readonly answer: (how: 'delivered' | 'retryable' | 'failed') => void;
}

function destinationOfBytes(options: Options): Destination {
  const { clock, exporter, processor } = setUp({}, { ...options, exportTimeoutMillis: 0 });
  const open = (): ScriptedExporter['open'][number] | undefined => exporter.open[0];
  return {
    processor,
    advance: (millis) => clock.advance(millis),
    inFlight: () => open()?.batch.bodies ?? [],
    sent: () => exporter.sentBodies,
    answer: (how) => {
      if (how === 'delivered') open()?.deliver();
      else open()?.settle({ kind: how, reason: 'no' });
    },
  };
}

function destinationOfRecords(options: Options): Destination {
  const { clock, exporter, processor } = setUpRecords(new RecordExporter(), { ...options, exportTimeoutMillis: 0 });
  let answered = 0;
  return {
    processor,
    advance: (millis) => clock.advance(millis),
    inFlight: () => (exporter.bodies[answered] ?? []) as string[],
    sent: () => exporter.bodies as string[][],
    answer: (how) => {
      exporter.calls[answered]?.done({ code: how === 'delivered' ? 0 : 1 });
      answered = Math.min(answered + 1, exporter.calls.length);
    },
  };
}

const WARN = 13;

class History {
  readonly #destination: Destination;
  readonly #options: Options;
  readonly #severities: number[] = [];
  /** What was in flight, how much was emitted and how much sent, when a severe record was refused. */
  readonly #refusals: { readonly inFlight: ReadonlySet<string>; readonly emitted: number; readonly sends: number }[] =
    [];
  #wasSevereRefused = false;

  constructor(destination: Destination, options: Options) {
    this.#destination = destination;
    this.#options = options;
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'emit':
        for (const severity of step.severities) this.#emit(severity);
        break;
      case 'answer':
        this.#destination.answer(step.with);
        this.#wasSevereRefused = false;
        break;
      case 'advance':
        await this.#destination.advance(step.millis);
        this.#wasSevereRefused = false;
        break;
    }
    await settled();
    expect(imbalance(this.#destination.processor.stats())).toEqual([]);
  }

  /** Delivers what is left, and looks back. */
  async end(): Promise<void> {
    const { processor, advance, answer } = this.#destination;
    const flushed = processor.forceFlush({ timeoutMillis: Infinity });
    for (let round = 0; processor.stats().queued > 0 && round < 200; round += 1) {
      await settled();
      answer('delivered');
      await advance(1500);
    }
    await flushed;
    const stats = processor.stats();
    expect(stats).toMatchObject({ queued: 0, queuedBytes: 0, inFlight: 0, emitted: this.#severities.length });
    expect(imbalance(stats)).toEqual([]);
    this.#checkOrder();
    this.#checkRefusals();
  }

  #emit(severity: number): void {
    const { processor, inFlight, sent } = this.#destination;
    const { overflowPolicy, severityReserve, maxQueueSize, maxQueueBytes } = this.#options;
    const isSevere = severityReserve === 0 || severity >= WARN;
    const before = processor.stats();
    const body = `r${this.#severities.length}`;
    this.#severities.push(severity);
    processor.onEmit(testRecord({ body, severityNumber: severity }));
    const after = processor.stats();
    expect(imbalance(after)).toEqual([]);
    expect(after.inFlight).toBe(before.inFlight);
    const isAccepted = after.accepted > before.accepted;

    const reserve = isSevere ? 0 : severityReserve;
    const openBytes = maxQueueBytes - Math.floor(maxQueueBytes * reserve);
    if (isAccepted) {
      expect(after.queued).toBeLessThanOrEqual(maxQueueSize - Math.floor(maxQueueSize * reserve));
      expect(before.queuedBytes < openBytes || after.dropped.displaced > before.dropped.displaced).toBe(true);
    } else {
      expect(after.dropped.queue_full).toBe(before.dropped.queue_full + 1);
    }
    if (overflowPolicy === 'drop-newest') {
      const severe = (stats: typeof after): number =>
        stats.droppedBySeverity.warn + stats.droppedBySeverity.error + stats.droppedBySeverity.fatal;
      if (isAccepted) expect(severe(after)).toBe(severe(before));
      if (!isSevere || severityReserve === 0) expect(after.dropped.displaced).toBe(before.dropped.displaced);
    }
    if (severityReserve === 0) return;
    // A severe record is never refused while one below is accepted after it, with nothing in between that makes room.
    if (isAccepted && !isSevere) expect(this.#wasSevereRefused).toBe(false);
    if (isAccepted || !isSevere) return;
    this.#wasSevereRefused = true;
    this.#refusals.push({ inFlight: new Set(inFlight()), emitted: this.#severities.length, sends: sent().length });
  }

  /** Exports run one at a time here, so what is sent for the first time comes in the order in which it was emitted. */
  #checkOrder(): void {
    const first = [...new Set(this.#destination.sent().flat())].map((body) => Number(body.slice(1)));
    expect(first).toEqual(first.toSorted((one, other) => one - other));
  }

  /** Where a severe record was refused, nothing less severe waited: whatever was sent later was in flight, or came later. */
  #checkRefusals(): void {
    for (const { inFlight, emitted, sends } of this.#refusals) {
      for (const body of this.#destination.sent().slice(sends).flat()) {
        const index = Number(body.slice(1));
        const isSevere = (this.#severities[index] ?? 0) >= WARN;
        expect(isSevere || index >= emitted || inFlight.has(body)).toBe(true);
      }
    }
  }
}

it.each([
  ['bytes', destinationOfBytes],
  ['records', destinationOfRecords],
])(`an exporter that takes %s: what is dropped is what the policy says (FC_SEED=${SEED})`, async (_, destinationOf) => {
  await fc.assert(
    fc.asyncProperty(OPTIONS, fc.array(STEP, { minLength: 5, maxLength: 50 }), async (options, steps) => {
      // The estimate for a snapshot is at least 280 bytes.
      const scale = destinationOf === destinationOfRecords ? 100 : 1;
      const scaled = {
        ...options,
        maxQueueBytes: options.maxQueueBytes * scale,
        maxExportBatchBytes: options.maxExportBatchBytes * scale,
      };
      const history = new History(destinationOf(scaled), scaled);
      for (const step of steps) await history.step(step);
      await history.end();
    }),
    randomRuns(300),
  );
});
