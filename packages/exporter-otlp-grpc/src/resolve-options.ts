// SPDX-License-Identifier: Apache-2.0
import {
  type BackoffPolicy,
  booleanOption,
  choiceOption,
  type Clock,
  type Diagnostics,
  Environment,
  integerOption,
  invalidOption,
  systemClock,
} from '@logferry/core';
import type { SecureContext } from 'node:tls';

import { DEFAULT_ENDPOINT, type Endpoint, parseEndpoint } from './endpoint.ts';
import { checkHeaders, parseHeaderList } from './headers.ts';
import type {
  Compression,
  Headers,
  KeepaliveOptions,
  OtlpGrpcLogRecordExporterOptions,
  RetryOptions,
} from './options.ts';
import { createTlsContext, pemSource, type TlsSources } from './tls-material.ts';

/** The options with every default filled in and every bound checked. */
export interface ResolvedOptions {
  readonly endpoint: Endpoint;
  /** Undefined: plaintext. */
  readonly tlsContext: SecureContext | undefined;
  readonly serverName: string | undefined;
  readonly headers: Headers | (() => Headers | Promise<Headers>);
  readonly compression: Compression;
  /** 0: no deadline. */
  readonly timeoutMillis: number;
  readonly retry: RetryBudget;
  readonly maxConcurrentSends: number;
  readonly maxRequestBytes: number;
  readonly keepalive: Required<KeepaliveOptions> | undefined;
  readonly userAgentPrefix: string | undefined;
  readonly channelOptions: Readonly<Record<string, string | number>>;
  readonly clock: Clock;
}

/** How long one send goes on. */
export interface RetryBudget {
  readonly backoff: BackoffPolicy;
  readonly maxAttempts: number;
  readonly maxElapsedMillis: number;
}

const DEFAULT_TIMEOUT_MILLIS = 10_000;
/** Batches arrive in order, and on one machine it is the fastest as well. */
const DEFAULT_CONCURRENT_SENDS = 1;

/** Most servers take 4 MiB; the room is for what proxies add. */
const DEFAULT_MAX_REQUEST_BYTES = 4 * 1024 * 1024 - 64 * 1024;

/** The specification's client default, and the most that makes sense in one message. */
const LARGEST_REQUEST_BYTES = 64 * 1024 * 1024;

/** setTimeout takes no longer delay. */
const LONGEST_MILLIS = 2 ** 31 - 1;

/** grpc-js's own default. */
const DEFAULT_KEEPALIVE_TIMEOUT_MILLIS = 20_000;

/** @throws LogferryError for a bad option; a bad variable is reported and ignored, except for the endpoint and files. */
export function resolveOptions(options: OtlpGrpcLogRecordExporterOptions, diagnostics: Diagnostics): ResolvedOptions {
  const environment = new Environment(options.environment ?? process.env, diagnostics);
  const endpoint = resolveEndpoint(options, environment);
  return {
    endpoint,
    tlsContext: resolveTls(options, endpoint, environment, diagnostics),
    serverName: options.tls?.serverName === undefined ? undefined : text('tls.serverName', options.tls.serverName),
    headers: resolveHeaders(options, environment, diagnostics),
    compression: choiceOption(
      'compression',
      options.compression,
      environment.choice(['gzip', 'none'] as const, ...variable('COMPRESSION')) ?? 'none',
      ['gzip', 'none'],
    ),
    timeoutMillis: integerOption(
      'timeoutMillis',
      options.timeoutMillis,
      Math.min(environment.integer(0, ...variable('TIMEOUT')) ?? DEFAULT_TIMEOUT_MILLIS, LONGEST_MILLIS),
      { min: 0, max: LONGEST_MILLIS },
    ),
    retry: resolveRetry(options.retry ?? {}),
    maxConcurrentSends: integerOption('maxConcurrentSends', options.maxConcurrentSends, DEFAULT_CONCURRENT_SENDS, {
      min: 1,
    }),
    maxRequestBytes: integerOption('maxRequestBytes', options.maxRequestBytes, DEFAULT_MAX_REQUEST_BYTES, {
      min: 1024,
      max: LARGEST_REQUEST_BYTES,
    }),
    keepalive: options.keepalive && {
      intervalMillis: integerOption('keepalive.intervalMillis', options.keepalive.intervalMillis ?? Number.NaN, 0, {
        min: 1000,
        max: LONGEST_MILLIS,
      }),
      timeoutMillis: integerOption(
        'keepalive.timeoutMillis',
        options.keepalive.timeoutMillis,
        DEFAULT_KEEPALIVE_TIMEOUT_MILLIS,
        { min: 1, max: LONGEST_MILLIS },
      ),
    },
    userAgentPrefix:
      options.userAgentPrefix === undefined ? undefined : text('userAgentPrefix', options.userAgentPrefix),
    channelOptions: options.channelOptions ?? {},
    clock: options.clock ?? systemClock,
  };
}

/** The names of an OTLP variable, the one of the logs signal first, because it wins. */
function variable(name: string): [string, string] {
  return [`OTEL_EXPORTER_OTLP_LOGS_${name}`, `OTEL_EXPORTER_OTLP_${name}`];
}

function resolveEndpoint(options: OtlpGrpcLogRecordExporterOptions, environment: Environment): Endpoint {
  const insecure = booleanOption('insecure', options.insecure, environment.boolean(...variable('INSECURE')) ?? false);
  if (options.endpoint !== undefined) return parseEndpoint('endpoint', options.endpoint, insecure);
  const found = environment.find(...variable('ENDPOINT'));
  return found === undefined
    ? parseEndpoint('endpoint', DEFAULT_ENDPOINT, insecure)
    : parseEndpoint(found.name, found.value, insecure);
}

function resolveTls(
  options: OtlpGrpcLogRecordExporterOptions,
  endpoint: Endpoint,
  environment: Environment,
  diagnostics: Diagnostics,
): SecureContext | undefined {
  const tls = options.tls ?? {};
  const variables = {
    ca: environment.find(...variable('CERTIFICATE')),
    cert: environment.find(...variable('CLIENT_CERTIFICATE')),
    key: environment.find(...variable('CLIENT_KEY')),
  };
  if (!endpoint.secure) {
    if (options.tls !== undefined) {
      throw invalidOption('tls', options.tls, `left out with the plaintext endpoint ${endpoint.target}`);
    }
    for (const unused of Object.values(variables)) {
      if (unused === undefined) continue;
      diagnostics.warn(unused.name, `${unused.name} is not used: the endpoint ${endpoint.target} is plaintext`);
    }
    return undefined;
  }
  // A pair is taken from one place: a certificate of an option never meets a key of a variable.
  const pairFromOptions = [tls.cert, tls.certFile, tls.key, tls.keyFile].some((value) => value !== undefined);
  const sources: TlsSources = {
    ca: pemSource('tls.ca', tls.ca, tls.caFile, variables.ca),
    cert: pemSource('tls.cert', tls.cert, tls.certFile, pairFromOptions ? undefined : variables.cert),
    key: pemSource('tls.key', tls.key, tls.keyFile, pairFromOptions ? undefined : variables.key),
  };
  return createTlsContext(sources, choiceOption('tls.minVersion', tls.minVersion, 'TLSv1.2', ['TLSv1.2', 'TLSv1.3']));
}

function resolveHeaders(
  options: OtlpGrpcLogRecordExporterOptions,
  environment: Environment,
  diagnostics: Diagnostics,
): ResolvedOptions['headers'] {
  if (typeof options.headers === 'function') return options.headers;
  if (options.headers !== undefined) return checkHeaders('headers', options.headers);
  const found = environment.find(...variable('HEADERS'));
  if (found === undefined) return {};
  return parseHeaderList(found.value, (position, problem) => {
    diagnostics.warn(
      `environment:${found.name}:${position}`,
      `pair ${position} of the environment variable ${found.name} is ignored: ${problem}`,
    );
  });
}

function resolveRetry(retry: RetryOptions): RetryBudget {
  const initialMillis = integerOption('retry.initialBackoffMillis', retry.initialBackoffMillis, 1000, {
    min: 1,
    max: LONGEST_MILLIS,
  });
  return {
    backoff: {
      initialMillis,
      maxMillis: integerOption('retry.maxBackoffMillis', retry.maxBackoffMillis, Math.max(10_000, initialMillis), {
        min: initialMillis,
        max: LONGEST_MILLIS,
      }),
      multiplier: numberOption('retry.multiplier', retry.multiplier, 1.5, 1, 100),
      jitter: numberOption('retry.jitter', retry.jitter, 0.2, 0, 1),
    },
    maxAttempts: integerOption('retry.maxAttempts', retry.maxAttempts, Infinity, { min: 1, allowInfinity: true }),
    maxElapsedMillis: integerOption('retry.maxElapsedMillis', retry.maxElapsedMillis, Infinity, {
      min: 0,
      allowInfinity: true,
    }),
  };
}

function numberOption(name: string, value: number | undefined, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw invalidOption(name, value, `a number from ${min} to ${max}`);
  }
  return value;
}

function text(name: string, value: unknown): string {
  // Header text: printable ASCII, so that it can hold no line break.
  if (typeof value !== 'string' || !/^[!-~][ -~]*$/.test(value))
    throw invalidOption(name, value, 'printable ASCII text');
  return value;
}
