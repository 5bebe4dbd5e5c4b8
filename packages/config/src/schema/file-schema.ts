// SPDX-License-Identifier: Apache-2.0
import type { LogPipelineOptions, LogRecordLimits } from '../options.ts';
import { PROCESSOR } from './components.ts';
import { LOGGER_CONFIGURATOR } from './logger-configurator.ts';
import { pipelineOptions } from './pipeline-options.ts';
import { resourceOptions } from './resource-options.ts';
import type { ComponentType, Key, KeysOf, SectionShape } from './shape.ts';
import { choice, either, flag, integer, key, limit, list, number, severityName, text } from './simple-shapes.ts';

const limitKeys: KeysOf<LogRecordLimits> & { readonly attributeValueDepthLimit: Key } = {
  attributeValueLengthLimit: key(integer(0), 'UTF-16 units at which texts in attributes are cut.', { default: 'none' }),
  attributeCountLimit: key(integer(0), 'Attributes of a record at most.', { default: 128 }),
  attributeValueDepthLimit: key(integer(1), 'Depth of values; the SDK for Node.js has no such limit.', { default: 64 }),
};

function limits(title: string, about: string): SectionShape {
  return { kind: 'section', title, about, keys: limitKeys };
}

const RESOURCE_ATTRIBUTE: SectionShape = {
  kind: 'section',
  title: 'AttributeNameValue',
  about: 'An attribute of the resource.',
  keys: {
    name: key(text, 'The name.', { isRequired: true }),
    value: key(
      either(text, number(-Infinity), flag, list(text, 1), list(number(-Infinity), 1), list(flag, 1)),
      'The value; null leaves the attribute out.',
    ),
    type: key(
      choice('string', 'bool', 'int', 'double', 'string_array', 'bool_array', 'int_array', 'double_array'),
      'The type that the value must have.',
      { default: 'string' },
    ),
  },
};

function detector(name: string, about: string): ComponentType {
  return { about, section: { kind: 'section', title: `ResourceDetector_${name}`, about, keys: {} } };
}

const DETECTION: SectionShape = {
  kind: 'section',
  title: 'ResourceDetection',
  about: 'What is found out about the process.',
  keys: {
    attributes: key(
      {
        kind: 'section',
        title: 'IncludeExclude',
        about: 'Patterns of names of attributes; * stands for any characters, ? for one.',
        keys: {
          included: key(list(text, 1), 'Attributes that are taken.', { default: 'all' }),
          excluded: key(list(text, 1), 'Attributes that are not taken; stronger than included.', { default: 'none' }),
        },
      },
      'Which attributes are taken.',
    ),
    detectors: key(
      list(
        {
          kind: 'component',
          title: 'ResourceDetector',
          what: 'a detector',
          types: {
            service: detector('service', 'service.name as OTEL_SERVICE_NAME has it, and a service.instance.id.'),
            host: detector('host', 'host.name and host.arch, os.type and os.version.'),
            process: detector('process', 'process.pid and process.executable.name, and the runtime.'),
            container: detector('container', 'Left out: it is for the SDK to find.'),
          },
        },
        1,
      ),
      'Detectors; of an attribute that several find, the last one counts.',
    ),
  },
};

const RESOURCE: SectionShape = {
  kind: 'section',
  title: 'Resource',
  about: 'What the logs are about.',
  keys: {
    attributes: key(list(RESOURCE_ATTRIBUTE, 1), 'Attributes; they win over attributes_list.', { default: 'none' }),
    attributesList: key(text, 'Attributes as k1=v1,k2=v2, percent-encoded.', { default: 'none' }),
    schemaUrl: key(text, 'The URL of the schema of the attributes.', { default: 'none' }),
    detection: key(DETECTION, 'What is found out about the process.', {
      name: 'detection/development',
      default: 'nothing',
    }),
  },
  convert: resourceOptions,
};

const LOGGER_PROVIDER: SectionShape = {
  kind: 'section',
  title: 'LoggerProvider',
  about: 'What becomes of logs.',
  keys: {
    processors: key(
      list(PROCESSOR, 1),
      'What gets each record; each stands for itself, and a failure of one touches no other.',
      {
        isRequired: true,
      },
    ),
    limits: key(
      limits('LogRecordLimits', 'Limits of log records.'),
      'Limits of log records; stronger than attribute_limits.',
    ),
    loggers: key(LOGGER_CONFIGURATOR, 'What is let through of loggers at all.', {
      name: 'logger_configurator/development',
    }),
  },
};

type OwnKeys = Pick<
  LogPipelineOptions,
  'flushOn' | 'flushOnTimeoutMillis' | 'flushTimeoutMillis' | 'shutdownTimeoutMillis'
>;

const ownKeys: KeysOf<OwnKeys> & { readonly reloadOnSignal: Key } = {
  flushOn: key(
    list(choice('beforeExit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor', 'exit')),
    'Events of the process on which every queue is flushed.',
    { default: 'none' },
  ),
  flushOnTimeoutMillis: key(integer(1), 'Milliseconds that such a flush takes at most.', { default: 5000 }),
  flushTimeoutMillis: key(limit(1), 'Milliseconds that a flush takes at most.', { default: 30_000 }),
  shutdownTimeoutMillis: key(limit(1), 'Milliseconds that the shutdown of a destination takes at most.', {
    default: 30_000,
  }),
  reloadOnSignal: key(choice('SIGHUP', 'SIGUSR2'), 'A signal on which the file is read again.', { default: 'none' }),
};

const DISTRIBUTION: SectionShape = {
  kind: 'section',
  title: 'Distribution',
  about: 'Settings of distributions, by their name; those of others are left alone.',
  keys: {
    logferry: key(
      { kind: 'section', title: 'LogferryDistribution', about: 'Settings of the pipeline as a whole.', keys: ownKeys },
      'Settings of the pipeline as a whole.',
    ),
  },
  allowsOthers: true,
};

function leftAlone(what: string): Key {
  return key({ kind: 'any' }, `${what}; left to the SDK.`);
}

/** A whole file. */
export const FILE: SectionShape = {
  kind: 'section',
  title: 'OpenTelemetryConfiguration',
  about: 'A declarative configuration of OpenTelemetry, as far as logs go, with the components of Logferry.',
  keys: {
    fileFormat: key(
      {
        kind: 'text',
        pattern: { source: '^\\d{1,4}\\.\\d{1,4}(?:-[A-Za-z0-9.]+)?$', words: 'a version in quotes, such as "1.1"' },
      },
      'The version of the format, such as "1.1".',
      { isRequired: true },
    ),
    schema: key({ kind: 'any' }, 'For editors: the JSON Schema of the file.', { name: '$schema' }),
    disabled: key(flag, 'Whether nothing is logged.', { default: false }),
    logLevel: key(severityName, 'The level of what the SDK and the components say of themselves.', { default: 'info' }),
    attributeLimits: key(
      limits('AttributeLimits', 'Limits of attributes of all signals.'),
      'Limits of attributes of all signals.',
    ),
    resource: key(RESOURCE, 'What the telemetry is about.'),
    loggerProvider: key(LOGGER_PROVIDER, 'What becomes of logs.', { default: 'nothing is logged' }),
    distribution: key(DISTRIBUTION, 'Settings of distributions.'),
    propagator: leftAlone('Propagators'),
    responsePropagator: key({ kind: 'any' }, 'Left to the SDK.', { name: 'response_propagator/development' }),
    tracerProvider: leftAlone('What becomes of traces'),
    meterProvider: leftAlone('What becomes of metrics'),
    instrumentation: key({ kind: 'any' }, 'Instrumentation; left to the SDK.', { name: 'instrumentation/development' }),
  },
  convert: pipelineOptions,
};

const { reloadOnSignal: _signal, ...ownOptions } = ownKeys;

/** The options of a pipeline that have a default, under their own names. */
export const PIPELINE_OPTIONS: Readonly<Record<string, Key>> = {
  disabled: key(flag, 'Whether nothing is logged.', { default: false }),
  ...ownOptions,
};
