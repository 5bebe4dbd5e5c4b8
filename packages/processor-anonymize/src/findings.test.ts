// SPDX-License-Identifier: Apache-2.0
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { testRecord, testResource } from '@logferry/core/testing';
import { afterEach, describe, expect, it } from 'vitest';

import { Anonymizer, AnonymizingLogRecordProcessor, extendPolicy, PRESETS, type RecordFinding } from './index.ts';
import { anonymized, CollectingProcessor } from './test-doubles/collecting-processor.ts';

const EMAIL = 'jane@example.com';

afterEach(() => diag.disable());

describe('explain', () => {
  const policy = extendPolicy(PRESETS.default, {
    paths: [
      { path: 'comment', operator: { kind: 'drop' }, reason: 'test' },
      { path: 'user.name', operator: { kind: 'redact' }, reason: 'test' },
    ],
  });
  const anonymizer = new Anonymizer({ policy, environment: {} });
  const whole = { isKey: false, start: undefined, end: undefined };

  it('tells for each finding the path, the entity and the operator, and no value', () => {
    const explanation = anonymizer.explain({
      note: `to ${EMAIL} or 203.0.113.7`,
      list: ['ok', { 'a b': [EMAIL] }],
      user: { name: 'Jane', password: 'hunter2' },
      'http.request.header.cookie': 'a=b',
      comment: 'x',
      card: 4111111111111111,
      [EMAIL]: { mail: EMAIL },
      json: `{"deep":[{"mail":"${EMAIL}"}]}`,
      bytes: Buffer.from(EMAIL),
    });
    expect(explanation.findings).toEqual([
      { path: 'note', isKey: false, entity: 'email', operator: 'redact', start: 3, end: 19 },
      { path: 'note', isKey: false, entity: 'ip_address', operator: 'redact', start: 23, end: 34 },
      { path: 'list[1]["a b"][0]', isKey: false, entity: 'email', operator: 'redact', start: 0, end: 16 },
      { path: 'user.name', ...whole, entity: 'path', operator: 'redact' },
      { path: 'user.password', ...whole, entity: 'secret', operator: 'redact' },
      { path: 'http.request.header.cookie', ...whole, entity: 'secret', operator: 'redact' },
      { path: 'comment', ...whole, entity: 'path', operator: 'drop' },
      { path: 'card', isKey: false, entity: 'payment_card', operator: 'redact', start: 0, end: 16 },
      { path: '["[EMAIL]"].mail', isKey: false, entity: 'email', operator: 'redact', start: 0, end: 16 },
      { path: '["[EMAIL]"]', ...whole, isKey: true, entity: 'email', operator: 'redact' },
      { path: 'json.deep[0].mail', isKey: false, entity: 'email', operator: 'redact', start: 0, end: 16 },
      { path: 'bytes', isKey: false, entity: 'email', operator: 'redact', start: 0, end: 16 },
    ]);
  });

  it('tells where limits and failures were met', () => {
    const one = new Anonymizer({ environment: {}, maxRecordValues: 16, maxRecordUnits: 1024 });
    let deep: unknown = 1;
    for (let depth = 0; depth < 60; depth += 1) deep = [deep];
    expect(new Anonymizer({ environment: {} }).explain({ deep }).findings).toEqual([
      { path: `deep${'[0]'.repeat(47)}`, ...whole, entity: 'limit', operator: 'redact' },
    ]);
    expect(one.explain({ list: Array.from({ length: 20 }, () => 1) }).findings).toEqual([
      { path: 'list', ...whole, entity: 'limit', operator: 'redact' },
      // Nothing is left for what follows.
      { path: '', ...whole, entity: 'limit', operator: 'redact' },
    ]);
    expect(one.explain('word '.repeat(300)).findings).toEqual([
      { path: '', isKey: false, entity: 'limit', operator: 'redact', start: 1024, end: 1500 },
    ]);
    const failing = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        throw new Error(EMAIL);
      },
    });
    expect(one.explain({ failing }).findings).toEqual([
      { path: 'failing', ...whole, entity: 'error', operator: 'redact' },
    ]);
  });
});

describe('onFindings', () => {
  function reported(options: { readonly dryRun?: boolean }, count: number = 1): readonly (readonly RecordFinding[])[] {
    const reports: (readonly RecordFinding[])[] = [];
    const processor = new AnonymizingLogRecordProcessor(new CollectingProcessor(), {
      environment: {},
      ...options,
      onFindings: (findings) => void reports.push(findings),
    });
    const resource = testResource({ owner: EMAIL });
    for (let index = 0; index < count; index += 1) {
      const record = testRecord({ body: [EMAIL], attributes: { 'user.pin': 1234 }, severityText: EMAIL, resource });
      processor.onEmit(record as Parameters<typeof processor.onEmit>[0]);
    }
    processor.onEmit(testRecord({ body: 'clean' }) as Parameters<typeof processor.onEmit>[0]);
    return reports;
  }

  const ofRecord: readonly RecordFinding[] = [
    { place: 'severity_text', path: '', isKey: false, entity: 'email', operator: 'redact' },
    { place: 'body', path: '[0]', isKey: false, entity: 'email', operator: 'redact' },
    { place: 'attributes', path: 'user.pin', isKey: false, entity: 'secret', operator: 'redact' },
  ];
  const ofResource = { place: 'resource', path: 'owner', isKey: false, entity: 'email', operator: 'redact' };

  it.each([{}, { dryRun: true }])('tells what was found in each record, and where (%o)', (options) => {
    expect(reported(options, 2)).toEqual([[ofResource, ...ofRecord], ofRecord]);
  });

  it('that throws, or emits, disturbs nobody', () => {
    const lines: string[] = [];
    const note = (line: string): void => void lines.push(line);
    diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note }, DiagLogLevel.ALL);
    lines.length = 0;
    const delegate = new CollectingProcessor();
    let calls = 0;
    const processor = new AnonymizingLogRecordProcessor(delegate, {
      environment: {},
      onFindings: () => {
        calls += 1;
        emit();
        throw new Error(EMAIL);
      },
    });
    const emit = (): void => processor.onEmit(testRecord({ body: EMAIL }) as Parameters<typeof processor.onEmit>[0]);
    emit();
    expect(delegate.records.map(({ body }) => body)).toEqual(['[EMAIL]', '[EMAIL]']);
    expect([calls, lines]).toEqual([1, ['@logferry/processor-anonymize: onFindings threw']]);
  });

  it('tells of both records when one is emitted while another is read', () => {
    const bodies: unknown[] = [];
    const reports: string[] = [];
    const processor = new AnonymizingLogRecordProcessor(new CollectingProcessor(), {
      environment: {},
      onFindings: (findings) => void reports.push(findings.map(({ path }) => path).join()),
    });
    const emit = (body: unknown): void =>
      processor.onEmit(testRecord({ body }) as Parameters<typeof processor.onEmit>[0]);
    emit({
      get outer() {
        emit({ inner: EMAIL });
        return EMAIL;
      },
      bodies,
    });
    expect(reports).toEqual(['inner', 'outer']);
  });

  it('must be a function', () => {
    expect(() => anonymized(testRecord(), { onFindings: 7 as never })).toThrow(
      'onFindings must be a function; it is 7',
    );
  });
});

describe('a record that can not be redacted', () => {
  const broken = (): ReturnType<typeof testRecord> =>
    Object.defineProperty(testRecord({ body: EMAIL, attributes: { note: EMAIL } }), 'hrTime', {
      get: () => {
        throw new Error(EMAIL);
      },
    });

  it('is handed on empty, is counted, and throws nothing', () => {
    const { record, processor } = anonymized(broken());
    expect(record).toMatchObject({ hrTime: [0, 0], body: '[REDACTION_ERROR]', attributes: {}, severityNumber: 9 });
    expect(processor.stats()).toMatchObject({ records: 1, changedRecords: 1, errors: 1 });
  });

  it('is emptied where it stands when there is no delegate', () => {
    const record = testRecord({ body: EMAIL, attributes: { note: EMAIL, ok: 1 }, eventName: EMAIL });
    Object.freeze(record.attributes);
    const processor = new AnonymizingLogRecordProcessor(null, { environment: {} });
    processor.onEmit(record as Parameters<typeof processor.onEmit>[0]);
    expect(record).toMatchObject({ body: '[REDACTION_ERROR]', attributes: {}, eventName: undefined });
    expect(processor.stats().errors).toBe(1);
  });
});
