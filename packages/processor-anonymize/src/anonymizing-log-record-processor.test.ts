// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';

import { DiagLogLevel, diag, metrics } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@logferry/core';
import { pendingResource, testRecord, testResource } from '@logferry/core/testing';
import { afterEach, describe, expect, it } from 'vitest';

import { AnonymizingLogRecordProcessor, extendPolicy, PRESETS } from './index.ts';
import { anonymized, CollectingProcessor } from './test-doubles/collecting-processor.ts';

type Emitted = Parameters<LogRecordProcessor['onEmit']>[0];

const EMAIL = 'jane@example.com';

afterEach(() => diag.disable());

/** All that is said through diag while the test runs. */
function said(): string[] {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note }, DiagLogLevel.ALL);
  lines.length = 0;
  return lines;
}

describe('a clean record', () => {
  it('is handed on as the object that it is, with its context', () => {
    const record = testRecord({
      body: {
        order: 7,
        list: [1, 'two', null, { deep: [true] }],
        at: new Date(0),
        map: new Map([['a', 1]]),
        set: new Set(['b']),
        bytes: Buffer.from('ok'),
      },
      attributes: {
        'http.request.method': 'GET',
        'user.count': 5,
        ratio: 0.25,
        tags: ['a', 'b'],
        nested: { code: 'E17' },
        none: undefined,
      },
      eventName: 'order.accepted',
    });
    const delegate = new CollectingProcessor();
    const processor = new AnonymizingLogRecordProcessor(delegate, { environment: {} });
    processor.onEmit(record as Emitted);
    expect(delegate.records[0]).toBe(record);
    expect(processor.stats()).toMatchObject({ records: 1, changedRecords: 0, byEntity: {}, errors: 0 });
  });
});

describe('a record in which something is found', () => {
  it('never changes itself, nor what it holds', () => {
    const body = {
      mail: EMAIL,
      list: [EMAIL, { mail: EMAIL }],
      map: new Map([[EMAIL, EMAIL]]),
      bytes: Buffer.from(EMAIL),
    };
    const attributes = { note: `to ${EMAIL}`, password: 'hunter2', nested: { list: [EMAIL] } };
    const resource = testResource({ 'process.command_args': ['--token', 'tok-77', `--mail=${EMAIL}`] });
    const fields = { body, attributes, eventName: `sent ${EMAIL}`, severityText: EMAIL, resource };
    const record = testRecord(fields);
    const before = inspect([body, attributes], { depth: 9 });
    const { record: view } = anonymized(record);
    expect(inspect([body, attributes], { depth: 9 })).toBe(before);
    expect(record).toMatchObject({ eventName: `sent ${EMAIL}`, severityText: EMAIL });
    expect(record.resource).toBe(resource);
    expect(view).toMatchObject({
      hrTime: record.hrTime,
      severityNumber: 9,
      eventName: 'sent [EMAIL]',
      severityText: '[EMAIL]',
      body: {
        mail: '[EMAIL]',
        list: ['[EMAIL]', { mail: '[EMAIL]' }],
        map: { '[EMAIL]': '[EMAIL]' },
        bytes: Buffer.from('[EMAIL]'),
      },
      attributes: { note: 'to [EMAIL]', password: '[SECRET]', nested: { list: ['[EMAIL]'] } },
    });
  });

  it('keeps parts in which nothing is found as the objects that they are', () => {
    const clean = { a: [1, 2] };
    const { record } = anonymized(testRecord({ attributes: { clean, mail: EMAIL } }));
    expect((record.attributes as { clean: unknown }).clean).toBe(clean);
  });

  it('has one resource and one scope for all records of them', () => {
    const delegate = new CollectingProcessor();
    const processor = new AnonymizingLogRecordProcessor(delegate, { environment: {} });
    const resource = testResource({ owner: EMAIL }, 'https://schema/1');
    const instrumentationScope = { name: 'shop', version: '1', attributes: { owner: EMAIL } };
    for (let index = 0; index < 2; index += 1)
      processor.onEmit(testRecord({ resource, instrumentationScope }) as Emitted);
    const [first, second] = delegate.records;
    expect(first?.resource).toBe(second?.resource);
    expect(first?.resource.attributes).toEqual({ owner: '[EMAIL]' });
    expect(first?.resource).toMatchObject({ schemaUrl: 'https://schema/1' });
    expect(first?.instrumentationScope).toBe(second?.instrumentationScope);
    expect(first?.instrumentationScope).toEqual({ name: 'shop', version: '1', attributes: { owner: '[EMAIL]' } });
  });

  it('has a resource that redacts what comes later', async () => {
    const pending = pendingResource({ 'service.name': 'shop' }, { 'host.owner': EMAIL });
    const { record } = anonymized(testRecord({ resource: pending.resource }));
    expect(record.resource.asyncAttributesPending).toBe(true);
    const waited = record.resource.waitForAsyncAttributes?.();
    await pending.settle();
    await waited;
    expect(record.resource.asyncAttributesPending).toBe(false);
    expect(record.resource.attributes).toEqual({ 'service.name': 'shop', 'host.owner': '[EMAIL]' });
  });

  it('redacts what the delegate sets on it', () => {
    const { record } = anonymized(testRecord({ body: EMAIL, attributes: { a: 1 } }));
    const writable = record as Emitted;
    writable
      .setAttribute('mail', EMAIL)
      .setAttributes({ [EMAIL]: 1 })
      .setBody(`x ${EMAIL}`);
    writable.setEventName(EMAIL).setSeverityText(EMAIL);
    expect(record).toMatchObject({
      attributes: { a: 1, mail: '[EMAIL]', '[EMAIL]': 1 },
      body: 'x [EMAIL]',
      eventName: '[EMAIL]',
      severityText: '[EMAIL]',
    });
  });

  it('has of an array its items alone, as they were read', () => {
    class Recipients extends Array<string> {
      toJSON(): string[] {
        return [EMAIL];
      }
    }
    const body = {
      match: /ok/.exec(`ok ${EMAIL}`),
      named: Object.assign(['a'], { [Symbol('owner')]: EMAIL }),
      instance: Recipients.from(['b']),
      getter: Object.defineProperty(['c', 'd'], 1, Object.getOwnPropertyDescriptor(changing(), 'mail') ?? {}),
      clean: ['e'],
    };
    const { record } = anonymized(testRecord({ body }));
    expect(record.body).toStrictEqual({
      match: ['ok'],
      named: ['a'],
      instance: ['b'],
      getter: ['c', 'ok'],
      clean: ['e'],
    });
    expect(inspect(record.body, { showHidden: true }) + JSON.stringify(record.body)).not.toContain(EMAIL);
    expect((record.body as typeof body).clean).toBe(body.clean);
  });

  it('keeps keys apart that become the same', () => {
    const { record } = anonymized(testRecord({ body: { 'a@example.com': 1, 'b@example.com': 2, 'c@example.com': 3 } }));
    expect(Object.values(record.body as object)).toEqual([1, 2, 3]);
    expect(Object.keys(record.body as object)[0]).toBe('[EMAIL]');
  });

  it('has a summary when that is asked for', () => {
    const policy = extendPolicy(PRESETS.default, { name: 'shop', version: '7' });
    const { record, processor } = anonymized(testRecord({ body: EMAIL, attributes: { token: 'x1y2z3' } }), {
      policy,
      summary: true,
    });
    expect(record.attributes).toEqual({
      token: '[SECRET]',
      'redaction.count': 2,
      'redaction.entities': ['email', 'secret'],
      'redaction.policy': `shop@7/${processor.stats().policy.hash}`,
    });
  });
});

describe('what fails', () => {
  const boom = (): never => {
    throw new Error(`boom ${EMAIL}`);
  };

  it.each<[string, unknown, unknown]>([
    [
      'a getter',
      Object.defineProperty({ a: 1 }, 'bad', { enumerable: true, get: boom }),
      { a: 1, bad: '[REDACTION_ERROR]' },
    ],
    ['a proxy', new Proxy({}, { ownKeys: boom, get: boom }), '[Throws]'],
    ['toJSON', { toJSON: boom }, '[Throws]'],
    ['a value that changes', changing(), { mail: 'ok' }],
  ])('in %s is redacted, and nothing is thrown', (_name, body, expected) => {
    expect(anonymized(testRecord({ body })).record.body).toEqual(expected);
  });

  it('in a detector redacts the value, is counted, and is not told', () => {
    const lines = said();
    const policy = extendPolicy(PRESETS.default, {
      entities: { staff: { operator: { kind: 'redact' }, reason: 'test' } },
      detectors: [{ entity: 'staff', find: boom }],
    });
    const { record, processor } = anonymized(testRecord({ body: 'hello', attributes: { a: 'x', n: 1 } }), { policy });
    expect(record.body).toBe('[REDACTION_ERROR]');
    expect(Object.values(record.attributes)).not.toContain('x');
    expect(processor.stats().errors).toBeGreaterThan(1);
    expect(lines).toEqual([
      '@logferry/processor-anonymize: a value could not be read or a detector failed; it was redacted',
    ]);
  });

  it('in a field of the record leaves a label', () => {
    const record = Object.defineProperty(testRecord({ attributes: { a: 1 } }), 'body', { get: boom });
    expect(anonymized(record).record).toMatchObject({ body: '[REDACTION_ERROR]', attributes: { a: 1 } });
  });

  it('beyond the depth is a label', () => {
    let body: unknown = EMAIL;
    for (let depth = 0; depth < 5000; depth += 1) body = [body];
    const { record, processor } = anonymized(testRecord({ body }));
    expect(JSON.stringify(record.body)).toContain('[REDACTED:DEPTH]');
    expect(processor.stats().depthExceeded).toBe(1);
  });

  it('that contains itself is a marker, so that no way leads back to the original', () => {
    const body: Record<string, unknown> = { mail: EMAIL };
    body['self'] = body;
    expect(anonymized(testRecord({ body })).record.body).toEqual({ mail: '[EMAIL]', self: '[Circular]' });
  });

  it('beyond the budget of texts is a label', () => {
    const body = `${'word '.repeat(400)}${EMAIL}`;
    const { record, processor } = anonymized(testRecord({ body, attributes: { a: 'later' } }), {
      maxRecordUnits: 1024,
    });
    expect(record.body).toBe(`${body.slice(0, 1024)}[REDACTED:BUDGET]`);
    expect(record.attributes).toEqual({ a: '[REDACTED:BUDGET]' });
    expect(processor.stats().budgetExceeded).toBe(2);
  });

  it('beyond the budget in bytes, and in JSON, is a label as well', () => {
    const budget = { maxRecordUnits: 1024 };
    const bytes = Buffer.alloc(5000, 'word ');
    const { record, processor } = anonymized(testRecord({ body: bytes }), budget);
    expect(String(record.body)).toBe(`${String(bytes.subarray(0, 1024))}[REDACTED:BUDGET]`);
    expect(processor.stats().budgetExceeded).toBe(1);
    const json = JSON.stringify({ list: Array.from({ length: 1000 }, () => 'word'), mail: EMAIL });
    expect(anonymized(testRecord({ body: json }), budget).record.body).toBe(`${json.slice(0, 1024)}[REDACTED:BUDGET]`);
  });

  it('beyond the budget in bytes is a label also where their beginning was seen before', () => {
    const delegate = new CollectingProcessor();
    const processor = new AnonymizingLogRecordProcessor(delegate, { environment: {}, maxRecordUnits: 1024 });
    const emit = (body: unknown): void => processor.onEmit(testRecord({ body }) as Emitted);
    const known = 'ok'.repeat(12) + '!';
    emit({ list: [Buffer.from(known)] });
    // These leave one unit less than that.
    const texts = Array.from('abcde', (letter) => letter.repeat(200));
    emit({ list: [...texts, Buffer.from(`${known} ${EMAIL}`)] });
    expect(delegate.records[1]?.body).toEqual({ list: [...texts, '[REDACTED:BUDGET]'] });
  });

  it('beyond the budget of values is a label', () => {
    const { record } = anonymized(
      testRecord({ body: Array.from({ length: 50 }, () => EMAIL), attributes: { a: 'later' } }),
      { maxRecordValues: 16 },
    );
    expect(record.body).toEqual([...Array.from({ length: 16 }, () => '[EMAIL]'), '[REDACTED:BUDGET]']);
    expect(record.attributes).toEqual({ '[REDACTED:BUDGET]': 1 });
  });

  it('in the delegate does not reach the application', () => {
    const lines = said();
    const delegate = { onEmit: boom, forceFlush: async () => {}, shutdown: async () => {} };
    const processor = new AnonymizingLogRecordProcessor(delegate, { environment: {} });
    processor.onEmit(testRecord({ body: EMAIL }) as Emitted);
    expect(processor.stats().delegateErrors).toBe(1);
    expect(lines).toEqual(['@logferry/processor-anonymize: the processor behind it threw while it took a record']);
  });

  it('by emitting another record while one is read confuses neither', () => {
    const delegate = new CollectingProcessor();
    const processor = new AnonymizingLogRecordProcessor(delegate, { environment: {} });
    const body = {
      first: EMAIL,
      get second() {
        processor.onEmit(testRecord({ body: { inner: `inner ${EMAIL}` } }) as Emitted);
        return `outer ${EMAIL}`;
      },
      third: EMAIL,
    };
    processor.onEmit(testRecord({ body }) as Emitted);
    expect(delegate.records.map((record) => record.body)).toEqual([
      { inner: 'inner [EMAIL]' },
      { first: '[EMAIL]', second: 'outer [EMAIL]', third: '[EMAIL]' },
    ]);
  });
});

describe('without a delegate', () => {
  it('the record itself is changed for those that come after', () => {
    const processor = new AnonymizingLogRecordProcessor(null, {
      environment: {},
      policy: extendPolicy(PRESETS.default, { paths: [{ path: 'gone', operator: { kind: 'drop' }, reason: 'test' }] }),
    });
    const record = testRecord({ body: EMAIL, attributes: { gone: 1, [EMAIL]: 2, note: EMAIL, ok: 3 } });
    processor.onEmit(record as Emitted);
    expect(record).toMatchObject({ body: '[EMAIL]' });
    expect(record.attributes).toEqual({ '[EMAIL]': 2, note: '[EMAIL]', ok: 3 });
  });

  it('a record that can not be written to becomes a label', () => {
    const record = Object.defineProperty(testRecord(), 'body', { configurable: true, get: () => EMAIL, set: () => {} });
    new AnonymizingLogRecordProcessor(null, { environment: {} }).onEmit(record as Emitted);
    expect(record.body).toBe('[EMAIL]');
  });
});

it('a dry run counts and hands on every record as it is', () => {
  const record = testRecord({ body: EMAIL });
  const { record: view, processor } = anonymized(record, { dryRun: true });
  expect(view).toBe(record);
  expect(processor.stats()).toMatchObject({
    changedRecords: 1,
    byEntity: { email: 1 },
    byOperator: { redact: 1 },
    byPlace: { body: 1 },
  });
});

it('flush, shutdown and enabled are those of the delegate', async () => {
  const delegate = Object.assign(new CollectingProcessor(), { enabled: () => false });
  const processor = new AnonymizingLogRecordProcessor(delegate, { environment: {} });
  await processor.forceFlush();
  await processor.shutdown();
  expect(delegate.calls).toEqual(['forceFlush', 'shutdown']);
  expect(processor.enabled?.({} as never)).toBe(false);
  expect(new AnonymizingLogRecordProcessor(new CollectingProcessor(), {}).enabled).toBeUndefined();
});

it('metrics tell what stats tell, by the hash of the policy', () => {
  const callbacks = new Map<string, (result: { observe(value: number, attributes?: object): void }) => void>();
  const meterProvider = {
    getMeter: () => ({
      createObservableCounter: (name: string) => ({
        addCallback: (callback: never) => void callbacks.set(name, callback),
      }),
    }),
  };
  const { processor } = anonymized(testRecord({ body: `${EMAIL} ${EMAIL}` }), { meterProvider });
  const observed: unknown[] = [];
  callbacks.get('logferry.redaction.entities')?.({
    observe: (value, attributes) => void observed.push([value, attributes]),
  });
  expect(observed).toEqual([
    [
      2,
      {
        'otel.component.type': 'anonymizing_log_processor',
        'otel.component.name': expect.stringMatching(/^anonymizing_log_processor\/\d+$/) as string,
        'redaction.policy.name': 'default',
        'redaction.policy.hash': processor.stats().policy.hash,
        'redaction.entity': 'email',
      },
    ],
  ]);
});

it('a MeterProvider of the API can be given', () => {
  const { processor } = anonymized(testRecord(), { meterProvider: metrics.getMeterProvider() });
  expect(processor.stats().records).toBe(1);
});

/** Gives something else when it is read again. */
function changing(): object {
  let reads = 0;
  return Object.defineProperty({}, 'mail', {
    enumerable: true,
    get: () => {
      reads += 1;
      return reads === 1 ? 'ok' : EMAIL;
    },
  });
}
