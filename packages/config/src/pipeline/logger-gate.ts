// SPDX-License-Identifier: Apache-2.0
import {
  booleanOption,
  type EmitContext,
  invalidOption,
  knownOptions,
  type LogRecordProcessor,
  type ReadWriteLogRecord,
} from '@logferry/core';
import { loggerPattern, matchesLogger, severityOption } from '@logferry/processor-fanout';
import { isSpanContextValid, type SpanContext, trace, TraceFlags } from '@opentelemetry/api';

import type { LoggerConfig, LoggersOptions } from '../options.ts';

/** Names of loggers that are remembered; beyond it they are worked out anew, because names can be made up at run time. */
const MAX_LOGGERS = 1024;

const MAX_SEVERITY = 24;

interface ResolvedConfig {
  /** The least severity number; 0 all, above 24 none, and then not even records without a severity. */
  readonly minimumSeverity: number;
  readonly sampledTracesOnly: boolean;
}

type EnabledQuery = Parameters<NonNullable<LogRecordProcessor['enabled']>>[0];

/** Lets through what the configuration of loggers says, for all destinations alike. */
export class LoggerGate implements LogRecordProcessor {
  readonly #next: LogRecordProcessor;
  readonly #rules: readonly { readonly name: string; readonly config: ResolvedConfig }[];
  readonly #default: ResolvedConfig;
  readonly #known = new Map<string, ResolvedConfig>();
  #filtered = 0;

  /** @throws LogferryError `INVALID_OPTION` */
  constructor(next: LogRecordProcessor, loggers: LoggersOptions) {
    if (typeof loggers !== 'object' || (loggers as unknown) === null) {
      throw invalidOption('loggers', loggers, 'an object with defaultConfig or rules');
    }
    knownOptions('loggers', loggers, ['defaultConfig', 'rules']);
    const { defaultConfig = {}, rules = [] } = loggers;
    if (!Array.isArray(rules)) throw invalidOption('loggers.rules', rules, 'a list');
    this.#next = next;
    this.#default = resolveConfig('loggers.defaultConfig', defaultConfig);
    this.#rules = rules.map((rule: { readonly name?: unknown; readonly config?: LoggerConfig } | null, index) => {
      const path = `loggers.rules[${index}]`;
      return {
        name: loggerPattern(`${path}.name`, rule?.name),
        config: resolveConfig(`${path}.config`, rule?.config ?? {}),
      };
    });
  }

  /** Records that were not let through, since the start. */
  get filtered(): number {
    return this.#filtered;
  }

  onEmit(record: ReadWriteLogRecord, context?: EmitContext): void {
    const config = this.#configOf(record.instrumentationScope.name);
    if (passes(config, record.severityNumber, record.spanContext)) this.#next.onEmit(record, context);
    else this.#filtered += 1;
  }

  enabled(query: EnabledQuery): boolean {
    const config = this.#configOf(query.instrumentationScope.name);
    const spanContext = config.sampledTracesOnly ? trace.getSpanContext(query.context) : undefined;
    return passes(config, query.severityNumber, spanContext) && (this.#next.enabled?.(query) ?? true);
  }

  async forceFlush(...options: Parameters<LogRecordProcessor['forceFlush']>): Promise<void> {
    await this.#next.forceFlush(...options);
  }

  async shutdown(): Promise<void> {
    await this.#next.shutdown();
  }

  #configOf(logger: string): ResolvedConfig {
    const known = this.#known.get(logger);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_LOGGERS) this.#known.clear();
    const config = this.#rules.find(({ name }) => matchesLogger(name, logger))?.config ?? this.#default;
    this.#known.set(logger, config);
    return config;
  }
}

function resolveConfig(path: string, config: LoggerConfig): ResolvedConfig {
  if (typeof config !== 'object' || (config as unknown) === null) throw invalidOption(path, config, 'an object');
  knownOptions(path, config, ['enabled', 'minimumSeverity', 'sampledTracesOnly']);
  const { enabled, minimumSeverity, sampledTracesOnly } = config;
  const isEnabled = booleanOption(`${path}.enabled`, enabled, true);
  return {
    minimumSeverity: severityOption(`${path}.minimumSeverity`, isEnabled ? minimumSeverity : 'off', 'all'),
    sampledTracesOnly: booleanOption(`${path}.sampledTracesOnly`, sampledTracesOnly, false),
  };
}

function passes(
  { minimumSeverity, sampledTracesOnly }: ResolvedConfig,
  severity: number | undefined,
  spanContext: SpanContext | undefined,
): boolean {
  if (minimumSeverity > MAX_SEVERITY) return false;
  if (severity !== undefined && severity > 0 && severity < minimumSeverity) return false;
  if (!sampledTracesOnly || spanContext === undefined || !isSpanContextValid(spanContext)) return true;
  return (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
}
