// SPDX-License-Identifier: Apache-2.0

/** The variables that say something of the pipeline as a whole: those of the standard, and ours for what it doesn't cover. */
import { PRESETS } from '@logferry/processor-anonymize';

import { pairList } from '../schema/pair-list.ts';
import { QUEUE_KEYS } from '../schema/queue-section.ts';
import { choice, flag, integer, level, limit, place, text, timer } from '../schema/simple-shapes.ts';
import {
  group,
  type GroupSetting,
  groupOf,
  mergeSettings,
  type Origin,
  type Setting,
  value,
  valueOf,
  type ValueSetting,
} from '../settings/setting.ts';
import type { VariableReader, VariableShape } from './variable.ts';

/** Our variables and what each is for; the README has them in a table. */
export const OWN_VARIABLES: Readonly<Record<string, string>> = {
  LOGFERRY_CONFIG_FILE: 'a file of the declarative configuration; variables stand above it',
  LOGFERRY_MINIMUM_SEVERITY: 'the least severity of loggers that the file has no rule for',
  LOGFERRY_REDACTION: 'the preset by which every record is redacted',
  LOGFERRY_REDACTION_KEYS: 'the keys of the redaction: id:base64, several with commas between',
  LOGFERRY_REDACTION_KEYS_FILE: 'a file of those keys',
  LOGFERRY_CONSOLE_FORMAT: 'auto, pretty or json',
  LOGFERRY_FILE: 'the path of a rotating file, a destination of its own',
  LOGFERRY_FILE_FORMAT: 'otlp-json or json',
  LOGFERRY_FILE_MAX_BYTES: 'bytes of a file at most, or unlimited',
  LOGFERRY_FILE_MAX_FILES: 'files at most, or unlimited',
  LOGFERRY_FILE_ROTATE_EVERY: 'minute, hour, day, week, or a cron expression',
  LOGFERRY_FILE_COMPRESSION: 'none, gzip or zstd',
  LOGFERRY_FILE_WHEN_IN_USE: 'refuse, or own-name: several processes and threads have files of their own',
  LOGFERRY_MAX_QUEUE_BYTES: 'bytes that each queue holds at most',
  LOGFERRY_MAX_EXPORT_BATCH_BYTES: 'bytes at which a batch is sealed',
  LOGFERRY_OVERFLOW_POLICY: 'drop-newest or drop-oldest',
  LOGFERRY_FLUSH_ON: 'events of the process on which queues are flushed, with commas between',
  LOGFERRY_FLUSH_ON_TIMEOUT: 'milliseconds that such a flush takes at most',
  LOGFERRY_RELOAD_SIGNAL: 'SIGHUP or SIGUSR2: the configuration is read again',
};

const EXPORTERS = choice('otlp', 'console', 'none');
const PROTOCOLS = choice('grpc', 'http/protobuf', 'http/json');
const LOG_LEVELS = choice('none', 'error', 'warn', 'info', 'debug', 'verbose', 'all');

/** What the environment says of a pipeline, but for its destinations. */
export function readEnvironment(reader: VariableReader): GroupSetting {
  const keys = reader.find('LOGFERRY_REDACTION_KEYS');
  const severity = reader.read(level.shapes[0] as VariableShape, 'LOGFERRY_MINIMUM_SEVERITY');
  const redaction: [string, Setting | undefined][] = [
    ['policy', reader.read(choice(...Object.keys(PRESETS)), 'LOGFERRY_REDACTION')],
    ['keysVariable', keys && value(keys.name, { kind: 'variable', name: keys.name })],
    ['keysFile', keys === undefined ? reader.read(place, 'LOGFERRY_REDACTION_KEYS_FILE') : undefined],
  ];
  const signal = reader.read(choice('SIGHUP', 'SIGUSR2'), 'LOGFERRY_RELOAD_SIGNAL');
  return group(
    [
      ['disabled', reader.read(flag, 'OTEL_SDK_DISABLED')],
      ['resource', someOf([['attributes', resourceAttributes(reader)]])],
      [
        'limits',
        someOf(
          (
            [
              ['attributeValueLengthLimit', 'ATTRIBUTE_VALUE_LENGTH_LIMIT'],
              ['attributeCountLimit', 'ATTRIBUTE_COUNT_LIMIT'],
            ] as const
          ).map(([option, name]) => [option, reader.read(integer(0), `OTEL_LOGRECORD_${name}`, `OTEL_${name}`)]),
        ),
      ],
      ['loggers', someOf([['defaultConfig', someOf([['minimumSeverity', severity]])]])],
      ['redaction', someOf(redaction)],
      [
        'flushOn',
        reader.readList(
          choice('beforeExit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor', 'exit'),
          'LOGFERRY_FLUSH_ON',
        ),
      ],
      ['flushOnTimeoutMillis', reader.read(timer(1), 'LOGFERRY_FLUSH_ON_TIMEOUT')],
      ['reload', someOf([['signal', signal]])],
      ['logLevel', reader.read(LOG_LEVELS, 'OTEL_LOG_LEVEL')],
    ],
    ENVIRONMENT,
  );
}

/** The destinations that `OTEL_LOGS_EXPORTER` names; undefined where it isn't set, or is bad. */
export function namedDestinations(reader: VariableReader): GroupSetting | undefined {
  const named = reader.readList(EXPORTERS, 'OTEL_LOGS_EXPORTER');
  if (named === undefined) return undefined;
  const words = new Set(named.value as readonly string[]);
  if (words.has('none') && words.size > 1) reader.bad('OTEL_LOGS_EXPORTER', 'must not have none beside others');
  const entries: [string, Setting | undefined][] = [];
  if (words.has('otlp')) entries.push(otlpDestination(reader, named.origin));
  if (words.has('console')) entries.push(['console', destination('console', named.origin)]);
  return group(entries, named.origin);
}

/** Without a word about destinations: OTLP where an endpoint is set, otherwise the console. */
export function defaultDestinations(reader: VariableReader): GroupSetting {
  const endpoint = reader.find('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT');
  if (endpoint === undefined) return group([['console', destination('console', DEFAULT)]], DEFAULT);
  const origin: Origin = { kind: 'variable', name: endpoint.name };
  return group([otlpDestination(reader, origin)], origin);
}

/** The rotating file of LOGFERRY_FILE. */
export function fileDestination(reader: VariableReader): GroupSetting | undefined {
  const path = reader.read(place, 'LOGFERRY_FILE');
  const options: [string, ValueSetting | undefined][] = [
    ['format', reader.read(choice('otlp-json', 'json'), 'LOGFERRY_FILE_FORMAT')],
    ['maxFileBytes', reader.read(limit(1), 'LOGFERRY_FILE_MAX_BYTES')],
    ['maxFiles', reader.read(limit(1), 'LOGFERRY_FILE_MAX_FILES')],
    ['rotateEvery', reader.read(text, 'LOGFERRY_FILE_ROTATE_EVERY')],
    ['compression', reader.read(choice('none', 'gzip', 'zstd'), 'LOGFERRY_FILE_COMPRESSION')],
    ['whenInUse', reader.read(choice('refuse', 'own-name'), 'LOGFERRY_FILE_WHEN_IN_USE')],
  ];
  for (const [, option] of options) {
    if (path !== undefined || option?.origin.kind !== 'variable') continue;
    reader.bad(option.origin.name, 'must stand beside LOGFERRY_FILE');
  }
  if (path === undefined) return undefined;
  const exporter = group([['type', value('rotating-file', path.origin)], ['path', path], ...options], path.origin);
  return group([['exporter', exporter]], path.origin);
}

/** What our variables say of every queue, and of every console. */
export function everyDestination(destinations: GroupSetting, reader: VariableReader): GroupSetting {
  const queue = someOf([
    ['maxQueueBytes', reader.read(QUEUE_KEYS.maxQueueBytes.shape as VariableShape, 'LOGFERRY_MAX_QUEUE_BYTES')],
    [
      'maxExportBatchBytes',
      reader.read(QUEUE_KEYS.maxExportBatchBytes.shape as VariableShape, 'LOGFERRY_MAX_EXPORT_BATCH_BYTES'),
    ],
    ['overflowPolicy', reader.read(QUEUE_KEYS.overflowPolicy.shape as VariableShape, 'LOGFERRY_OVERFLOW_POLICY')],
  ]);
  const format = reader.read(choice('auto', 'pretty', 'json'), 'LOGFERRY_CONSOLE_FORMAT');
  const entries = [...destinations.entries].map(([name, setting]): [string, Setting] => {
    if (setting.kind !== 'group') return [name, setting];
    const exporter = groupOf(setting, 'exporter');
    const isConsole = exporter !== undefined && valueOf(exporter, 'type') === 'console';
    const over = [
      ['queue', queue],
      ['exporter', isConsole ? someOf([['format', format]]) : undefined],
    ] as const;
    return [name, mergeSettings(setting, group(over, setting.origin))!];
  });
  return group(entries, destinations.origin);
}

/** Of groups, whose values have origins of their own. */
const ENVIRONMENT: Origin = { kind: 'variable', name: 'the environment' };

const DEFAULT: Origin = { kind: 'default' };

function someOf(entries: Iterable<readonly [string, Setting | undefined]>): GroupSetting | undefined {
  const made = group(entries, ENVIRONMENT);
  return made.entries.size === 0 ? undefined : made;
}

function destination(type: string, origin: Origin): GroupSetting {
  return group([['exporter', group([['type', value(type, origin)]], origin)]], origin);
}

function otlpDestination(reader: VariableReader, origin: Origin): [string, GroupSetting] {
  const protocol = reader.read(PROTOCOLS, 'OTEL_EXPORTER_OTLP_LOGS_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL');
  // The specification's default is http/protobuf.
  const type = protocol?.value === 'grpc' ? 'otlp-grpc' : 'otlp-http';
  return ['otlp', destination(type, protocol?.origin ?? origin)];
}

/** A list with a mistake is ignored as a whole, as the specification wants it. */
function resourceAttributes(reader: VariableReader): GroupSetting | undefined {
  const entries: [string, Setting][] = [];
  const attributes = reader.find('OTEL_RESOURCE_ATTRIBUTES');
  const pairs = attributes === undefined ? [] : pairList(attributes.text);
  const bad = pairs.find(({ pair }) => pair === undefined);
  if (bad === undefined) {
    for (const { pair } of pairs) {
      entries.push([pair!.name, value(pair!.value, { kind: 'variable', name: 'OTEL_RESOURCE_ATTRIBUTES' })]);
    }
  } else {
    reader.bad('OTEL_RESOURCE_ATTRIBUTES', `must hold name=value, percent-encoded, and entry ${bad.position} does not`);
  }
  const service = reader.find('OTEL_SERVICE_NAME');
  if (service !== undefined)
    entries.push(['service.name', value(service.text, { kind: 'variable', name: service.name })]);
  return someOf(entries);
}
