// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream';

import { type ExportResult, isEncodingExporter } from '@logferry/core';
import { ManualClock, pendingResource, testRecord } from '@logferry/core/testing';
import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { expect, test } from 'vitest';

import { CaptureStream, SlowStream } from '../fixtures/capture-stream.ts';
import { ConsoleLogRecordExporter, type ConsoleLogRecordExporterOptions } from './index.ts';

const never = new AbortController().signal;

function makeExporter(options: ConsoleLogRecordExporterOptions): ConsoleLogRecordExporter {
  return new ConsoleLogRecordExporter({ format: 'pretty', environment: {}, ...options });
}

function batchOf(exporter: ConsoleLogRecordExporter, ...severities: number[]) {
  const encoder = exporter.createEncoder();
  for (const severityNumber of severities) encoder.append(testRecord({ severityNumber, severityText: undefined }));
  const batch = encoder.take();
  if (batch === undefined) throw new Error('no batch');
  return batch;
}

function exported(exporter: ConsoleLogRecordExporter, ...bodies: string[]): Promise<ExportResult> {
  return new Promise((resolve) => {
    exporter.export(
      bodies.map((body) => testRecord({ body })),
      resolve,
    );
  });
}

function systemError(code: string): Error {
  return Object.assign(new Error(`write ${code}`), { code });
}

const INFO = '00:00:00.123Z INFO  orders order accepted\n';
const WARN = '00:00:00.123Z WARN  orders order accepted\n';
const FATAL = '00:00:00.123Z FATAL orders order accepted\n';

test('it takes bytes, one batch at a time', () => {
  const exporter = makeExporter({ stdout: new CaptureStream() });
  expect(isEncodingExporter(exporter)).toBe(true);
  expect(exporter.maxConcurrentSends).toBe(1);
});

test('a stream that writes at once has the lines when export and send return', () => {
  const stdout = new CaptureStream();
  const exporter = makeExporter({ stdout });
  exporter.export([testRecord()], () => {});
  expect(stdout.text).toBe(INFO);
});

test('records of the given severity and above go to stderr, in the order of the records', async () => {
  const written: string[] = [];
  const stream = (name: string): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, callback) {
        // As a pipe does: later than the call.
        setImmediate(() => {
          written.push(`${name}: ${chunk.toString().trimEnd().split('\n').length}`);
          callback();
        });
      },
    });
  const exporter = makeExporter({ stdout: stream('stdout'), stderr: stream('stderr'), stderrMinSeverity: 13 });
  const outcome = await exporter.send(batchOf(exporter, 9, 9, 13, 21, 12, 13, 1), never);
  expect(outcome).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(written).toEqual(['stdout: 2', 'stderr: 2', 'stdout: 1', 'stderr: 1', 'stdout: 1']);
});

test('one stream for both gets everything in order', async () => {
  const both = new CaptureStream();
  const exporter = makeExporter({ stdout: both, stderr: both, stderrMinSeverity: 13 });
  await exporter.send(batchOf(exporter, 13, 9, 21), never);
  expect(both.text).toBe(WARN + INFO + FATAL);
});

test('exports that overlap are written in their order, and flush waits for them', async () => {
  const stdout = new SlowStream();
  const exporter = makeExporter({ stdout });
  const results = [exported(exporter, 'first'), exported(exporter, 'second', 'third')];
  let flushed = false;
  const flush = exporter.forceFlush().then(() => {
    flushed = true;
  });
  stdout.take();
  expect(await results[0]).toEqual({ code: 0 });
  expect(flushed).toBe(false);
  await expect.poll(() => stdout.writableLength).toBeGreaterThan(0);
  stdout.take();
  await flush;
  expect(await results[1]).toEqual({ code: 0 });
  const text = ['first', 'second', 'third'].map((body) => `00:00:00.123Z INFO  orders ${body}\n`).join('');
  expect(stdout.taken.join('')).toBe(text);
  expect(exporter.stats()).toEqual({ writtenRecords: 3, writtenBytes: text.length, failedRecords: 0 });
});

test('a failed write is an outcome: nothing is thrown, no event is uncaught, no listener stays', async () => {
  const stdout = new SlowStream();
  const exporter = makeExporter({ stdout });
  const sent = exporter.send(batchOf(exporter, 9, 9), never);
  expect(stdout.listenerCount('error')).toBe(1);
  stdout.take(systemError('EPIPE'));
  expect(await sent).toEqual({ kind: 'failed', reason: 'stdout failed with EPIPE' });
  // The stream destroys itself after the first failure; later writes fail as well.
  expect(await exported(exporter, 'late')).toMatchObject({
    code: 1,
    error: { code: 'EXPORT_FAILED', message: 'stdout failed with ERR_STREAM_DESTROYED' },
  });
  await expect.poll(() => stdout.listenerCount('error')).toBe(0);
  expect(stdout.listenerCount('close')).toBe(0);
  expect(exporter.stats()).toEqual({ writtenRecords: 0, writtenBytes: 0, failedRecords: 3 });
});

test('the error event of a stream that takes its time to close is caught as well', async () => {
  let close!: () => void;
  const stdout = new Writable({
    write: (_chunk, _encoding, callback) => callback(systemError('EIO')),
    destroy: (error, callback) => {
      close = () => callback(error);
    },
  });
  const exporter = makeExporter({ stdout });
  expect(await exporter.send(batchOf(exporter, 9), never)).toEqual({
    kind: 'failed',
    reason: 'stdout failed with EIO',
  });
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  expect(stdout.listenerCount('error')).toBe(1);
  close();
  await expect.poll(() => stdout.listenerCount('error')).toBe(0);
});

test("the application's own error listener hears what it always heard", async () => {
  const heard: unknown[] = [];
  const stdout = new SlowStream({ autoDestroy: false });
  stdout.on('error', (error) => heard.push(error));
  const exporter = makeExporter({ stdout });
  const sent = exporter.send(batchOf(exporter, 9), never);
  const error = systemError('EPIPE');
  stdout.take(error);
  await sent;
  await expect.poll(() => stdout.listenerCount('error')).toBe(1);
  expect(heard).toEqual([error]);
});

test('a hundred writes leave no listener and no warning behind', async () => {
  const stdout = new CaptureStream();
  const exporter = makeExporter({ stdout });
  const results = await Promise.all(Array.from({ length: 100 }, (_, index) => exported(exporter, `n${index}`)));
  expect(results.map((result) => result.code)).toEqual(Array.from({ length: 100 }, () => 0));
  expect(stdout.lines).toHaveLength(100);
  expect(stdout.eventNames().filter((name) => stdout.listenerCount(name) > 0 && name !== 'finish')).toEqual([]);
});

test('a write that throws is a failure, and its text stays out of the reason', async () => {
  const stdout = new Writable();
  stdout.write = () => {
    throw new Error('secret');
  };
  const exporter = makeExporter({ stdout });
  expect(await exporter.send(batchOf(exporter, 9), never)).toEqual({
    kind: 'failed',
    reason: 'stdout failed with an error',
  });
});

test('when one stream fails, the lines of the other one are delivered', async () => {
  const stdout = new CaptureStream();
  const stderr = new SlowStream();
  const exporter = makeExporter({ stdout, stderr, stderrMinSeverity: 13 });
  const sent = exporter.send(batchOf(exporter, 9, 13, 9), never);
  stderr.take(systemError('EPIPE'));
  expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 1, message: 'stderr failed with EPIPE' });
  expect(stdout.text).toBe(INFO + INFO);
  expect(exporter.stats()).toEqual({ writtenRecords: 2, writtenBytes: 2 * INFO.length, failedRecords: 1 });
});

test('an aborted send gives back what no stream has, and counts what can not be taken back as failed', async () => {
  const stdout = new SlowStream();
  const stderr = new CaptureStream();
  const exporter = makeExporter({ stdout, stderr, stderrMinSeverity: 13 });
  const abort = new AbortController();
  const sent = exporter.send(batchOf(exporter, 13, 9, 13, 21), abort.signal);
  expect(stderr.text).toBe(WARN);
  abort.abort();
  const outcome = await sent;
  expect(outcome).toMatchObject({
    kind: 'retryable',
    reason: 'stdout did not take the lines in time',
    rejectedCount: 1,
    remaining: { recordCount: 2 },
  });
  // While the reader stands still nothing is added to what the stream holds.
  const remaining = outcome.kind === 'retryable' ? outcome.remaining : undefined;
  if (remaining === undefined) throw new Error('nothing remains');
  expect(await exporter.send(batchOf(exporter, 9), never)).toEqual({
    kind: 'retryable',
    reason: 'the reader stands still',
    retryAfterMillis: 1000,
  });
  stdout.take();
  expect(await exporter.send(remaining, never)).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(stdout.taken).toEqual([INFO]);
  expect(stderr.text).toBe(WARN + WARN + FATAL);
  expect(exporter.stats()).toMatchObject({ writtenRecords: 3, failedRecords: 1 });
});

test('a send that was aborted before it began has written nothing', async () => {
  const stdout = new CaptureStream();
  const exporter = makeExporter({ stdout });
  expect(await exporter.send(batchOf(exporter, 9), AbortSignal.abort())).toEqual({
    kind: 'retryable',
    reason: 'aborted before it was written',
  });
  expect(stdout.text).toBe('');
  expect(exporter.stats().failedRecords).toBe(0);
});

test('a send that is aborted while it waits for its turn leaves, and the next one goes on', async () => {
  const stdout = new SlowStream();
  const exporter = makeExporter({ stdout });
  const first = exported(exporter, 'first');
  const abort = new AbortController();
  const aborted = exporter.send(batchOf(exporter, 9), abort.signal);
  const last = exporter.send(batchOf(exporter, 13), never);
  abort.abort();
  expect(await aborted).toEqual({ kind: 'retryable', reason: 'aborted before it was written' });
  stdout.take();
  await first;
  await expect.poll(() => stdout.writableLength).toBeGreaterThan(0);
  stdout.take();
  expect(await last).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(stdout.taken).toEqual(['00:00:00.123Z INFO  orders first\n', WARN]);
});

test('an export and a flush end after the timeout when the reader stands still', async () => {
  const clock = new ManualClock();
  const stdout = new SlowStream();
  const exporter = makeExporter({ stdout, clock, writeTimeoutMillis: 500 });
  const results = [exported(exporter, 'held'), exported(exporter, 'behind')];
  const flush = exporter.forceFlush().then(
    () => 'flushed',
    (error: unknown) => error,
  );
  await clock.advance(500);
  expect(await results[0]).toMatchObject({ code: 1, error: { message: 'stdout did not take the lines in time' } });
  expect(await results[1]).toMatchObject({ code: 1, error: { message: 'the reader stands still' } });
  expect(await flush).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: 'the streams did not take all lines within 500 ms',
  });
  expect(exporter.stats()).toEqual({ writtenRecords: 0, writtenBytes: 0, failedRecords: 2 });
  expect(clock.pendingTimers).toBe(0);
});

test('an export ends after the timeout when attributes of the resource never come', async () => {
  const clock = new ManualClock();
  const stdout = new CaptureStream();
  const exporter = makeExporter({ stdout, clock, writeTimeoutMillis: 500, format: 'json', includeResource: true });
  const { resource } = pendingResource({ 'service.name': 'orders' }, {});
  const result = new Promise<ExportResult>((resolve) => {
    exporter.export([testRecord({ resource }), testRecord({ resource })], resolve);
  });
  await clock.advance(500);
  expect(await result).toMatchObject({
    code: 1,
    error: { message: "the resource's asynchronous attributes were not known in time" },
  });
  expect(exporter.stats()).toEqual({ writtenRecords: 0, writtenBytes: 0, failedRecords: 2 });
  expect(clock.pendingTimers).toBe(0);
});

test('what waits for a slow reader is bounded in bytes', async () => {
  const stdout = new SlowStream();
  const exporter = makeExporter({ stdout, maxPendingBytes: 65_536 });
  const body = 'x'.repeat(30_000);
  const results = [exported(exporter, body), exported(exporter, body), exported(exporter, body)];
  expect(await results[2]).toMatchObject({
    code: 1,
    error: { message: 'more than 65536 bytes wait for the reader' },
  });
  stdout.take();
  await results[0];
  await expect.poll(() => stdout.writableLength).toBeGreaterThan(0);
  stdout.take();
  expect(await results[1]).toEqual({ code: 0 });
  expect(exporter.stats()).toMatchObject({ writtenRecords: 2, failedRecords: 1 });
});

test('shutdown writes what was handed over, refuses what follows and leaves the streams open', async () => {
  const stdout = new SlowStream();
  const exporter = makeExporter({ stdout });
  const before = exported(exporter, 'before');
  const shutdown = exporter.shutdown();
  expect(exporter.shutdown()).toBe(shutdown);
  expect(await exported(exporter, 'after')).toMatchObject({
    code: 1,
    error: { code: 'ALREADY_SHUTDOWN', message: 'the exporter is shut down' },
  });
  expect(await exporter.send(batchOf(exporter, 9), never)).toEqual({
    kind: 'failed',
    reason: 'the exporter is shut down',
  });
  stdout.take();
  await shutdown;
  expect(await before).toEqual({ code: 0 });
  expect(stdout.writable).toBe(true);
  expect(exporter.stats()).toMatchObject({ writtenRecords: 1, failedRecords: 2 });
});

test('a callback that throws harms nobody', async () => {
  const stdout = new CaptureStream();
  const exporter = makeExporter({ stdout });
  exporter.export([testRecord()], () => {
    throw new Error('from the callback');
  });
  await exporter.forceFlush();
  expect(await exported(exporter, 'next')).toEqual({ code: 0 });
  await exporter.shutdown();
  exporter.export([testRecord()], () => {
    throw new Error('from the callback');
  });
});

test('a batch splits into parts that keep their streams', async () => {
  const stdout = new CaptureStream();
  const stderr = new CaptureStream();
  const exporter = makeExporter({ stdout, stderr, stderrMinSeverity: 13 });
  const batch = batchOf(exporter, 9, 13, 9);
  const parts = batch.split();
  batch.release();
  expect(parts.some((part) => part.bytes.buffer === batch.bytes.buffer)).toBe(false);
  expect(parts.map((part) => part.recordCount)).toEqual([1, 2]);
  expect(parts.map((part) => part.split().length)).toEqual([1, 2]);
  for (const part of parts) await exporter.send(part, never);
  expect(stdout.text).toBe(INFO + INFO);
  expect(stderr.text).toBe(WARN);
});

test('bytes of another origin go to stdout as they are', async () => {
  const stdout = new CaptureStream();
  const exporter = makeExporter({ stdout });
  const foreign = { bytes: new TextEncoder().encode('line\n'), recordCount: 1, split: () => [foreign], release() {} };
  expect(await exporter.send(foreign, never)).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(stdout.text).toBe('line\n');
});

test.each([
  ['simple', SimpleLogRecordProcessor],
  ['batch', BatchLogRecordProcessor],
] as const)('it works with the official %s processor', async (_name, Processor) => {
  const stdout = new CaptureStream();
  const exporter = makeExporter({ stdout });
  const provider = new LoggerProvider({ processors: [new Processor({ exporter })] });
  const logger = provider.getLogger('shop');
  for (let index = 0; index < 1000; index += 1) {
    logger.emit({ severityNumber: 9, body: `order ${index}`, timestamp: new Date(1000) });
  }
  await provider.shutdown();
  expect(stdout.lines).toEqual(Array.from({ length: 1000 }, (_, index) => `00:00:01.000Z INFO  shop order ${index}`));
});
