// SPDX-License-Identifier: Apache-2.0
import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';

import { createLogPipeline, type LogPipelineOptions } from '../index.ts';
import { CollectingExporter } from '../test-doubles/collecting-exporter.ts';
import { bodiesIn, temporaryFolder } from '../test-doubles/temporary-folder.ts';

const folder = temporaryFolder();

describe('a pipeline', () => {
  it('brings records through redaction, filters and queues to every destination', async () => {
    const all = new CollectingExporter();
    const errors = new CollectingExporter();
    const redacted = new CollectingExporter();
    await using pipeline = createLogPipeline({
      redaction: { policy: 'secrets-only' },
      destinations: {
        all: { exporter: all },
        errors: { exporter: errors, minimumSeverity: 'error' },
        redacted: { exporter: redacted, redaction: { policy: 'default' } },
      },
    });
    const provider = new LoggerProvider({ processors: pipeline.processors });
    const logger = provider.getLogger('shop');
    logger.emit({ severityNumber: 9, body: 'from ada@example.org', attributes: { password: 'hunter2' } });
    logger.emit({ severityNumber: 17, body: 'refused' });
    await provider.forceFlush();
    expect(all.records.map(({ body, attributes }) => [body, attributes])).toEqual([
      ['from ada@example.org', { password: '[SECRET]' }],
      ['refused', {}],
    ]);
    expect(errors.bodies).toEqual(['refused']);
    expect(redacted.bodies).toEqual(['from [EMAIL]', 'refused']);
    const { destinations, redaction } = pipeline.stats();
    expect(destinations['errors']).toMatchObject({ filters: { emitted: 2, passed: 1 }, queue: { delivered: 1 } });
    expect(redaction?.changedRecords).toBe(1);
    expect(destinations['redacted']?.redaction?.changedRecords).toBe(1);
  });

  it('makes exporters by type, with files, the console and a plain file', async () => {
    const stdout = new PassThrough();
    const pipeline = createLogPipeline({
      destinations: {
        console: { exporter: { type: 'console', format: 'json', stdout } },
        files: { exporter: { type: 'rotating-file', path: join(folder, 'types', 'orders.jsonl') } },
        plain: { exporter: { type: 'otlp-file', path: join(folder, 'plain', 'orders.jsonl') } },
        worker: { exporter: { type: 'rotating-file', path: join(folder, 'worker', 'orders.jsonl') }, worker: true },
      },
    });
    const provider = pipeline.createLoggerProvider();
    for (let order = 0; order < 10; order += 1) provider.getLogger('shop').emit({ body: `order ${order}` });
    await provider.shutdown();
    const expected = Array.from({ length: 10 }, (_, order) => `order ${order}`);
    const lines = String(stdout.read()).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { body: string }).body)).toEqual(expected);
    for (const name of ['types', 'plain', 'worker']) expect(bodiesIn(join(folder, name))).toEqual(expected);
    expect(pipeline.stats().destinations['files']?.end).toMatchObject({ writtenRecords: 10 });
  });

  it('gives its provider the resource and the limits, and keeps what the SDK says of itself', async () => {
    const exporter = new CollectingExporter();
    await using pipeline = createLogPipeline({
      destinations: { one: { exporter } },
      resource: { attributes: { 'service.name': 'shop' }, schemaUrl: 'https://example.org/schema' },
      limits: { attributeCountLimit: 1, attributeValueLengthLimit: 3 },
    });
    const provider = pipeline.createLoggerProvider();
    provider.getLogger('shop').emit({ body: 'order', attributes: { a: 'abcdef', b: 1 } });
    await provider.forceFlush();
    const [record] = exporter.records;
    expect(record?.attributes).toEqual({ a: 'abc' });
    expect(record?.droppedAttributesCount).toBe(1);
    expect(record?.resource.attributes).toMatchObject({
      'service.name': 'shop',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.version': expect.stringMatching(/^\d/) as string,
    });
    expect(record?.resource.schemaUrl).toBe('https://example.org/schema');
  });

  it('lets through what the configuration of loggers says, and says so in enabled()', async () => {
    const exporter = new CollectingExporter();
    await using pipeline = createLogPipeline({
      destinations: { one: { exporter } },
      loggers: {
        defaultConfig: { minimumSeverity: 'info' },
        rules: [
          { name: 'db.*', config: { minimumSeverity: 'error2' } },
          { name: 'mute', config: { enabled: false } },
          { name: 'sampled', config: { sampledTracesOnly: true } },
        ],
      },
    });
    const provider = new LoggerProvider({ processors: pipeline.processors });
    const context = (traceFlags: number) =>
      trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags });
    const unsampled = context(TraceFlags.NONE);
    const enabled = (name: string, severityNumber?: number, traced = ROOT_CONTEXT) => {
      const logger = provider.getLogger(name);
      const given = { context: traced, ...(severityNumber !== undefined && { severityNumber }) };
      logger.emit({ body: `${name} ${severityNumber}`, ...given });
      return logger.enabled(given);
    };
    expect([enabled('shop', 5), enabled('shop', 9), enabled('shop')]).toEqual([false, true, true]);
    expect([enabled('db.orders', 17), enabled('db.orders', 18)]).toEqual([false, true]);
    expect([enabled('mute', 24), enabled('mute')]).toEqual([false, false]);
    expect([enabled('sampled', 9, unsampled), enabled('sampled', 9, context(TraceFlags.SAMPLED))]).toEqual([
      false,
      true,
    ]);
    await provider.forceFlush();
    expect(exporter.bodies).toEqual(['shop 9', 'shop undefined', 'db.orders 18', 'sampled 9']);
  });

  it('counts what loggers are not let through with, where another processor wants it', async () => {
    const exporter = new CollectingExporter();
    await using pipeline = createLogPipeline({
      destinations: { one: { exporter } },
      loggers: { defaultConfig: { minimumSeverity: 'info' } },
    });
    const other = { onEmit() {}, forceFlush: async () => {}, shutdown: async () => {} };
    const logger = new LoggerProvider({ processors: [...pipeline.processors, other] }).getLogger('shop');
    for (const severityNumber of [5, 9, 1]) logger.emit({ severityNumber, body: severityNumber });
    await pipeline.forceFlush();
    expect(exporter.bodies).toEqual([9]);
    expect(pipeline.stats().filteredByLogger).toBe(2);
  });

  it('changes levels at run time', async () => {
    const exporter = new CollectingExporter();
    await using pipeline = createLogPipeline({ destinations: { one: { exporter, minimumSeverity: 'warn' } } });
    const logger = new LoggerProvider({ processors: pipeline.processors }).getLogger('shop');
    logger.emit({ severityNumber: 9, body: 'before' });
    pipeline.update({ one: { minimumSeverity: 'info' } });
    logger.emit({ severityNumber: 9, body: 'after' });
    await pipeline.forceFlush();
    expect(exporter.bodies).toEqual(['after']);
  });

  it.each<[string, LogPipelineOptions]>([
    ['has no destinations', { destinations: {} }],
    ['is disabled', { destinations: { one: { exporter: { type: 'console' } } }, disabled: true }],
  ])('takes nothing when it %s', async (_, options) => {
    const pipeline = createLogPipeline(options);
    const provider = pipeline.createLoggerProvider();
    provider.getLogger('shop').emit({ body: 'order' });
    expect(provider.getLogger('shop').enabled()).toBe(false);
    await provider.forceFlush();
    await provider.shutdown();
    expect(pipeline.stats().destinations).toEqual({});
  });

  it('tells its hooks which destination dropped or failed', async () => {
    const told: unknown[] = [];
    const exporter = new CollectingExporter();
    exporter.export = (_, callback) => callback({ code: 1 });
    const pipeline = createLogPipeline({
      destinations: { one: { exporter } },
      onDrop: ({ reason, count }, destination) => told.push([reason, count, destination]),
      onError: ({ code }, destination) => told.push([code, destination]),
    });
    new LoggerProvider({ processors: pipeline.processors }).getLogger('shop').emit({ body: 'order' });
    await pipeline.shutdown();
    expect(told).toEqual(
      expect.arrayContaining([
        ['EXPORT_FAILED', 'one'],
        ['failed', 1, 'one'],
      ]),
    );
  });
});

describe('a pipeline that can not be built', () => {
  const exporter = { type: 'console' } as const;
  const bad = (options: unknown) => () => createLogPipeline(options as LogPipelineOptions);

  it.each<[string, unknown, string]>([
    ['no object', 7, 'options must be an object; it is 7'],
    ['an option that is not there', { destination: {} }, 'options has no option "destination"; it has destinations, '],
    ['no destinations', {}, 'destinations must be an object with a destination for each name; it is undefined'],
    [
      'a destination without an exporter',
      { destinations: { a: {} } },
      'destinations.a must have an exporter or a proc',
    ],
    [
      'an unknown exporter',
      { destinations: { a: { exporter: { type: 'consol' } } } },
      `destinations.a.exporter.type must be one of 'otlp-grpc', 'otlp-http', 'rotating-file', 'console', 'otlp-file'; it is "consol"`,
    ],
    [
      'an option of a destination that is not there',
      { destinations: { a: { exporter, minimalSeverity: 'info' } } },
      'destinations.a has no option "minimalSeverity"',
    ],
    [
      'a level that is not there',
      { destinations: { a: { exporter, minimumSeverity: 'loud' } } },
      'destinations.a.minimumSeverity must be one of',
    ],
    [
      'a queue without an exporter',
      { destinations: { a: { processor: { onEmit() {} }, queue: {} } } },
      'destinations.a.queue must be left out: it is for a destination with an exporter',
    ],
    [
      'a preset that is not there',
      { destinations: { a: { exporter, redaction: { policy: { extends: 'none' } } } } },
      'destinations.a.redaction.policy.extends must be one of default, gdpr, pci-dss, hipaa, secrets-only; it is "none"',
    ],
    [
      'a limit that is none',
      { destinations: {}, limits: { attributeCountLimit: -1 } },
      'limits.attributeCountLimit must',
    ],
    ['a signal that is none', { destinations: {}, reload: { signal: 'SIGKILL' } }, 'reload.signal must be one of'],
    [
      'a bad rule for loggers',
      { destinations: { a: { exporter } }, loggers: { rules: [{ name: '', config: {} }] } },
      'loggers.rules[0].name must be a name of 1 to 256 characters',
    ],
  ])('says what is wrong: %s', (_, options, message) => {
    expect(bad(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) as string }),
    );
  });

  it('leaves nothing open: neither instances, nor files that it had locked', async () => {
    const given = new CollectingExporter();
    const path = join(folder, 'undone', 'orders.jsonl');
    const destinations = { given: { exporter: given }, files: { exporter: { type: 'rotating-file' as const, path } } };
    const broken = { ...destinations, bad: { exporter, minimumSeverity: 'loud' } };
    expect(bad({ destinations: broken, flushOn: ['SIGTERM', 'exit'] })).toThrow('minimumSeverity');
    await expect.poll(() => given.calls).toContain('shutdown');
    await expect.poll(() => process.listenerCount('SIGTERM')).toBe(0);
    const again = createLogPipeline({ destinations: { files: destinations.files } });
    await again.shutdown();
  });

  it('takes no exporter for two destinations', () => {
    const one = new CollectingExporter();
    expect(bad({ destinations: { a: { exporter: one }, b: { exporter: one } } })).toThrow(
      'destinations.b.exporter must be an exporter of its own; it is that of a',
    );
  });

  it('says which file of keys it can not read', () => {
    const keysFile = join(folder, 'keys');
    const redaction = { keysFile };
    expect(bad({ destinations: { a: { exporter } }, redaction })).toThrow(keysFile);
    writeFileSync(keysFile, 'no key', { mode: 0o600 });
    expect(bad({ destinations: { a: { exporter } }, redaction: { keysFile, keys: [] } })).toThrow(
      'redaction must have one of keys, keysFile and keysVariable; it has 2',
    );
  });
});
