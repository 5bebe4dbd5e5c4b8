// SPDX-License-Identifier: Apache-2.0

/** Each gap that users meet in pino-opentelemetry-transport: there in theirs, not in ours. Both run in the worker of a pino process. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { opentelemetry, startOtlpReceiver } from '@logferry-test/support';
import { PINO_OPENTELEMETRY_TRANSPORT } from '@logferry-test/sdk-0.2xx';
import { expect, test } from 'vitest';

import { SPAN } from '../suite-records.ts';

const PROGRAM = join(import.meta.dirname, '../../programs/pino-transport.ts');

/** What a receiver got of one record. */
interface Received {
  readonly severityNumber: number;
  readonly millis: number;
  readonly attributes: readonly string[];
  readonly flags: number;
  readonly traceId: string;
}

interface Both {
  readonly theirs: readonly Received[];
  readonly ours: readonly Received[];
  /** What the two programs wrote. */
  readonly output: { readonly theirs: string; readonly ours: string };
}

type Target = (endpoint: string) => readonly [target: string, options: object];

const OFFICIAL: Target = (endpoint) => {
  const exporterOptions = { protocol: 'grpc', grpcExporterOptions: { url: endpoint } };
  const logRecordProcessorOptions = { recordProcessorType: 'batch', exporterOptions };
  const options = { loggerName: 'shop', serviceVersion: '1.0.0', logRecordProcessorOptions };
  return [PINO_OPENTELEMETRY_TRANSPORT, options];
};

const OWN: Target = (endpoint) => ['@logferry/bridge-pino/transport', { exporterOptions: { endpoint } }];

/** What arrives of the same calls through each transport in the life of a process. */
async function throughBoth(...what: readonly string[]): Promise<Both> {
  const [theirs, ours] = await Promise.all([through(OFFICIAL, what), through(OWN, what)]);
  return { theirs: theirs.records, ours: ours.records, output: { theirs: theirs.output, ours: ours.output } };
}

async function through(
  target: Target,
  what: readonly string[],
): Promise<{ readonly records: readonly Received[]; readonly output: string }> {
  const receiver = await startOtlpReceiver();
  try {
    const [module, options] = target(receiver.endpoint);
    const child = spawn(process.execPath, [PROGRAM, module, JSON.stringify(options), ...what]);
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(`the program ended with ${code}:\n${output}`);
    return { records: receiver.requests.flatMap(({ bytes }) => recordsOf(bytes)), output };
  } finally {
    await receiver.close();
  }
}

function recordsOf(bytes: Uint8Array): Received[] {
  const { resourceLogs } = opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest.decode(bytes);
  return resourceLogs.flatMap(({ scopeLogs }) =>
    (scopeLogs ?? []).flatMap(({ logRecords }) =>
      (logRecords ?? []).map((record) => ({
        severityNumber: record.severityNumber ?? 0,
        millis: Number(BigInt(record.timeUnixNano as number) / 1_000_000n),
        attributes: (record.attributes ?? []).map(({ key }) => key ?? ''),
        flags: record.flags ?? 0,
        traceId: Buffer.from(record.traceId ?? []).toString('hex'),
      })),
    ),
  );
}

test('records with the time of isoTime never arrive', async () => {
  const { theirs, ours } = await throughBoth('isoTime');
  expect(theirs).toEqual([]);
  expect(ours).toMatchObject([{ millis: 1_767_323_045_006 }]);
});

test('the time of unixTime is another date', async () => {
  const { theirs, ours } = await throughBoth('unixTime');
  expect(theirs).toHaveLength(1);
  expect(theirs[0]?.millis).not.toBe(1_767_323_045_000);
  expect(ours).toMatchObject([{ millis: 1_767_323_045_000 }]);
});

test('a level that is written as a name is no severity', async () => {
  const { theirs, ours } = await throughBoth('level as a name');
  expect(theirs).toMatchObject([{ severityNumber: 0 }]);
  expect(ours).toMatchObject([{ severityNumber: 13 }]);
});

test('a level of the application has no severity', async () => {
  const { theirs, ours } = await throughBoth('notice');
  expect(theirs).toMatchObject([{ severityNumber: 0 }]);
  expect(ours).toMatchObject([{ severityNumber: 11 }]);
});

test('an error is no exception', async () => {
  const { theirs, ours } = await throughBoth('error');
  expect(theirs[0]?.attributes).toEqual(['err']);
  expect(ours[0]?.attributes).toEqual(['exception.type', 'exception.message', 'exception.stacktrace']);
});

test('the flags of a trace are a text, and not what was said', async () => {
  const fields = { trace_id: SPAN.traceId, span_id: SPAN.spanId, trace_flags: 'ff' };
  const { theirs, ours } = await throughBoth('fields', JSON.stringify(fields));
  expect(theirs.filter(({ flags }) => (flags & 0xff) === 0xff)).toEqual([]);
  expect(ours).toMatchObject([{ traceId: SPAN.traceId, flags: 0xff }]);
});

test('most of a burst is lost, and nothing says so', async () => {
  const { theirs, ours, output } = await throughBoth('burst', '50000');
  expect(theirs.length).toBeLessThan(25_000);
  expect(ours).toHaveLength(50_000);
  expect(output).toEqual({ theirs: '', ours: '' });
});
