// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { ManualClock, pendingResource, testRecord } from '@logferry/core/testing';
import { logBodies, type OtlpReceiver, type OtlpReceiverOptions, startOtlpReceiver } from '@logferry-test/support';
import { expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

async function receiverOf(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

function exporterTo(receiver: OtlpReceiver, options: OtlpGrpcLogRecordExporterOptions = {}): OtlpGrpcLogRecordExporter {
  const exporter = new OtlpGrpcLogRecordExporter({ endpoint: receiver.endpoint, environment: {}, ...options });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

function exported(exporter: OtlpGrpcLogRecordExporter, records: ReadableLogRecord[]): Promise<{ code: number }> {
  return new Promise((resolve) => {
    exporter.export(records, resolve);
  });
}

test('exports at the same time keep their records apart, each in a request of its own', async () => {
  const receiver = await receiverOf({ respond: () => ({ kind: 'ok', delayMillis: 5 }) });
  const exporter = exporterTo(receiver);
  const expected = Array.from({ length: 50 }, (_, index) => [`${index} a`, `${index} b`]);
  const results = await Promise.all(
    expected.map((bodies) =>
      exported(
        exporter,
        bodies.map((body) => testRecord({ body })),
      ),
    ),
  );
  expect(new Set(results.map(({ code }) => code))).toEqual(new Set([0]));
  const arrived = receiver.requests.map(({ bytes }) => logBodies(bytes).join());
  expect(new Set(arrived)).toEqual(new Set(expected.map((bodies) => bodies.join())));
  expect(arrived.length).toBe(50);
});

test('an export that waits for its resource does not mix with one that does not, nor leave records behind when it is given up', async () => {
  const clock = new ManualClock();
  const receiver = await receiverOf();
  const exporter = exporterTo(receiver, { clock });
  const { resource } = pendingResource({}, {});
  const waiting = exported(exporter, [testRecord({ body: 'waits', resource })]);
  expect(await exported(exporter, [testRecord({ body: 'first' })])).toEqual({ code: 0 });
  await clock.advance(30_000);
  expect(await waiting).toMatchObject({ code: 1 });
  expect(await exported(exporter, [testRecord({ body: 'second' })])).toEqual({ code: 0 });
  expect(await exported(exporter, [testRecord({ body: 'third' })])).toEqual({ code: 0 });
  expect(receiver.requests.map(({ bytes }) => logBodies(bytes))).toEqual([['first'], ['second'], ['third']]);
});
