// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { expect, test } from 'vitest';

import { CaptureStream } from '../fixtures/capture-stream.ts';
import { ConsoleLogRecordExporter, type ConsoleLogRecordExporterOptions } from './index.ts';

const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

async function pretty(
  fields: Parameters<typeof testRecord>[0],
  options: ConsoleLogRecordExporterOptions = {},
): Promise<string> {
  const stdout = new CaptureStream();
  const exporter = new ConsoleLogRecordExporter({ format: 'pretty', stdout, environment: {}, ...options });
  exporter.export([testRecord(fields)], () => {});
  await exporter.shutdown();
  return stdout.text;
}

test('a record is one line: time, level, scope, message, attributes, trace', async () => {
  const attributes = { 'order.id': 42, paid: true, coupon: null, user: 'Ada Lovelace', items: ['a', { n: 1.5 }] };
  expect(await pretty({ attributes, spanContext: SPAN })).toBe(
    '00:00:00.123Z INFO  orders order accepted order.id=42 paid=true coupon=null user="Ada Lovelace" items=["a",{"n":1.5}] trace=0af76519\n',
  );
});

test('each part has its colour', async () => {
  expect(await pretty({ attributes: { 'order.id': 42 }, spanContext: SPAN }, { colour: true })).toBe(
    '\u001b[2m00:00:00.123Z\u001b[0m \u001b[32mINFO \u001b[0m \u001b[36morders\u001b[0m order accepted' +
      ' \u001b[2morder.id=\u001b[0m42 \u001b[2mtrace=0af76519\u001b[0m\n',
  );
});

test.each([
  [{ severityNumber: 1 }, '2', 'TRACE'],
  [{ severityNumber: 5 }, '34', 'DEBUG'],
  [{ severityNumber: 12 }, '32', 'INFO4'],
  [{ severityNumber: 14 }, '33', 'WARN2'],
  [{ severityNumber: 17 }, '31', 'ERROR'],
  [{ severityNumber: 24 }, '1;37;41', 'FATAL4'],
  [{ severityNumber: 9, severityText: 'audit' }, '32', 'AUDIT'],
  [{ severityNumber: 9, severityText: 'a very long level' }, '32', 'A VERY LONG '],
])('the level of %o', async (fields, codes, name) => {
  const text = await pretty({ severityText: undefined, body: '', ...fields }, { colour: true });
  expect(text).toBe(`\u001b[2m00:00:00.123Z\u001b[0m \u001b[${codes}m${name}\u001b[0m \u001b[36morders\u001b[0m\n`);
});

test('a record without severity, scope and body is still a line', async () => {
  const fields = {
    severityNumber: undefined,
    severityText: undefined,
    body: undefined,
    instrumentationScope: { name: '' },
  };
  expect(await pretty(fields)).toBe('00:00:00.123Z -    \n');
});

test('a record without a time of its own shows when it was observed', async () => {
  expect(await pretty({ hrTime: [0, 0], hrTimeObserved: [1_767_225_661, 5_000_000] })).toBe(
    '00:01:01.005Z INFO  orders order accepted\n',
  );
});

test('the time of day can be local', async () => {
  const local = new Date(1_767_225_600_123);
  const [hours, minutes] = [local.getHours(), local.getMinutes()].map((part) => String(part).padStart(2, '0'));
  expect(await pretty({}, { timeZone: 'local' })).toBe(`${hours}:${minutes}:00.123 INFO  orders order accepted\n`);
});

test('an event shows its name: in place of the message, or behind it', async () => {
  expect(await pretty({ eventName: 'order.placed', body: undefined })).toBe(
    '00:00:00.123Z INFO  orders order.placed\n',
  );
  expect(await pretty({ eventName: 'order.placed' })).toBe(
    '00:00:00.123Z INFO  orders order accepted event=order.placed\n',
  );
});

test('a body that is no text is shown as JSON', async () => {
  expect(await pretty({ body: { user: 'ada', n: 1n } })).toBe('00:00:00.123Z INFO  orders {"user":"ada","n":1}\n');
});

test('ids that are no ids are left out', async () => {
  expect(await pretty({ spanContext: { ...SPAN, traceId: '\u001b[2J' } })).toBe(
    '00:00:00.123Z INFO  orders order accepted\n',
  );
});

test('an exception stands below the line, its stack indented and its causes as they are', async () => {
  const attributes = {
    'order.id': 7,
    'exception.type': 'PaymentError',
    'exception.message': 'card declined',
    'exception.stacktrace':
      'PaymentError: card declined\n    at pay (pay.js:1:2)\nCaused by: Error: ECONNRESET\n    at net.js:3:4\n',
  };
  expect(await pretty({ body: 'payment failed', severityText: 'ERROR', severityNumber: 17, attributes })).toBe(
    [
      '00:00:00.123Z ERROR orders payment failed order.id=7',
      '    PaymentError: card declined',
      '        at pay (pay.js:1:2)',
      '    Caused by: Error: ECONNRESET',
      '        at net.js:3:4',
      '',
    ].join('\n'),
  );
  expect(await pretty({ body: 'x', attributes }, { colour: true })).toContain(
    'x \u001b[2morder.id=\u001b[0m7\n' +
      '    \u001b[31mPaymentError: card declined\u001b[0m\n' +
      '    \u001b[2m    at pay (pay.js:1:2)\u001b[0m\n' +
      '    \u001b[31mCaused by: Error: ECONNRESET\u001b[0m\n' +
      '    \u001b[2m    at net.js:3:4\u001b[0m\n',
  );
});

test('an exception without a stack, or whose stack lacks the message, shows type and message', async () => {
  const named = { 'exception.type': 'TypeError', 'exception.message': 'x is\nundefined' };
  expect(await pretty({ body: 'm', attributes: named })).toBe(
    '00:00:00.123Z INFO  orders m\n    TypeError: x is\n    undefined\n',
  );
  expect(await pretty({ body: 'm', attributes: { ...named, 'exception.stacktrace': '    at a.js:1:1' } })).toBe(
    '00:00:00.123Z INFO  orders m\n    TypeError: x is\n    undefined\n        at a.js:1:1\n',
  );
  expect(await pretty({ body: 'm', attributes: { 'exception.type': 5 } })).toBe(
    '00:00:00.123Z INFO  orders m exception.type=5\n',
  );
});

function errorWithStack(name: string, message: string, cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.name = name;
  error.stack = `${name}: ${message}\n    at ${name}.js:1:1`;
  return error;
}

test('an error as the body or as an attribute shows its stack and the chain of its causes', async () => {
  const root = errorWithStack('Root', 'refused');
  const both = new AggregateError([errorWithStack('A', 'a', root), 'plain'], 'both');
  both.stack = 'AggregateError: both';
  const circular = errorWithStack('Circular', 'c', both);
  both.cause = circular;
  expect(await pretty({ body: circular, attributes: { err: root } })).toBe(
    [
      '00:00:00.123Z INFO  orders Circular: c err="Root: refused"',
      '    Circular: c',
      '        at Circular.js:1:1',
      '    Caused by: AggregateError: both',
      '        Caused by: A: a',
      '            at A.js:1:1',
      '        Caused by: Root: refused',
      '            at Root.js:1:1',
      '        Caused by: plain',
      '    Caused by: [Circular]',
      '    Root: refused',
      '        at Root.js:1:1',
      '',
    ].join('\n'),
  );
});

test('nothing in a value can end the line, command the terminal or hide', async () => {
  const evil =
    'a\r\n00:00:00 FATAL forged\u001b[2J\u009b1m\u0085\u2028\u2029\u202e\u200b\u200d\u00ad\ufeff\u007f\u0000\u{e0041}';
  const escaped =
    'a\\r\\n00:00:00 FATAL forged\\u001b[2J\\u009b1m\\u0085\\u2028\\u2029\\u202e\\u200b\\u200d\\u00ad\\ufeff\\u007f\\u0000\\udb40\\udc41';
  expect(
    await pretty({
      body: evil,
      severityText: '\u001bx\n',
      instrumentationScope: { name: evil },
      attributes: { [evil]: evil, nested: { [evil]: [evil] } },
    }),
  ).toBe(
    `00:00:00.123Z \\u001bX\\n   ${escaped} ${escaped} "${escaped}"="${escaped}" nested={"${escaped}":["${escaped}"]}\n`,
  );
});

test('a stack can not forge a line: what follows a line break of its own is indented, everything else is escaped', async () => {
  const attributes = { 'exception.stacktrace': 'Error: x\n00:00:00 FATAL forged\r00:00:00 \u001b[2J\u0085y' };
  expect(await pretty({ body: 'm', attributes })).toBe(
    '00:00:00.123Z INFO  orders m\n    Error: x\n    00:00:00 FATAL forged\n    00:00:00 \\u001b[2J\\u0085y\n',
  );
});

test('a long text is cut at the limit, and the line says by how much', async () => {
  const text = await pretty({ body: 'x'.repeat(10_000), attributes: { a: 1 } }, { maxRecordBytes: 4096 });
  const [, shown, left] = /^00:00:00\.123Z INFO {2}orders (x+)…\[\+(\d+)\] \.\.\.\[cut\]\n$/.exec(text) ?? [];
  expect((shown ?? '').length + Number(left)).toBe(10_000);
  expect(Buffer.byteLength(text)).toBeGreaterThan(3000);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
});

test('a stack of megabytes is cut at the limit', async () => {
  const attributes = { 'exception.stacktrace': `Error: deep\n${'    at f (f.js:1:1)\n'.repeat(500_000)}` };
  const text = await pretty({ body: 'm', attributes }, { maxRecordBytes: 4096 });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
  expect(text.startsWith('00:00:00.123Z INFO  orders m\n    Error: deep\n        at f (f.js:1:1)\n')).toBe(true);
  expect(text.endsWith('\n    ...[cut]\n')).toBe(true);
});
