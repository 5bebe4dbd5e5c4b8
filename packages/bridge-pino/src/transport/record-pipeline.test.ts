// SPDX-License-Identifier: Apache-2.0
import { Diagnostics, type FieldSink, type FieldWritingRecord, type ReadableLogRecord } from '@logferry/core';
import { ManualClock, testResource } from '@logferry/core/testing';
import { expect, test } from 'vitest';

import { LineStream } from './line-stream.ts';
import { LineWindow } from './line-window.ts';
import type { BatchingProcessor } from './load-exporter.ts';
import { resolveTransportOptions, type TransportOptions } from './options.ts';
import { LoggerFormat } from './pino-config.ts';
import type { QueueRoom } from './queue-room.ts';
import { RecordPipeline } from './record-pipeline.ts';

interface Arrived {
  readonly scope: string;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Whether the record handed its fields over. */
  readonly isFlat: boolean;
}

function fieldsOf(record: FieldWritingRecord): Pick<Arrived, 'body' | 'attributes'> {
  let body: unknown;
  const attributes: Record<string, unknown> = {};
  const sink: FieldSink = {
    body(value) {
      body = value;
    },
    bodyText({ bytes }, start, end) {
      body = bytes.toString('utf8', start, end);
    },
    attribute({ name }, value) {
      attributes[name] = value;
    },
    attributeText({ name }, { bytes }, start, end) {
      attributes[name] = bytes.toString('utf8', start, end);
    },
  };
  record.writeFieldsTo(sink);
  return { body, attributes };
}

/** What arrives of lines at an encoder that asks for fields, or reads records as objects. */
async function arrivedOf(
  lines: readonly string[],
  asksForFields: boolean,
  options: TransportOptions = {},
): Promise<Arrived[]> {
  const arrived: Arrived[] = [];
  const processor = {
    onEmit(record: ReadableLogRecord | FieldWritingRecord) {
      const isFlat = 'writeFieldsTo' in record;
      const { body, attributes } = isFlat && asksForFields ? fieldsOf(record) : record;
      arrived.push({ scope: record.instrumentationScope.name, body, attributes: { ...attributes }, isFlat });
    },
  } as unknown as BatchingProcessor;
  const clock = new ManualClock();
  const resolved = resolveTransportOptions(options);
  const pipeline = new RecordPipeline({
    format: new LoggerFormat(resolved, null),
    processor,
    resource: testResource({}),
    room: { wait: () => undefined } as unknown as QueueRoom,
    defaultScope: resolved.name,
    clock,
    diagnostics: new Diagnostics('test', clock),
  });
  const stream = new LineStream({ sink: pipeline, window: new LineWindow(), linesPerLook: 256 });
  // Each its own chunk, as of an application that logs now and then.
  for (const line of lines) await new Promise((resolve) => stream.write(`${line}\n`, resolve));
  return arrived;
}

const numbered = Array.from({ length: 40 }, (_, index) => `{"level":30,"time":1767323045006,"n":${index},"msg":"m"}`);

test('an encoder that asks for fields gets them of every line', async () => {
  const arrived = await arrivedOf(numbered, true);
  expect(arrived).toEqual(numbered.map((_, n) => ({ scope: 'pino', body: 'm', attributes: { n }, isFlat: true })));
});

test('an encoder that reads records gets the same, and soon as objects', async () => {
  const arrived = await arrivedOf(numbered, false);
  expect(arrived.map(({ body, attributes }) => ({ body, attributes }))).toEqual(
    numbered.map((_, n) => ({ body: 'm', attributes: { n } })),
  );
  expect(arrived.map(({ isFlat }) => isFlat)).toEqual(numbered.map((_, n) => n < 16));
});

test('no line is taken for a flat one where the fields are nested under a key', async () => {
  const [record] = await arrivedOf(['{"level":30,"time":1767323045006,"payload":{"err":5,"a":1}}'], true, {
    nestedKey: 'payload',
  });
  expect(record).toMatchObject({ isFlat: false, attributes: { payload: { err: 5, a: 1 } } });
});

test('beyond 1,000 names of loggers the name becomes an attribute', async () => {
  const named = Array.from({ length: 1002 }, (_, index) => `{"level":30,"time":1767323045006,"name":"n${index}"}`);
  const arrived = await arrivedOf([...named, ...named.slice(999)], true);
  const late = arrived.slice(999);
  expect(late.map(({ scope, attributes }) => [scope, attributes['logger.name']])).toEqual([
    ['n999', undefined],
    ['pino', 'n1000'],
    ['pino', 'n1001'],
    ['n999', undefined],
    ['pino', 'n1000'],
    ['pino', 'n1001'],
  ]);
});
