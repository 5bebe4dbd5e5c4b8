// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from 'node:async_hooks';

import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { emit, imbalance, settled } from './test-doubles/records.ts';
import { deliverAll } from './test-doubles/scripted-exporter.ts';
import { setUp } from './test-doubles/set-up.ts';
import { LineEncoder } from './test-doubles/text-encoder.ts';

const boom = (): never => {
  throw new Error('boom');
};

describe('an exporter', () => {
  it('whose createEncoder throws costs the records, counted, and is asked again', async () => {
    const errors: string[] = [];
    const { clock, exporter, processor } = setUp(
      { answer: deliverAll },
      { onError: (error) => void errors.push(error.message) },
    );
    exporter.createEncoder = boom;
    emit(processor, 2);
    await clock.advance(0);
    expect(processor.stats()).toMatchObject({ accepted: 0, dropped: { encode_error: 2 } });
    expect(errors).toEqual(["the exporter's createEncoder threw (Error)"]);
    Reflect.deleteProperty(exporter, 'createEncoder');
    emit(processor, 1);
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 1 });
  });

  it('whose encoder throws in append costs that record', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll });
    class Encoder extends LineEncoder {
      override append(record: Parameters<LineEncoder['append']>[0]): void {
        if (record.body === 'r1') boom();
        super.append(record);
      }
    }
    exporter.createEncoder = () => new Encoder();
    emit(processor, 3);
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['r0', 'r2']]);
    expect(processor.stats()).toMatchObject({ accepted: 2, delivered: 2, dropped: { encode_error: 1 } });
    expect(imbalance(processor.stats())).toEqual([]);
  });

  it('whose encoder throws after it took the record loses nothing', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll });
    class Encoder extends LineEncoder {
      override append(record: Parameters<LineEncoder['append']>[0]): void {
        super.append(record);
        boom();
      }
    }
    exporter.createEncoder = () => new Encoder();
    emit(processor, 2);
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['r0', 'r1']]);
    expect(processor.stats()).toMatchObject({ delivered: 2, dropped: { encode_error: 0 } });
  });

  it.each([
    ['throws', boom],
    ['gives nothing', () => undefined],
  ])('whose encoder %s in take costs that batch, and the next one works', async (_, take) => {
    const { exporter, processor } = setUp({ answer: deliverAll });
    const encoder = new LineEncoder();
    encoder.take = take;
    exporter.createEncoder = () => encoder;
    emit(processor, 2);
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ queued: 0, queuedBytes: 0, dropped: { encode_error: 2 } });
    exporter.createEncoder = () => new LineEncoder();
    emit(processor, 1, 2);
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['r2']]);
  });

  it('whose send throws or rejects costs that batch, and the next one works', async () => {
    const errors: string[] = [];
    const { exporter, processor } = setUp(
      { answer: deliverAll },
      { maxExportBatchSize: 1, onError: (error) => void errors.push(`${error.message} <- ${String(error.cause)}`) },
    );
    const send = exporter.send.bind(exporter);
    const ways = [boom, () => Promise.reject(new TypeError('secret'))];
    exporter.send = (batch, signal) => (ways.pop() ?? (() => send(batch, signal)))();
    emit(processor, 3);
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['r2']]);
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 0, dropped: { failed: 2 } });
    expect(errors).toEqual([
      'the export of 1 log record failed: the exporter threw (TypeError) <- TypeError: secret',
      'the export of 1 log record failed: the exporter threw (Error) <- Error: boom',
    ]);
  });

  it('that rejects because it was cancelled costs nothing', async () => {
    const { clock, exporter, processor } = setUp(
      { obeysAbort: false },
      { maxExportBatchSize: 1, exportTimeoutMillis: 100 },
    );
    emit(processor, 1);
    await settled();
    const first = exporter.sends[0];
    first?.signal.addEventListener('abort', () => first.reject(first.signal.reason));
    await clock.advance(100);
    expect(processor.stats()).toMatchObject({ queued: 1, inFlight: 0, dropped: { failed: 0 } });
  });

  it('whose batch throws when it is measured costs that batch', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll });
    class Encoder extends LineEncoder {
      override take() {
        const batch = super.take();
        batch?.release();
        return batch;
      }
    }
    exporter.createEncoder = () => new Encoder();
    emit(processor, 2);
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ queued: 0, queuedBytes: 0, dropped: { encode_error: 2 } });
  });

  it('whose outcome throws when it is read costs that batch', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchSize: 1 });
    emit(processor, 1);
    await settled();
    exporter.sends[0]?.settle({
      kind: 'retryable',
      reason: 'x',
      get remaining(): never {
        return boom();
      },
    });
    await settled();
    expect(processor.stats()).toMatchObject({ queued: 0, queuedBytes: 0, dropped: { failed: 1 } });
  });

  it('whose batch throws in release is reported', async () => {
    const errors: string[] = [];
    const { clock, exporter, processor } = setUp(
      { answer: deliverAll },
      { onError: (error) => void errors.push(error.message) },
    );
    class Encoder extends LineEncoder {
      override take() {
        const batch = super.take();
        if (batch !== undefined) batch.release = boom;
        return batch;
      }
    }
    exporter.createEncoder = () => new Encoder();
    emit(processor, 1);
    await processor.forceFlush();
    await clock.advance(0);
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 0 });
    expect(errors).toEqual(["a batch's release threw (Error)"]);
  });
});

describe('the exporter is called', () => {
  it('outside of the AsyncLocalStorage of whoever emitted the record', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { clock, exporter, processor } = setUp(
      {
        answer: (send) => {
          seen.push(storage.getStore());
          send.deliver();
        },
      },
      { maxExportBatchSize: 2 },
    );
    exporter.forceFlush = async () => void seen.push(storage.getStore());
    storage.run('a request', () => emit(processor, 3));
    await clock.advance(1000);
    await storage.run('a request', () => processor.forceFlush());
    expect(seen).toEqual([undefined, undefined, undefined]);
  });
});

describe('a record that is emitted', () => {
  it('while another one is encoded is dropped and counted', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll });
    const body = {
      toString: () => {
        emit(processor, 1, 7);
        return 'outer';
      },
    };
    processor.onEmit(testRecord({ body }));
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['outer']]);
    expect(processor.stats()).toMatchObject({ delivered: 1, dropped: { re_entrant: 1 } });
  });

  it('by createEncoder or take does not recurse', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll });
    exporter.createEncoder = () => {
      emit(processor, 1, 7);
      const encoder = new LineEncoder();
      const take = encoder.take.bind(encoder);
      encoder.take = () => {
        emit(processor, 1, 8);
        return take();
      };
      return encoder;
    };
    emit(processor, 1);
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['r0']]);
    expect(processor.stats()).toMatchObject({ delivered: 1, dropped: { re_entrant: 2 } });
  });

  it('by the exporter inside send does not make an endless chain of exports', async () => {
    const { clock, exporter, processor } = setUp({
      answer: (send) => {
        emit(processor, 1, 7);
        send.deliver();
      },
    });
    emit(processor, 1);
    await clock.advance(10_000);
    expect(exporter.sentBodies).toEqual([['r0']]);
    expect(processor.stats()).toMatchObject({ delivered: 1, dropped: { re_entrant: 1 } });
  });

  it('and asks for a flush from inside its own encoding does not seal half of itself', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll });
    const flushes: Promise<void>[] = [];
    const body = {
      toString: () => {
        flushes.push(processor.forceFlush());
        return 'whole';
      },
    };
    emit(processor, 1);
    processor.onEmit(testRecord({ body }));
    await Promise.all(flushes);
    expect(exporter.sentBodies).toEqual([['r0', 'whole']]);
  });

  it('and asks for shutdown from inside its own encoding is delivered with what came before', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll });
    const body = {
      toString: () => {
        void processor.shutdown();
        return 'whole';
      },
    };
    emit(processor, 1);
    processor.onEmit(testRecord({ body }));
    await processor.shutdown();
    expect(exporter.sentBodies).toEqual([['r0', 'whole']]);
  });
});
