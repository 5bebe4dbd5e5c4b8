// SPDX-License-Identifier: Apache-2.0
import { choiceOption, type Clock, type Environment, integerOption, invalidOption, systemClock } from '@logferry/core';
import type { MeterProvider } from '@opentelemetry/api';

import { headerText } from './header-text.ts';
import { LONGEST_MILLIS } from './longest-millis.ts';
import { otlpVariables } from './otlp-variables.ts';
import { resolveRetryBudget, type RetryBudget } from './retry-budget.ts';
import type { Compression, SharedExporterOptions } from './shared-options.ts';

/** The shared options but headers and TLS, with every default filled in and every bound checked. */
export interface ResolvedSharedOptions {
  readonly compression: Compression;
  /** 0: no deadline. */
  readonly timeoutMillis: number;
  readonly retry: RetryBudget;
  readonly maxConcurrentSends: number;
  readonly maxRequestBytes: number;
  readonly userAgentPrefix: string | undefined;
  /** The name that the server's certificate must carry. Undefined: the endpoint's host. */
  readonly serverName: string | undefined;
  readonly meterProvider: MeterProvider | undefined;
  readonly clock: Clock;
}

const DEFAULT_TIMEOUT_MILLIS = 10_000;
/** Batches arrive in order, and on one machine it is the fastest as well. */
const DEFAULT_CONCURRENT_SENDS = 1;

/** Most servers take 4 MiB; the room is for what proxies add. */
const DEFAULT_MAX_REQUEST_BYTES = 4 * 1024 * 1024 - 64 * 1024;

/** The specification's client default, and the most that makes sense in one message. */
const LARGEST_REQUEST_BYTES = 64 * 1024 * 1024;

/** @throws LogferryError `INVALID_OPTION` for a bad option; a bad variable is reported and ignored. */
export function resolveSharedOptions(options: SharedExporterOptions, environment: Environment): ResolvedSharedOptions {
  return {
    serverName: headerText('tls.serverName', options.tls?.serverName),
    compression: choiceOption(
      'compression',
      options.compression,
      environment.choice(['gzip', 'none'] as const, ...otlpVariables('COMPRESSION')) ?? 'none',
      ['gzip', 'none'],
    ),
    timeoutMillis: integerOption(
      'timeoutMillis',
      options.timeoutMillis,
      Math.min(environment.integer(0, ...otlpVariables('TIMEOUT')) ?? DEFAULT_TIMEOUT_MILLIS, LONGEST_MILLIS),
      { min: 0, max: LONGEST_MILLIS },
    ),
    retry: resolveRetryBudget(options.retry ?? {}),
    maxConcurrentSends: integerOption('maxConcurrentSends', options.maxConcurrentSends, DEFAULT_CONCURRENT_SENDS, {
      min: 1,
    }),
    maxRequestBytes: integerOption('maxRequestBytes', options.maxRequestBytes, DEFAULT_MAX_REQUEST_BYTES, {
      min: 1024,
      max: LARGEST_REQUEST_BYTES,
    }),
    userAgentPrefix: headerText('userAgentPrefix', options.userAgentPrefix),
    meterProvider: meterProviderOption(options.meterProvider),
    clock: options.clock ?? systemClock,
  };
}

function meterProviderOption(provider: MeterProvider | undefined): MeterProvider | undefined {
  if (provider === undefined || typeof provider?.getMeter === 'function') return provider;
  throw invalidOption('meterProvider', provider, 'a MeterProvider');
}
