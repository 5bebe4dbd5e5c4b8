// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

import { PRESETS } from '@logferry/processor-anonymize';
import { describe, expect, it, test } from 'vitest';

import { createLogPipeline, type LogPipelineOptions } from '../index.ts';
import { EXPORTER_SECTIONS } from '../schema/exporter-sections.ts';
import { QUEUE } from '../schema/queue-section.ts';
import { REDACTION_IN_CODE } from '../schema/redaction-section.ts';
import { optionKeys, type SectionShape, type Shape } from '../schema/shape.ts';
import { WORKER } from '../schema/worker-section.ts';
import { optionNames } from './known-names.ts';

function refused(destination: object, message: string, others: object = {}): void {
  const options = { environment: {}, destinations: { a: destination }, ...others } as LogPipelineOptions;
  expect(() => createLogPipeline(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
}

const CONSOLE = { type: 'console', format: 'json' } as const;

const REDACTION =
  'policy, keysFile, keysVariable, dryRun, summary, attributeValueLengthLimit, maxRecordUnits, maxRecordValues, ' +
  'maxRecordSteps, keys, keyRefreshIntervalMillis, subjectKeys, subject, onFindings';

const POLICY = 'name, version, description, limits, entities, words, paths, allow, ipRanges, detectors, extends';

describe('a name that is not known', () => {
  it('is refused in a redaction, where it would let data pass', () => {
    const unknown = `redaction has no option "polcy"; it has ${REDACTION}; did you mean policy?`;
    refused({ exporter: CONSOLE, redaction: { polcy: 'gdpr' } }, `destinations.a.${unknown}`);
    refused({ exporter: CONSOLE }, unknown, { redaction: { polcy: 'gdpr' } });
  });

  it.each<[object, string]>([
    [{ extends: 'default', entites: {} }, `has no option "entites"; it has ${POLICY}; did you mean entities?`],
    [{ ...PRESETS.default, path: [] }, `has no option "path"; it has ${POLICY}; did you mean paths?`],
    [
      { extends: 'default', entities: { email: { operator: { kind: 'mask', keepLst: 4 }, reason: 'r' } } },
      '.entities.email.operator has no option "keepLst"; it has kind, keepFirst, keepLast; did you mean keepLast?',
    ],
    [
      { extends: 'default', paths: [{ path: 'a', operator: { kind: 'drop' }, reason: 'r', surface: ['body'] }] },
      '.paths[0] has no option "surface"; it has path, operator, reason, on',
    ],
    [
      { extends: 'default', detectors: [{ entity: 'ticket', pattern: /T\d{4}/, ignoreCase: true }] },
      '.detectors[0] has no option "ignoreCase"; it has entity, pattern, context, validate, find',
    ],
    [
      { extends: 'default', ipRanges: { privat: true } },
      '.ipRanges has no option "privat"; it has private, reserved, documentation; did you mean private?',
    ],
  ])('is refused in a policy: %j', (policy, message) => {
    const path = `destinations.a.redaction.policy${message.startsWith('.') ? '' : ' '}`;
    refused({ exporter: CONSOLE, redaction: { policy } }, `${path}${message}`);
  });

  it.each<[object, string]>([
    [
      { exporter: { ...CONSOLE, color: true } },
      'exporter has no option "color"; it has type, format, colour, timeZone, stderrMinSeverity, includeResource, maxRecordBytes, writeTimeoutMillis, maxPendingBytes, stdout, stderr, environment, clock; did you mean colour?',
    ],
    [{ exporter: { type: 'otlp-file', maxFiles: 2 } }, 'exporter has no option "maxFiles"; it has type, path'],
    [
      { exporter: { type: 'otlp-grpc', retry: { maxAtempts: 2 } } },
      'exporter.retry has no option "maxAtempts"; it has initialBackoffMillis, maxBackoffMillis, multiplier, jitter, maxAttempts, maxElapsedMillis; did you mean maxAttempts?',
    ],
    [
      { exporter: { type: 'otlp-grpc', tls: { insecure: true } } },
      'exporter.tls has no option "insecure"; it has caFile, certFile, keyFile, minVersion, reloadIntervalMillis, serverName, ca, cert, key',
    ],
    [
      { exporter: { type: 'rotating-file', path: '/nowhere', json: { fieldNames: { severity: 'level' } } } },
      'exporter.json.fieldNames has no option "severity"; it has time, severityText, severityNumber, body, eventName, scopeName, traceId, spanId, traceFlags; did you mean severityText?',
    ],
    [
      { exporter: CONSOLE, queue: { flushOn: ['SIGTERM'] } },
      'queue has no option "flushOn"; it has scheduledDelayMillis, exportTimeoutMillis, maxQueueSize, maxExportBatchSize, maxQueueBytes, maxExportBatchBytes, overflowPolicy, severityReserve, reservedSeverity, shutdownTimeoutMillis, dropNotices',
    ],
    [{ exporter: CONSOLE, queue: 5 }, 'queue must be an object; it is 5'],
    [
      { exporter: { type: 'otlp-http' }, worker: { maxCrashes: 2 } },
      'worker has no option "maxCrashes"; it has maxQueueBytes, maxCrashesPerBatch, initialRestartDelayMillis, maxRestartDelayMillis, hangTimeoutMillis, shutdownTimeoutMillis, resourceLimits, execArgv, clock; did you mean maxCrashesPerBatch?',
    ],
  ])('is refused in a destination: %j', (destination, message) => {
    refused(destination, `destinations.a.${message}`);
  });

  it('may be a header, a phrase or an option of a channel, whose names are the application’s', async () => {
    const exporter = { type: 'otlp-grpc', headers: { 'x-team': 'a' }, channelOptions: { 'grpc.ssl_x': 1 } } as const;
    const redaction = { policy: { extends: 'default', words: { 'staff number': 'secret' } } } as const;
    await createLogPipeline({ environment: {}, destinations: { a: { exporter, redaction } } }).shutdown();
  });
});

/** The options that an interface of a source has itself. */
function declared(source: string): readonly string[] {
  const [file = '', type = ''] = source.split('#');
  const whole = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const start = whole.indexOf(`interface ${type} `);
  const body = whole.slice(start, whole.indexOf('\n}', start));
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = '']) => name);
}

function below(section: SectionShape, ...path: readonly string[]): SectionShape {
  let found = section;
  for (const name of path) found = sectionOf(optionKeys(found)[name]?.shape);
  return found;
}

function sectionOf(shape: Shape | undefined): SectionShape {
  if (shape?.kind === 'section') return shape;
  if (shape?.kind === 'named') return sectionOf(shape.values);
  if (shape?.kind === 'list') return sectionOf(shape.items);
  if (shape?.kind === 'either') return sectionOf(shape.shapes.find(({ kind }) => kind === 'section'));
  throw new Error('there is no section');
}

const SHARED = 'otlp-exporter-base/src/shared-options.ts';
const GRPC = EXPORTER_SECTIONS['otlp-grpc'];
const FILE = EXPORTER_SECTIONS['rotating-file'];
const POLICIES = 'processor-anonymize/src/policy/policy.ts';

/** A section, the interfaces whose options it has, and those of them that are given elsewhere. */
const TABLES: [section: SectionShape, sources: string[], elsewhere?: string[]][] = [
  [
    QUEUE,
    ['processor-batch/src/batching-options.ts#BatchingProcessorOptions'],
    ['flushOn', 'flushOnTimeoutMillis', 'onDrop', 'onError', 'meterProvider', 'clock', 'environment'],
  ],
  [
    REDACTION_IN_CODE,
    [
      'config/src/redaction-options.ts#RedactionOptions',
      'processor-anonymize/src/anonymizer-options.ts#AnonymizerOptions',
      'processor-anonymize/src/anonymizing-log-record-processor.ts#AnonymizingProcessorOptions',
    ],
    ['meterProvider', 'clock', 'environment'],
  ],
  [
    below(REDACTION_IN_CODE, 'policy'),
    [`${POLICIES}#AnonymizationPolicy`, `${POLICIES}#PolicyChanges`, 'config/src/redaction-options.ts#ExtendedPolicy'],
  ],
  [below(REDACTION_IN_CODE, 'policy', 'entities'), [`${POLICIES}#EntityRule`]],
  [below(REDACTION_IN_CODE, 'policy', 'paths'), [`${POLICIES}#PathRule`]],
  [below(REDACTION_IN_CODE, 'policy', 'allow'), [`${POLICIES}#AllowList`]],
  [
    below(REDACTION_IN_CODE, 'policy', 'detectors'),
    ['processor-anonymize/src/detect/user-detector.ts#DetectorOptions'],
  ],
  [GRPC, [`${SHARED}#SharedExporterOptions`, 'exporter-otlp-grpc/src/options.ts#OtlpGrpcLogRecordExporterOptions']],
  [below(GRPC, 'tls'), [`${SHARED}#TlsOptions`]],
  [below(GRPC, 'retry'), [`${SHARED}#RetryOptions`]],
  [below(GRPC, 'keepalive'), ['exporter-otlp-grpc/src/options.ts#KeepaliveOptions']],
  [
    EXPORTER_SECTIONS['otlp-http'],
    [`${SHARED}#SharedExporterOptions`, 'exporter-otlp-http/src/options.ts#OtlpHttpLogRecordExporterOptions'],
  ],
  [FILE, ['exporter-file/src/options.ts#RotatingFileOptions']],
  [below(FILE, 'json'), ['exporter-file/src/json/json-options.ts#JsonFormatOptions']],
  [below(FILE, 'json', 'fieldNames'), ['exporter-file/src/json/json-options.ts#JsonFieldNames']],
  [EXPORTER_SECTIONS['otlp-file'], ['config/src/exporter-options.ts#OtlpFileExporter'], ['type']],
  [EXPORTER_SECTIONS.console, ['exporter-console/src/options.ts#ConsoleLogRecordExporterOptions']],
  [WORKER, ['exporter-worker/src/options.ts#WorkerOptions']],
];

test.each(TABLES)('the names of $0.title are those of its types', (section, sources, elsewhere = []) => {
  const names = new Set(sources.flatMap(declared).filter((name) => !elsewhere.includes(name)));
  expect(names.size).toBeGreaterThan(0);
  expect(optionNames(section).toSorted()).toEqual([...names].toSorted());
});
