// SPDX-License-Identifier: Apache-2.0
import { booleanOption, type Diagnostics, Environment, integerOption } from '@logferry/core';
import {
  type HeadersSource,
  LONGEST_MILLIS,
  otlpVariables,
  type ResolvedSharedOptions,
  resolveHeaders,
  resolveSharedOptions,
  resolveTls,
} from '@logferry/otlp-exporter-base';
import type { SecureContext } from 'node:tls';

import { DEFAULT_ENDPOINT, type Endpoint, parseEndpoint } from './endpoint.ts';
import { metadataNameRule } from './metadata-names.ts';
import type { KeepaliveOptions, OtlpGrpcLogRecordExporterOptions } from './options.ts';

/** The options with every default filled in and every bound checked. */
export interface ResolvedOptions extends ResolvedSharedOptions {
  readonly endpoint: Endpoint;
  /** Undefined: plaintext. */
  readonly tlsContext: SecureContext | undefined;
  readonly headers: HeadersSource;
  readonly keepalive: Required<KeepaliveOptions> | undefined;
  readonly channelOptions: Readonly<Record<string, string | number>>;
}

/** grpc-js's own default. */
const DEFAULT_KEEPALIVE_TIMEOUT_MILLIS = 20_000;

/** @throws LogferryError for a bad option; a bad variable is reported and ignored, except for the endpoint and files. */
export function resolveOptions(options: OtlpGrpcLogRecordExporterOptions, diagnostics: Diagnostics): ResolvedOptions {
  const environment = new Environment(options.environment ?? process.env, diagnostics);
  const endpoint = resolveEndpoint(options, environment);
  return {
    endpoint,
    tlsContext: resolveTls(options.tls, endpoint, environment, diagnostics),
    headers: resolveHeaders(options.headers, metadataNameRule, environment, diagnostics),
    ...resolveSharedOptions(options, environment),
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
    channelOptions: options.channelOptions ?? {},
  };
}

function resolveEndpoint(options: OtlpGrpcLogRecordExporterOptions, environment: Environment): Endpoint {
  const insecure = booleanOption(
    'insecure',
    options.insecure,
    environment.boolean(...otlpVariables('INSECURE')) ?? false,
  );
  if (options.endpoint !== undefined) return parseEndpoint('endpoint', options.endpoint, insecure);
  const found = environment.find(...otlpVariables('ENDPOINT'));
  return found === undefined
    ? parseEndpoint('endpoint', DEFAULT_ENDPOINT, insecure)
    : parseEndpoint(found.name, found.value, insecure);
}
