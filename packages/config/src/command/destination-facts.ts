// SPDX-License-Identifier: Apache-2.0

/** What would run, in words: one fact a line. */
import {
  Anonymizer,
  type AnonymizationPolicy,
  policyHash,
  PRESETS,
  type PresetName,
} from '@logferry/processor-anonymize';

import type { DestinationOptions, LoggersOptions } from '../options.ts';
import { resolvePolicy } from '../pipeline/build-redaction.ts';
import type { RedactionOptions } from '../redaction-options.ts';
import { QUEUE_KEYS } from '../schema/queue-section.ts';

/** A line of what is told of a pipeline or a destination. */
export interface Fact {
  readonly name: string;
  readonly words: string;
  readonly state: 'plain' | 'good' | 'doubtful' | 'bad';
}

export function fact(name: string, words: string, state: Fact['state'] = 'plain'): Fact {
  return { name, words, state };
}

/** `gdpr-extended 1, hash 0123456789abcdef`; what is wrong with the policy is told where it is made. */
export function redactionFact({ policy = 'default', dryRun }: RedactionOptions): Fact {
  try {
    const resolved = resolvePolicy('redaction', policy);
    const whole: AnonymizationPolicy = typeof resolved === 'string' ? PRESETS[resolved satisfies PresetName] : resolved;
    void new Anonymizer({ policy: whole });
    const words = `${whole.name} ${whole.version}, hash ${policyHash(whole)}`;
    return dryRun === true
      ? fact('redaction', `${words}; a dry run: nothing is replaced`, 'doubtful')
      : fact('redaction', words);
  } catch {
    return fact('redaction', 'can not be used', 'bad');
  }
}

/** What loggers let through at all. */
export function loggersFact({ defaultConfig = {}, rules = [] }: LoggersOptions): Fact {
  const one = ({
    enabled,
    minimumSeverity,
    sampledTracesOnly,
  }: NonNullable<LoggersOptions['defaultConfig']>): string => {
    if (enabled === false) return 'off';
    return `${levelWords(minimumSeverity)}${sampledTracesOnly === true ? ' of sampled traces' : ''}`;
  };
  return fact(
    'loggers',
    [one(defaultConfig), ...rules.map(({ name, config }) => `${name}: ${one(config)}`)].join('; '),
  );
}

/** Which records a destination gets. */
export function filterFact(destination: DestinationOptions): Fact {
  const { minimumSeverity, loggers, sampledTracesOnly, sampling, rateLimit, fingersCrossed } = destination;
  const words = [
    levelWords(minimumSeverity),
    ...(loggers?.include === undefined ? [] : [`of ${loggers.include.join(', ')}`]),
    ...(loggers?.levels ?? []).map((level) => `${level.name}: ${levelWords(level.minimumSeverity)}`),
    ...(loggers?.exclude ?? []).map((name) => `not ${name}`),
    ...(sampledTracesOnly === true ? ['sampled traces only'] : []),
    ...(sampling === undefined
      ? []
      : [`${sampling.ratio * 100} % of those below ${String(sampling.exemptFrom ?? 'error')}`]),
    ...(rateLimit === undefined
      ? []
      : [`at most ${rateLimit.perSecond} a second${rateLimit.key === 'logger' ? ' of each logger' : ''}`]),
    ...(fingersCrossed === undefined
      ? []
      : [
          `below ${String(fingersCrossed.passFrom ?? 'info')} only of traces that log ${String(fingersCrossed.releaseFrom ?? 'error')}`,
        ]),
  ];
  return fact('gets', words.join('; '));
}

export function queueFact({ queue = {} }: DestinationOptions): Fact {
  if (queue.maxExportBatchSize === 1) return fact('queue', 'each record by itself');
  const { maxQueueSize = QUEUE_KEYS.maxQueueSize.default, maxQueueBytes = QUEUE_KEYS.maxQueueBytes.default } = queue;
  const policy = queue.overflowPolicy ?? QUEUE_KEYS.overflowPolicy.default;
  return fact('queue', `${maxQueueSize} records, ${maxQueueBytes} bytes, ${policy}`);
}

function levelWords(level: DestinationOptions['minimumSeverity']): string {
  if (level === undefined || level === 'all') return 'every level';
  return level === 'off' ? 'off' : `${level} and above`;
}
