// SPDX-License-Identifier: Apache-2.0
import type { LoggerConfig, LoggerRule, LoggersOptions } from '../options.ts';
import type { KeysOf, SectionShape } from './shape.ts';
import { flag, key, list, severityName, text } from './simple-shapes.ts';

const configKeys: KeysOf<LoggerConfig> = {
  enabled: key(flag, 'Whether the logger logs at all.', { default: true }),
  minimumSeverity: key(severityName, 'The least severity that passes; records without one pass.', { default: 'all' }),
  sampledTracesOnly: key(flag, 'Whether records of traces that are not sampled are left out.', {
    name: 'trace_based',
    default: false,
  }),
};

const LOGGER_CONFIG: SectionShape = {
  kind: 'section',
  title: 'LoggerConfig',
  about: 'What is let through of a logger.',
  keys: configKeys,
};

const ruleKeys: KeysOf<LoggerRule> = {
  name: key(text, 'The name of a logger; * stands for any characters, ? for one.', { isRequired: true }),
  config: key(LOGGER_CONFIG, 'What is let through of the loggers that match.', { isRequired: true }),
};

const LOGGER_RULE: SectionShape = {
  kind: 'section',
  title: 'LoggerMatcherAndConfig',
  about: 'What is let through of the loggers that a pattern matches.',
  keys: ruleKeys,
};

const configuratorKeys: KeysOf<LoggersOptions> = {
  defaultConfig: key(LOGGER_CONFIG, 'For loggers that no entry of loggers matches.'),
  rules: key(list(LOGGER_RULE, 1), 'By pattern of names; the first that matches counts.', { name: 'loggers' }),
};

/** The standard's `logger_configurator/development`. */
export const LOGGER_CONFIGURATOR: SectionShape = {
  kind: 'section',
  title: 'LoggerConfigurator',
  about: 'What is let through of loggers at all, before any processor.',
  keys: configuratorKeys,
};
