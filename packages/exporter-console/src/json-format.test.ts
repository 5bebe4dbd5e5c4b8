// SPDX-License-Identifier: Apache-2.0
import { pendingResource, testRecord, testResource } from '@logferry/core/testing';
import { expect, test } from 'vitest';

import { CaptureStream } from '../fixtures/capture-stream.ts';
import { ConsoleLogRecordExporter, type ConsoleLogRecordExporterOptions } from './index.ts';

const START = '{"time":"2026-01-01T00:00:00.123456789Z","severity":"INFO","severityNumber":9,"scope":"orders"';

async function json(
  fields: Parameters<typeof testRecord>[0],
  options: ConsoleLogRecordExporterOptions = {},
): Promise<string> {
  const stdout = new CaptureStream();
  const exporter = new ConsoleLogRecordExporter({ stdout, environment: {}, ...options });
  exporter.export([testRecord(fields)], () => {});
  await exporter.shutdown();
  return stdout.text;
}

test('a record is one object on one line, with the fields that it has', async () => {
  const spanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  const attributes = { 'order.id': 42, tags: ['a', true, null], nested: { x: 1.5 } };
  expect(await json({ attributes, spanContext, eventName: 'order.placed', droppedAttributesCount: 2 })).toBe(
    `${START},"eventName":"order.placed","body":"order accepted",` +
      '"attributes":{"order.id":42,"tags":["a",true,null],"nested":{"x":1.5}},' +
      '"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","traceFlags":1,"droppedAttributesCount":2}\n',
  );
  const bare = {
    severityNumber: undefined,
    severityText: undefined,
    body: undefined,
    instrumentationScope: { name: '' },
  };
  expect(await json(bare)).toBe('{"time":"2026-01-01T00:00:00.123456789Z"}\n');
});

test('the severity is the text that the record has, otherwise the name of its number', async () => {
  const start = '{"time":"2026-01-01T00:00:00.123456789Z",';
  expect(await json({ severityText: 'notice', severityNumber: 10, body: undefined })).toBe(
    `${start}"severity":"notice","severityNumber":10,"scope":"orders"}\n`,
  );
  expect(await json({ severityText: undefined, severityNumber: 10, body: undefined })).toBe(
    `${start}"severity":"INFO2","severityNumber":10,"scope":"orders"}\n`,
  );
  expect(await json({ severityText: undefined, severityNumber: 0, body: undefined })).toBe(
    `${start}"scope":"orders"}\n`,
  );
});

test('values that JSON lacks have a form', async () => {
  const circular: unknown[] = [];
  circular.push(circular);
  const body = {
    small: 5n,
    large: 2n ** 60n,
    nan: Number.NaN,
    infinite: -Infinity,
    zero: -0,
    bytes: Uint8Array.of(1, 2, 3),
    date: new Date(0),
    map: new Map([['k', 'v']]),
    set: new Set([1]),
    nothing: undefined,
    circular,
    get broken(): never {
      throw new Error('no');
    },
  };
  expect(await json({ body })).toBe(
    `${START},"body":{"small":5,"large":"1152921504606846976","nan":"NaN","infinite":"-Infinity","zero":-0,"bytes":"AQID",` +
      '"date":"1970-01-01T00:00:00.000Z","map":{"k":"v"},"set":[1],"nothing":null,"circular":["[Circular]"],"broken":"[Throws]"}}\n',
  );
});

test('an error keeps its stack and its causes', async () => {
  const cause = new TypeError('refused');
  cause.stack = 'TypeError: refused\n    at a.js:1:1';
  const error = Object.assign(new Error('failed', { cause }), { code: 'E_PAY' });
  error.stack = 'Error: failed\n    at b.js:1:1';
  expect(await json({ body: error })).toBe(
    `${START},"body":{"name":"Error","message":"failed","stack":"Error: failed\\n    at b.js:1:1",` +
      '"cause":{"name":"TypeError","message":"refused","stack":"TypeError: refused\\n    at a.js:1:1"},"code":"E_PAY"}}\n',
  );
});

test('control, bidirectional and invisible characters are escaped, and a reader gets them back', async () => {
  const evil = 'a\r\n"\\\u001b\u007f\u0085\u009b\u2028\u2029\u202e\u200b\u00ad\ufeff\u{e0041}\ud800é😀';
  const line = await json({ body: evil, attributes: { [evil]: evil } });
  const escaped =
    '"a\\r\\n\\"\\\\\\u001b\\u007f\\u0085\\u009b\\u2028\\u2029\\u202e\\u200b\\u00ad\\ufeff\\udb40\\udc41\ufffdé😀"';
  expect(line).toBe(`${START},"body":${escaped},"attributes":{${escaped}:${escaped}}}\n`);
  expect(JSON.parse(line).body).toBe(evil.toWellFormed());
});

test('the resource comes last, where it is asked for', async () => {
  const resource = testResource({ 'service.name': 'orders', 'host.name': 'a' });
  expect(await json({ resource })).toBe(`${START},"body":"order accepted"}\n`);
  expect(await json({ resource }, { includeResource: true })).toBe(
    `${START},"body":"order accepted","resource":{"service.name":"orders","host.name":"a"}}\n`,
  );
  expect(await json({ resource: testResource({}) }, { includeResource: true })).toBe(
    `${START},"body":"order accepted"}\n`,
  );
});

test('attributes of the resource that come later are waited for', async () => {
  const pending = pendingResource({ 'service.name': 'orders' }, { 'host.id': 'abc' });
  const stdout = new CaptureStream();
  const exporter = new ConsoleLogRecordExporter({ stdout, includeResource: true, environment: {} });
  exporter.export([testRecord({ resource: pending.resource })], () => {});
  const flushed = exporter.shutdown();
  expect(stdout.text).toBe('');
  await pending.settle();
  await flushed;
  expect(stdout.text).toBe(`${START},"body":"order accepted","resource":{"service.name":"orders","host.id":"abc"}}\n`);
});

test('a record that is too long is cut, and stays JSON', async () => {
  const line = await json(
    { body: 'é'.repeat(1000), attributes: { a: 'x'.repeat(3000), b: 1, c: [1, 2] } },
    { maxRecordBytes: 4096 },
  );
  const { attributes, ...record } = JSON.parse(line);
  expect(record.body).toBe('é'.repeat(1000));
  const [, shown, left] = /^(x+)…\[\+(\d+)\]$/.exec(attributes.a) ?? [];
  expect((shown ?? '').length + Number(left)).toBe(3000);
  expect(Object.keys(attributes)).toEqual(['a']);
  expect(record.truncated).toBe(true);
  expect(Buffer.byteLength(line)).toBeGreaterThan(3500);
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(4096);
});

test('a text is not cut in the middle of a character', async () => {
  for (const length of [5000, 5001, 5002, 5003]) {
    const line = await json({ body: `${'x'.repeat(length - 5000)}${'😀'.repeat(3000)}` }, { maxRecordBytes: 4096 });
    expect(line).not.toContain('\ufffd');
    expect(JSON.parse(line).truncated).toBe(true);
  }
});

test('bytes that do not fit are replaced by their size', async () => {
  const line = await json({ body: new Uint8Array(10_000) }, { maxRecordBytes: 4096 });
  expect(line).toBe(`${START},"body":"[10000 bytes]","truncated":true}\n`);
});

test('a resource that is too long is cut by itself', async () => {
  const resource = testResource({ 'process.command_args': 'x'.repeat(100_000) });
  const line = await json({ resource }, { includeResource: true, maxRecordBytes: 4096 });
  const record = JSON.parse(line);
  expect(record.body).toBe('order accepted');
  expect(record.truncated).toBe(undefined);
  expect(record.resource['process.command_args']).toMatch(/^x{400,}…\[\+\d{5}\]$/);
  expect(record.resourceTruncated).toBe(true);
});
