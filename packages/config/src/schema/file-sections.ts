// SPDX-License-Identifier: Apache-2.0
import type { ConsoleLogRecordExporterOptions } from '@logferry/exporter-console';
import type { JsonFieldNames, JsonFormatOptions, Owner, RotatingFileOptions } from '@logferry/exporter-file';
import { fileURLToPath } from 'node:url';

import { type GroupSetting, type Setting, value } from '../settings/setting.ts';
import type { Key, KeysOf, Report, SectionShape } from './shape.ts';
import { choice, either, flag, integer, key, limit, list, place, text } from './simple-shapes.ts';

function field(about: string, name: string): Key {
  return key(
    either(text, { kind: 'boolean', only: false }),
    `${about} The name of the field, or false to leave it out.`,
    {
      default: name,
    },
  );
}

const fieldNameKeys: KeysOf<JsonFieldNames> = {
  time: field('When it happened, or was observed.', 'time'),
  severityText: field('The severity as a text.', 'severity'),
  severityNumber: field('1 to 24.', 'severityNumber'),
  body: field('The body.', 'message'),
  eventName: field('The name of the event.', 'eventName'),
  scopeName: field('The name of the logger.', 'logger'),
  traceId: field('The trace.', 'traceId'),
  spanId: field('The span.', 'spanId'),
  traceFlags: field('The flags of the trace.', 'traceFlags'),
};

const jsonKeys: KeysOf<JsonFormatOptions> = {
  fieldNames: key(
    { kind: 'section', title: 'LogferryFieldNames', about: 'Names of the fields of a line.', keys: fieldNameKeys },
    'Names of the fields of a line.',
  ),
  timestamps: key(choice('iso', 'epoch-millis', 'epoch-nanos'), 'How times are written.', { default: 'iso' }),
  include: key(list(text), 'Paths of the fields and attributes that are written.', { default: 'all' }),
  exclude: key(list(text), 'Paths of the fields and attributes that are left out.', { default: 'none' }),
  resourceAttributes: key(list(text), 'Paths of the attributes of the resource that are written.', {
    default: 'service.name',
  }),
};

const ownerKeys: KeysOf<Owner> = {
  uid: key(integer(0, 4_294_967_294), 'The user.', { default: 'that of the process' }),
  gid: key(integer(0, 4_294_967_294), 'The group.', { default: 'that of the process' }),
};

const CODE_ONLY_FILE = ['header', 'footer', 'onArchived', 'onError', 'meterProvider', 'clock'] as const;

const rotatingFileKeys: KeysOf<RotatingFileOptions, (typeof CODE_ONLY_FILE)[number]> = {
  path: key(place, 'The current file; rotated ones stand beside it. Required, unless output is stdout.'),
  output: key(choice('file', 'stdout'), 'Whether the lines go to the standard output instead.', { default: 'file' }),
  format: key(choice('otlp-json', 'json'), 'Lines of OTLP JSON, or one flat object a record.', {
    default: 'otlp-json',
  }),
  json: key(
    { kind: 'section', title: 'LogferryJsonFormat', about: 'How the flat objects look.', keys: jsonKeys },
    'How the flat objects look; for the format json only.',
  ),
  maxFileBytes: key(limit(1), 'Bytes of a file at most.', { default: 104_857_600 }),
  rotateEvery: key(text, 'minute, hour, day, week, or a cron expression of five fields.', { default: 'never' }),
  timeZone: key(text, 'The IANA time zone of rotate_every and of names.', { default: 'that of the system' }),
  rotateOnSignal: key(
    { kind: 'text', pattern: { source: '^SIG[A-Z0-9]+$', words: 'the name of a signal, such as SIGHUP' } },
    'A signal at which the file is rotated.',
    { default: 'none' },
  ),
  rotatedName: key(text, 'What stands in the name of a rotated file: {sequence}, {reason}, {date}, {time}.', {
    default: '{sequence}',
  }),
  currentLink: key(place, 'A symbolic link to the current file.', { default: 'none' }),
  maxFiles: key(limit(1), 'Files at most, together with the current one.', { default: 10 }),
  maxAgeMillis: key(limit(1), 'Rotated files go when their last write is longer ago.', { default: 'unlimited' }),
  maxTotalBytes: key(limit(1), 'Bytes of all files at most.', { default: 'unlimited' }),
  compression: key(choice('none', 'gzip', 'zstd'), 'How rotated files are compressed.', { default: 'none' }),
  archiveDirectory: key(place, 'Where rotated files go when they are compressed.', { default: 'where they are' }),
  fsync: key(choice('never', 'on-rotate', 'interval', 'every-batch'), 'When what was written is made durable.', {
    default: 'never',
  }),
  fsyncIntervalMillis: key(integer(10, 3_600_000), 'For fsync: interval.', { default: 1000 }),
  maxPendingBytes: key(integer(1_048_576), 'Bytes of records that wait for the disk at most.', { default: 67_108_864 }),
  maxLineBytes: key(integer(1024, 1_048_575), 'Bytes at which a line ends; only for otlp-json.', { default: 65_536 }),
  maxRecordsPerLine: key(limit(1), 'Records in a line at most; only for otlp-json.', { default: 'unlimited' }),
  maxRecordBytes: key(integer(16_384, 1_000_000), 'Bytes of one encoded record at most.', { default: 1_000_000 }),
  fileMode: key(integer(0, 0o777), 'Permission bits of the files, such as 0o640.', { default: 0o600 }),
  directoryMode: key(integer(0, 0o777), 'Permission bits of directories that are made, such as 0o750.', {
    default: 0o700,
  }),
  owner: key(
    { kind: 'section', title: 'LogferryOwner', about: 'The user and group that files are given to.', keys: ownerKeys },
    'The user and group that files are given to.',
    { default: 'those of the process' },
  ),
  lock: key(flag, 'Whether other processes are kept off the path.', { default: true }),
  whenInUse: key(choice('refuse', 'own-name'), 'What to do where the path is in use.', { default: 'refuse' }),
};

/** Rotating files. */
export const ROTATING_FILE: SectionShape = {
  kind: 'section',
  title: 'LogferryRotatingFile',
  about: 'Files of JSON lines that are rotated by size and time.',
  keys: rotatingFileKeys,
  codeOnly: CODE_ONLY_FILE,
  convert: checkFile,
};

function checkFile(options: GroupSetting, report: Report): GroupSetting {
  const output = options.entries.get('output');
  const isStdout = output?.kind === 'value' && output.value === 'stdout';
  const path = options.entries.get('path');
  if (path === undefined && !isStdout) report(options, { message: 'must have path, or output: stdout' });
  if (path !== undefined && isStdout)
    report(path, { path: 'path', message: 'must be left out where output is stdout' });
  // The exporter must be able to open its own files again.
  for (const [option, name, least] of [
    ['fileMode', 'file_mode', 0o600],
    ['directoryMode', 'directory_mode', 0o700],
  ] as const) {
    const mode = options.entries.get(option);
    if (mode?.kind === 'value' && typeof mode.value === 'number' && (mode.value & least) !== least) {
      report(mode, { path: name, message: `must include 0o${least.toString(8)}` });
    }
  }
  return options;
}

/** The standard's `otlp_file/development`. */
export const STANDARD_FILE: SectionShape = {
  kind: 'section',
  title: 'OtlpFileExporter',
  about: 'Writes OTLP JSON lines to one file, or to the standard output.',
  keys: {
    path: key(
      {
        kind: 'text',
        content: 'place',
        pattern: { source: '^(?:stdout|file:///.+)$', words: 'stdout, or file:/// and an absolute path' },
      },
      'stdout, or file:///path/of/file.jsonl.',
      { name: 'output_stream', default: 'stdout' },
    ),
  },
  convert: (options, report) => {
    const path = options.entries.get('path');
    return { ...options, entries: new Map(path === undefined ? [] : pathOf(path, report)) };
  },
};

function pathOf(stream: Setting, report: Report): [string, Setting][] {
  if (stream.kind !== 'value' || stream.value === 'stdout') return [];
  try {
    return [['path', value(fileURLToPath(String(stream.value)), stream.origin)]];
  } catch {
    report(stream, { path: 'output_stream', message: 'must be stdout, or file:/// and an absolute path' });
    return [];
  }
}

const CODE_ONLY_CONSOLE = ['stdout', 'stderr', 'environment', 'clock'] as const;

const consoleKeys: KeysOf<ConsoleLogRecordExporterOptions, (typeof CODE_ONLY_CONSOLE)[number]> = {
  format: key(choice('auto', 'pretty', 'json'), 'auto: pretty on a terminal, otherwise json.', { default: 'auto' }),
  colour: key(flag, 'Whether pretty lines are coloured.', { default: 'as the terminal and NO_COLOR say' }),
  timeZone: key(choice('utc', 'local'), 'Zone of the time of day in pretty lines.', { default: 'utc' }),
  stderrMinSeverity: key(integer(1, 24), 'Records of this severity number and above go to stderr; 13 is WARN.', {
    default: 'none',
  }),
  includeResource: key(flag, 'Whether JSON lines end with the attributes of the resource.', { default: false }),
  maxRecordBytes: key(integer(4096, 2 ** 30), 'Bytes that one record takes at most.', { default: 65_536 }),
  writeTimeoutMillis: key(limit(1), 'How long a stream that takes nothing is waited for.', { default: 30_000 }),
  maxPendingBytes: key(integer(65_536), 'Bytes that wait for a slow stream at most.', { default: 67_108_864 }),
};

/** The console with all options. */
export const LOGFERRY_CONSOLE: SectionShape = {
  kind: 'section',
  title: 'LogferryConsole',
  about: 'Readable lines on a terminal, JSON elsewhere.',
  keys: consoleKeys,
  codeOnly: CODE_ONLY_CONSOLE,
};

/** The standard's `console`, which has no options. */
export const STANDARD_CONSOLE: SectionShape = {
  kind: 'section',
  title: 'ConsoleExporter',
  about: 'Writes to the standard output.',
  keys: {},
};
