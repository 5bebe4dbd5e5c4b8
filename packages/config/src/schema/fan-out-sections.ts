// SPDX-License-Identifier: Apache-2.0
import type {
  FingersCrossedOptions,
  LoggerFilter,
  LoggerLevel,
  RateLimitOptions,
  SamplingOptions,
} from '@logferry/processor-fanout';

import type { KeysOf, SectionShape } from './shape.ts';
import { choice, integer, key, level, list, number, text } from './simple-shapes.ts';

const loggerLevelKeys: KeysOf<LoggerLevel> = {
  name: key(text, 'The name of a logger; * stands for any characters, ? for one.', { isRequired: true }),
  minimumSeverity: key(level, 'The least severity that passes.', { isRequired: true }),
};

const LOGGER_LEVEL: SectionShape = {
  kind: 'section',
  title: 'LogferryLoggerLevel',
  about: 'A level for the loggers that a pattern matches.',
  keys: loggerLevelKeys,
};

const loggerKeys: KeysOf<LoggerFilter> = {
  include: key(list(text, 1), 'Patterns of names of loggers that pass.', { default: 'every logger' }),
  exclude: key(list(text), 'Patterns of names of loggers that do not pass; stronger than include.', {
    default: 'none',
  }),
  levels: key(list(LOGGER_LEVEL), 'Levels in place of minimum_severity; the first whose pattern matches counts.', {
    default: 'none',
  }),
};

export const LOGGERS: SectionShape = {
  kind: 'section',
  title: 'LogferryLoggers',
  about: 'Which loggers a destination listens to.',
  keys: loggerKeys,
};

const samplingKeys: KeysOf<SamplingOptions> = {
  ratio: key(number(0, 1), 'The part of the records that passes; those of one trace pass, or not, together.', {
    isRequired: true,
  }),
  exemptFrom: key(level, 'From this severity on every record passes.', { default: 'error' }),
};

export const SAMPLING: SectionShape = {
  kind: 'section',
  title: 'LogferrySampling',
  about: 'Lets a part of the records pass.',
  keys: samplingKeys,
};

const rateLimitKeys: KeysOf<RateLimitOptions> = {
  perSecond: key({ kind: 'number', min: 0, isAboveMin: true }, 'Records per second that pass in the long run.', {
    isRequired: true,
  }),
  burst: key(integer(1), 'Records that pass at once after a silence.', { default: 'per_second, rounded up' }),
  key: key(choice('all', 'logger'), 'What has a bucket of its own: all records together, or each logger.', {
    default: 'all',
  }),
  maxKeys: key(integer(1, 1_000_000), 'Keys that have a bucket of their own; further ones share one.', {
    default: 1000,
  }),
  exemptFrom: key(level, 'From this severity on every record passes and takes no token.', { default: 'error' }),
};

export const RATE_LIMIT: SectionShape = {
  kind: 'section',
  title: 'LogferryRateLimit',
  about: 'Lets so many records per second pass.',
  keys: rateLimitKeys,
};

const fingersCrossedKeys: KeysOf<FingersCrossedOptions> = {
  passFrom: key(level, 'Records below are held, others pass at once.', { default: 'info' }),
  releaseFrom: key(level, 'The severity that releases what is held of its trace.', { default: 'error' }),
  withoutTrace: key(choice('discard', 'pass'), 'What happens to records below pass_from that belong to no trace.', {
    default: 'discard',
  }),
  maxRecords: key(integer(1), 'Records held at most, over all traces.', { default: 10_000 }),
  maxBytes: key(integer(1024), 'Bytes held at most, an estimate.', { default: 16_777_216 }),
  maxTraces: key(integer(1), 'Traces of which records are held, at most.', { default: 1000 }),
  maxAgeMillis: key(integer(1), 'How long a record is held at most, in milliseconds.', { default: 60_000 }),
};

export const FINGERS_CROSSED: SectionShape = {
  kind: 'section',
  title: 'LogferryFingersCrossed',
  about: 'Holds the records of low severity of a trace, and sends them only if that trace logs an error.',
  keys: fingersCrossedKeys,
};
