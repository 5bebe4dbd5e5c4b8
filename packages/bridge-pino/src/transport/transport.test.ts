// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';

import {
  captureDiagnostics,
  type OtlpReceiver,
  startOtlpHttpReceiver,
  startOtlpReceiver,
} from '@logferry-test/support';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { receivedRecords } from '../test-support/received-records.ts';
import { openTransport, type TransportSurroundings } from './open-transport.ts';
import type { TransportOptions } from './options.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

async function opened(options: TransportOptions = {}, surroundings: TransportSurroundings = {}): Promise<Writable> {
  return await openTransport(
    { exporterOptions: { endpoint: receiver.endpoint }, ...options },
    { port: null, environment: {}, ...surroundings },
  );
}

async function ended(stream: Writable): Promise<void> {
  stream.end();
  await once(stream, 'close');
}

/** The records of what `log` logs through the transport. */
async function logged(
  log: (logger: pino.Logger) => void,
  options: pino.LoggerOptions = {},
  transport: TransportOptions = {},
): Promise<ReturnType<typeof receivedRecords>['records']> {
  const stream = await opened(transport);
  log(pino({ base: null, ...options }, stream));
  await ended(stream);
  return receivedRecords(receiver).records;
}

test('a line becomes a record', async () => {
  const records = await logged(
    (logger) =>
      logger.child({ request: 7 }).info({ order: { id: 42, tags: ['new', null] }, ratio: 0.5 }, 'order %s', 'accepted'),
    { base: {}, name: 'shop', timestamp: () => ',"time":1767323045006' },
  );
  expect(records).toEqual([
    {
      scope: 'shop',
      severityNumber: 9,
      severityText: 'info',
      body: 'order accepted',
      attributes: { request: 7, order: { id: 42, tags: ['new', null] }, ratio: 0.5 },
      traceId: '',
      spanId: '',
      flags: 0,
      timeUnixNano: '1767323045006000000',
    },
  ]);
});

test.each([
  ['epochTime', ',"time":1767323045006', '1767323045006000000'],
  ['unixTime', ',"time":1767323045', '1767323045000000000'],
  ['isoTime', ',"time":"2026-01-02T03:04:05.006Z"', '1767323045006000000'],
  ['isoTimeNano', ',"time":"2026-01-02T03:04:05.006007008Z"', '1767323045006007008'],
  ['another key', ',"@timestamp":"2026-01-02T03:04:05.006Z"', '1767323045006000000'],
])('the time as %s is read', async (_about, written, timeUnixNano) => {
  const records = await logged((logger) => logger.info({ a: 1 }, 'hello'), { timestamp: () => written });
  expect(records).toMatchObject([{ timeUnixNano }]);
  expect(records[0]?.attributes).toEqual({ a: 1 });
});

test('a record without a time has that of its arrival, and one with an unreadable time keeps it', async () => {
  const before = BigInt(Date.now()) * 1_000_000n;
  const without = await logged((logger) => logger.info('hello'), { timestamp: false });
  expect(BigInt(without[0]?.timeUnixNano ?? 0)).toBeGreaterThanOrEqual(before);
  const unreadable = await logged(
    (logger) => logger.info('hello'),
    { timestamp: () => ',"when":"yesterday"' },
    { timeKey: 'when' },
  );
  expect(unreadable.at(-1)?.attributes).toEqual({ when: 'yesterday' });
  expect(BigInt(unreadable.at(-1)?.timeUnixNano ?? 0)).toBeGreaterThanOrEqual(before);
});

test.each([
  ['a label', (label: string) => ({ level: label })],
  ['another key', (label: string) => ({ severity: label.toUpperCase() })],
])('the level as %s is read', async (_about, level) => {
  const [record] = await logged((logger) => logger.error('hello'), { formatters: { level } });
  expect(record).toMatchObject({ severityNumber: 17, attributes: {} });
  expect(record?.severityText.toLowerCase()).toBe('error');
});

test('an error brings its type and the traces of its causes', async () => {
  const error = Object.assign(new RangeError('declined', { cause: new TypeError('no route') }), { code: 'E' });
  const [record] = await logged((logger) => logger.error(error));
  expect(record?.attributes).toEqual({
    'exception.type': 'RangeError',
    'exception.message': 'declined: no route',
    'exception.stacktrace': expect.stringMatching(/^RangeError: declined\n[^]*caused by: TypeError: no route\n/),
    'exception.code': 'E',
  });
});

test('trace fields are the trace of the record', async () => {
  const records = await logged((logger) => {
    logger.info({ trace_id: TRACE_ID, span_id: SPAN_ID, trace_flags: '01' }, 'a');
    logger.info({ trace_id: 'mine', span_id: 7 }, 'b');
  });
  expect(records).toMatchObject([
    { traceId: TRACE_ID, spanId: SPAN_ID, flags: 1, attributes: {} },
    { traceId: '', attributes: { trace_id: 'mine', span_id: 7 } },
  ]);
});

test('messageKey, errorKey and nestedKey of the options are obeyed', async () => {
  const keys = { messageKey: 'text', errorKey: 'failure', nestedKey: 'payload' };
  const [record] = await logged(
    (logger) =>
      logger.error({ failure: new RangeError('too far'), distance: 9, trace_id: TRACE_ID, span_id: SPAN_ID }, 'gone'),
    keys,
    keys,
  );
  expect(record).toMatchObject({
    body: 'gone',
    traceId: TRACE_ID,
    attributes: { payload: { distance: 9 }, 'exception.type': 'RangeError', 'exception.message': 'too far' },
  });
});

test('what pino says of its logger is obeyed, also when it is said in the turn of the first line', async () => {
  const { port1, port2 } = new MessageChannel();
  const stream = await opened({}, { port: port2 });
  const levels = { labels: { 35: 'notice' }, values: { notice: 35, info: 30 } };
  port1.postMessage({ code: 'PINO_CONFIG', config: { levels, messageKey: 'text', errorKey: 'failure' } });
  stream.write('{"level":35,"time":1767323045006,"text":"hello"}\n');
  await ended(stream);
  port1.close();
  expect(receivedRecords(receiver).records).toMatchObject([
    { body: 'hello', severityNumber: 11, severityText: 'notice' },
  ]);
});

test('lines may come in any pieces, and what is no JSON is a record too', async () => {
  const stream = await opened();
  const lines = [
    '{"level":30,"msg":"größe"}',
    '',
    'plain text',
    '42',
    '[1]',
    '{"level":40,"msg":"crlf"}\r',
    '{"level":50,"msg":"last"}',
  ];
  const bytes = Buffer.from(lines.join('\n'));
  for (let at = 0; at < bytes.length; at += 7) stream.write(bytes.subarray(at, at + 7));
  await ended(stream);
  expect(receivedRecords(receiver).records.map(({ body, severityNumber }) => [body, severityNumber])).toEqual([
    ['größe', 9],
    ['plain text', 0],
    ['42', 0],
    ['[1]', 0],
    ['crlf', 13],
    ['last', 17],
  ]);
});

test('the resource has the attributes of the options, of the variables and of the process', async () => {
  const environment = { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'region=eu%2C1,service.name=other' };
  const stream = await opened({ resourceAttributes: { tier: 'gold' } }, { environment });
  stream.write(`{"level":30,"pid":${process.pid},"hostname":"elsewhere","msg":"hello"}\n`);
  await ended(stream);
  const { records, resources } = receivedRecords(receiver);
  expect(resources).toEqual([
    {
      'service.name': 'shop',
      'process.pid': process.pid,
      'host.name': expect.any(String),
      region: 'eu,1',
      tier: 'gold',
    },
  ]);
  expect(records[0]?.attributes).toEqual({ 'host.name': 'elsewhere' });
});

test('a list of attributes that can not be read is reported and left out', async () => {
  const diagnostics = captureDiagnostics();
  const stream = await opened({}, { environment: { OTEL_RESOURCE_ATTRIBUTES: 'a=1,b' } });
  stream.write('{"level":30,"msg":"hello"}\n');
  await ended(stream);
  expect(receivedRecords(receiver).resources[0]).toEqual({
    'service.name': 'unknown_service:node',
    'process.pid': process.pid,
    'host.name': expect.any(String),
  });
  expect(diagnostics.messages).toEqual([
    expect.stringContaining(
      'the environment variable OTEL_RESOURCE_ATTRIBUTES is ignored: it must be a list of key=value',
    ),
  ]);
});

test('records go over OTLP/HTTP, and into files', async () => {
  const http = await startOtlpHttpReceiver();
  const directory = mkdtempSync(join(tmpdir(), 'bridge-pino-'));
  try {
    const overHttp = await opened({ exporter: 'otlp-http', exporterOptions: { endpoint: http.endpoint } });
    overHttp.write('{"level":30,"msg":"over HTTP"}\n');
    await ended(overHttp);
    expect(http.requests).toHaveLength(1);
    const path = join(directory, 'app.jsonl');
    const intoFile = await opened({ exporter: 'file', exporterOptions: { path } });
    intoFile.write('{"level":30,"msg":"into a file"}\n');
    await ended(intoFile);
    expect(readFileSync(path, 'utf8')).toContain('"into a file"');
  } finally {
    await http.close();
    rmSync(directory, { recursive: true });
  }
});

test.each([
  [{ exporter: 'smtp' }, `exporter must be one of 'otlp-grpc', 'otlp-http', 'file'; it is "smtp"`],
  [{ name: '' }, 'name must be a text that is not empty; it is ""'],
  [{ exporterOptions: 'x' }, 'exporterOptions must be an object; it is "x"'],
  [{ backpressureTimeoutMillis: -1 }, 'backpressureTimeoutMillis must be a whole number at least 0; it is -1'],
  [{ processorOptions: { maxQueueSize: 0 } }, 'maxQueueSize must be a whole number at least 1; it is 0'],
])('the bad option %j is refused', async (options, message) => {
  await expect(openTransport(options as unknown as TransportOptions, { port: null })).rejects.toThrow(message);
});

test('a queue of a few records loses nothing of many', async () => {
  const stream = await opened({ processorOptions: { maxQueueSize: 100, maxExportBatchSize: 10, severityReserve: 0 } });
  const lines = Array.from({ length: 2000 }, (_, index) => `{"level":30,"index":${index}}\n`);
  stream.write(lines.join(''));
  await ended(stream);
  const indexes = receivedRecords(receiver).records.map(({ attributes }) => attributes['index']);
  expect(new Set(indexes).size).toBe(2000);
  expect(indexes).toHaveLength(2000);
});
