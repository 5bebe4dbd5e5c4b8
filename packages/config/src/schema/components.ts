// SPDX-License-Identifier: Apache-2.0

/** The exporters and processors that a file can name: those of the standard, and ours under names of our own. */
import type { DestinationOptions, LogPipelineOptions } from '../options.ts';
import { group, type GroupSetting, value, withEntries } from '../settings/setting.ts';
import { FINGERS_CROSSED, LOGGERS, RATE_LIMIT, SAMPLING } from './fan-out-sections.ts';
import { LOGFERRY_CONSOLE, ROTATING_FILE, STANDARD_CONSOLE, STANDARD_FILE } from './file-sections.ts';
import { LOGFERRY_GRPC, LOGFERRY_HTTP, STANDARD_GRPC, STANDARD_HTTP } from './otlp-sections.ts';
import { logferryBatch, QUEUE, standardBatch, standardSimple } from './queue-section.ts';
import { REDACTION, REDACTION_KEYS, redactionOptions } from './redaction-section.ts';
import type { ComponentShape, ComponentType, Key, KeysOf, Report, SectionShape } from './shape.ts';
import { choice, either, flag, key, level, limit } from './simple-shapes.ts';
import { WORKER } from './worker-section.ts';

function component(section: SectionShape): ComponentType {
  return { section, about: section.about };
}

const EXPORTER_TYPES: Readonly<Record<string, string>> = {
  otlp_grpc: 'otlp-grpc',
  logferry_otlp_grpc: 'otlp-grpc',
  otlp_http: 'otlp-http',
  logferry_otlp_http: 'otlp-http',
  'otlp_file/development': 'otlp-file',
  logferry_rotating_file: 'rotating-file',
  console: 'console',
  logferry_console: 'console',
};

const EXPORTER: ComponentShape = {
  kind: 'component',
  title: 'LogRecordExporter',
  what: 'an exporter',
  types: {
    otlp_grpc: component(STANDARD_GRPC),
    otlp_http: component(STANDARD_HTTP),
    'otlp_file/development': component(STANDARD_FILE),
    console: component(STANDARD_CONSOLE),
    logferry_otlp_grpc: component(LOGFERRY_GRPC),
    logferry_otlp_http: component(LOGFERRY_HTTP),
    logferry_rotating_file: component(ROTATING_FILE),
    logferry_console: component(LOGFERRY_CONSOLE),
  },
  named: (type, { entries, origin }) => ({
    kind: 'group',
    origin,
    entries: new Map([['type', value(EXPORTER_TYPES[type], origin)], ...entries]),
  }),
};

const EXPORTER_KEY: Key = key(EXPORTER, 'Where the records go.', { isRequired: true });

/** The keys of one destination. */
export const DESTINATION_KEYS: KeysOf<DestinationOptions, 'processor' | 'filter'> = {
  minimumSeverity: key(level, 'The least severity that passes: a name, a number, all, or off.', { default: 'all' }),
  loggers: key(LOGGERS, 'Which loggers pass, and levels of their own.', { default: 'every logger' }),
  sampledTracesOnly: key(flag, 'Leaves out the records of traces that are not sampled.', { default: false }),
  sampling: key(SAMPLING, 'Lets a part of the records pass.', { default: 'every record' }),
  rateLimit: key(RATE_LIMIT, 'Lets so many records per second pass.', { default: 'no limit' }),
  fingersCrossed: key(FINGERS_CROSSED, 'Holds records of low severity until their trace logs an error.', {
    isOnWhenEmpty: true,
    default: 'nothing is held',
  }),
  suppressionNotices: key(flag, 'Tells the destination itself what was kept from it.', { default: false }),
  isolation: key(choice('view', 'none'), 'Whether the destination gets a view of each record, or the record itself.', {
    default: 'none for what only reads, otherwise view',
  }),
  redaction: key(REDACTION, 'Replaces data in the records of this destination, before they are queued.', {
    isOnWhenEmpty: true,
    default: 'none',
  }),
  queue: key(QUEUE, 'The queue before the exporter.'),
  exporter: EXPORTER_KEY,
  worker: key(either(flag, WORKER), 'Whether the exporter runs in a worker thread, or the options of that.', {
    default: false,
  }),
};

const DESTINATION: SectionShape = {
  kind: 'section',
  title: 'LogferryDestination',
  about: 'Which records a destination gets, what becomes of them, and where they go.',
  keys: DESTINATION_KEYS,
};

type FanOutKeys = Pick<LogPipelineOptions, 'destinations' | 'flushTimeoutMillis' | 'shutdownTimeoutMillis'>;

const fanOutKeys: KeysOf<FanOutKeys> = {
  destinations: key(
    { kind: 'named', names: 'the name of a destination', values: DESTINATION, minEntries: 1 },
    'Where records go, by name.',
    { isRequired: true },
  ),
  flushTimeoutMillis: key(limit(1), 'Milliseconds that a flush takes at most.', { default: 30_000 }),
  shutdownTimeoutMillis: key(limit(1), 'Milliseconds that the shutdown of a destination takes at most.', {
    default: 30_000,
  }),
};

const QUEUES: Readonly<Record<string, ComponentType>> = {
  batch: component(standardBatch(EXPORTER_KEY)),
  simple: component(standardSimple(EXPORTER_KEY)),
  logferry_batch: component(logferryBatch(EXPORTER_KEY)),
};

const ANONYMIZE: SectionShape = {
  kind: 'section',
  title: 'LogferryAnonymize',
  about:
    'Replaces data in records. With processor or exporter it is a destination; without them it stands first, and is for all that follow.',
  keys: {
    ...REDACTION_KEYS,
    processor: key(
      {
        kind: 'component',
        title: 'LogferryQueueProcessor',
        what: 'a processor with an exporter',
        types: QUEUES,
        named: asIs,
      },
      'What gets the redacted records.',
    ),
    exporter: key(EXPORTER, 'What gets the redacted records, behind a queue with its defaults.'),
  },
  convert: anonymizeOptions,
};

function asIs(_type: string, options: GroupSetting): GroupSetting {
  return options;
}

function anonymizeOptions(options: GroupSetting, report: Report): GroupSetting {
  const { entries, origin } = options;
  const processor = entries.get('processor');
  const exporter = entries.get('exporter');
  if (processor !== undefined && exporter !== undefined) {
    report(exporter, { path: 'exporter', message: 'and processor can not both be given' });
  }
  const redaction = redactionOptions(options, report);
  if (processor?.kind === 'group') return withEntries(processor, { redaction });
  return group(
    [
      ['exporter', exporter],
      ['redaction', redaction],
    ],
    origin,
  );
}

/** The processors; each is one destination, or several, or the redaction of all that follow. */
export const PROCESSOR: ComponentShape = {
  kind: 'component',
  title: 'LogRecordProcessor',
  what: 'a processor',
  types: {
    ...QUEUES,
    logferry_anonymize: component(ANONYMIZE),
    logferry_fan_out: component({
      kind: 'section',
      title: 'LogferryFanOut',
      about: 'Sends each record to named destinations, each with its own level, redaction, queue and failures.',
      keys: fanOutKeys,
    }),
  },
};
