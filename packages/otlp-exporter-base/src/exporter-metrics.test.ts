// SPDX-License-Identifier: Apache-2.0
import { Diagnostics, Environment } from '@logferry/core';
import { ManualClock } from '@logferry/core/testing';
import { captureDiagnostics, CollectedMetrics, logBatch } from '@logferry-test/support';
import { type MeterProvider, metrics as globalMetrics } from '@opentelemetry/api';
import { expect, onTestFinished, test } from 'vitest';

import { type AttemptOutcome, OtlpExporter, resolveSharedOptions, type SharedExporterOptions } from './index.ts';

const OK = {
  kind: 'accepted',
  status: 'OK',
  statusCode: 'OK',
  rejectedCount: 0,
  message: undefined,
} satisfies AttemptOutcome;
const BUSY: AttemptOutcome = {
  kind: 'refused',
  status: 'UNAVAILABLE',
  statusCode: 'UNAVAILABLE',
  decision: 'retry',
  details: '',
  retryDelayMillis: undefined,
};
const BAD: AttemptOutcome = {
  kind: 'refused',
  status: 'INVALID_ARGUMENT',
  statusCode: 'INVALID_ARGUMENT',
  decision: 'drop',
  details: '',
  retryDelayMillis: undefined,
};

interface SetUp {
  readonly exporter: OtlpExporter;
  readonly metrics: CollectedMetrics;
  readonly clock: ManualClock;
  /** What the attributes of every point begin with. */
  readonly common: Readonly<Record<string, unknown>>;
}

let made = 0;

/** An exporter whose attempts take 100 ms each and end as the script says. */
function setUp(script: readonly AttemptOutcome[], options: SharedExporterOptions = {}, isTold = true): SetUp {
  const clock = new ManualClock();
  const metrics = new CollectedMetrics();
  const remaining = [...script];
  const diagnostics = new Diagnostics('test');
  const componentType = `scripted_${(made += 1)}_exporter`;
  const exporter = new OtlpExporter({
    options: resolveSharedOptions(
      {
        clock,
        ...(isTold ? { meterProvider: metrics.provider } : {}),
        retry: { initialBackoffMillis: 1000, jitter: 0 },
        ...options,
      },
      new Environment({}, diagnostics),
    ),
    diagnostics,
    target: 'nowhere',
    transport: {
      send: (_bytes, signal) =>
        new Promise((resolve) => {
          const timer = clock.setTimer(() => resolve(remaining.shift() ?? OK), 100);
          signal.addEventListener('abort', () => {
            timer.cancel();
            resolve({ kind: 'cancelled' });
          });
        }),
      close: () => undefined,
    },
    createEncoder: () => {
      throw new Error('bytes are given');
    },
    identity: {
      packageName: '@logferry/test',
      componentType,
      serverAddress: 'logs.example',
      serverPort: 4317,
      statusCodeAttribute: 'rpc.response.status_code',
    },
  });
  const common = {
    'otel.component.type': componentType,
    'otel.component.name': `${componentType}/0`,
    'server.address': 'logs.example',
    'server.port': 4317,
  };
  return { exporter, metrics, clock, common };
}

const forever = new AbortController().signal;

test('an export that is retried counts once, from its first attempt to its last', async () => {
  const { exporter, metrics, clock, common } = setUp([BUSY, OK]);
  const sent = exporter.send(logBatch(['a', 'b', 'c']), forever);
  expect((await metrics.collect())['otel.sdk.exporter.log.inflight']?.points).toEqual([
    { value: 3, attributes: common },
  ]);
  await clock.advance(100);
  await clock.advance(1000);
  await clock.advance(100);
  await sent;
  expect(await metrics.collect()).toEqual({
    'otel.sdk.exporter.log.inflight': {
      scope: '@logferry/test',
      unit: '{log_record}',
      kind: 'upDownCounter',
      points: [{ value: 0, attributes: common }],
    },
    'otel.sdk.exporter.log.exported': {
      scope: '@logferry/test',
      unit: '{log_record}',
      kind: 'counter',
      points: [{ value: 3, attributes: common }],
    },
    'otel.sdk.exporter.operation.duration': {
      scope: '@logferry/test',
      unit: 's',
      kind: 'histogram',
      points: [
        {
          value: expect.objectContaining({ count: 1, sum: 1.2 }) as unknown,
          attributes: { ...common, 'rpc.response.status_code': 'OK' },
        },
      ],
    },
  });
});

/** Points of records and of durations. */
async function outcome(metrics: CollectedMetrics): Promise<[records: unknown, durations: unknown, inflight: unknown]> {
  const collected = await metrics.collect();
  return [
    collected['otel.sdk.exporter.log.exported']?.points.map(({ value, attributes }) => [
      value,
      attributes['error.type'],
    ]),
    collected['otel.sdk.exporter.operation.duration']?.points.map(({ attributes }) => [
      attributes['error.type'],
      attributes['rpc.response.status_code'],
    ]),
    collected['otel.sdk.exporter.log.inflight']?.points.map(({ value }) => value),
  ];
}

test('a partial success counts what was refused as failed', async () => {
  const { exporter, metrics, clock } = setUp([{ ...OK, rejectedCount: 2 }]);
  const sent = exporter.send(logBatch(['a', 'b', 'c']), forever);
  await clock.advance(100);
  await sent;
  expect(await outcome(metrics)).toEqual([
    [
      [1, undefined],
      [2, 'rejected'],
    ],
    [['rejected', 'OK']],
    [0],
  ]);
});

test('a batch that is sent in parts is one export, with what became of each part', async () => {
  const { exporter, metrics, clock } = setUp([OK, BAD], { maxRequestBytes: 1024 });
  const sent = exporter.send(logBatch(['a'.repeat(600), 'b'.repeat(600), 'c'.repeat(2000)]), forever);
  for (let turn = 0; turn < 2; turn += 1) await clock.advance(100);
  await sent;
  expect(await outcome(metrics)).toEqual([
    [
      [1, undefined],
      [1, 'INVALID_ARGUMENT'],
      [1, 'too_large'],
    ],
    [['too_large', undefined]],
    [0],
  ]);
});

test('a batch that goes back to the caller is an export that failed, by the cause of its last attempt', async () => {
  const { exporter, metrics, clock } = setUp([BUSY]);
  const controller = new AbortController();
  const refused = exporter.send(logBatch(['a']), controller.signal);
  const unanswered = exporter.send(logBatch(['b', 'c']), controller.signal);
  await clock.advance(100);
  controller.abort();
  expect([await refused, await unanswered]).toMatchObject([{ kind: 'retryable' }, { kind: 'delivered' }]);
  const again = new AbortController();
  const sent = exporter.send(logBatch(['d', 'e', 'f']), again.signal);
  again.abort();
  expect(await sent).toMatchObject({ kind: 'retryable' });
  expect(await outcome(metrics)).toEqual([
    [
      [2, undefined],
      [1, 'UNAVAILABLE'],
      [3, 'cancelled'],
    ],
    [
      [undefined, 'OK'],
      ['UNAVAILABLE', 'UNAVAILABLE'],
      ['cancelled', undefined],
    ],
    [0],
  ]);
});

test('what comes after shutdown has failed', async () => {
  const { exporter, metrics } = setUp([]);
  await exporter.shutdown();
  await exporter.send(logBatch(['a']), forever);
  expect(await outcome(metrics)).toEqual([[[1, 'already_shutdown']], [['already_shutdown', undefined]], [0]]);
});

test('metrics do not go to the global meter provider', async () => {
  const collected = new CollectedMetrics();
  globalMetrics.setGlobalMeterProvider(collected.provider);
  onTestFinished(() => globalMetrics.disable());
  const { exporter, clock } = setUp([OK], {}, false);
  const sent = exporter.send(logBatch(['a']), forever);
  await clock.advance(100);
  await sent;
  expect(await collected.collect()).toEqual({});
});

test.each<[string, MeterProvider]>([
  [
    'at once',
    {
      getMeter: () => {
        throw new Error('secret');
      },
    },
  ],
  [
    'when something is recorded',
    {
      getMeter: () =>
        new Proxy({} as ReturnType<MeterProvider['getMeter']>, {
          get: () => () => ({
            add: () => {
              throw new Error('secret');
            },
          }),
        }),
    },
  ],
])('a meter provider that throws %s costs no record', async (_when, meterProvider) => {
  const diagnostics = captureDiagnostics();
  onTestFinished(() => diagnostics.stop());
  const { exporter, clock } = setUp([OK], { meterProvider });
  const sent = exporter.send(logBatch(['a']), forever);
  await clock.advance(100);
  expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(diagnostics.messages).toEqual([
    'error: test: the meter provider threw; metrics about the exporter are missing or incomplete',
  ]);
});

test('what is no meter provider is refused', () => {
  expect(() => setUp([], { meterProvider: {} as MeterProvider })).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: 'meterProvider must be a MeterProvider; it is a value of type object',
    }),
  );
});
