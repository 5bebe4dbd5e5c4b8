// SPDX-License-Identifier: Apache-2.0
import {
  booleanOption,
  choiceOption,
  type Diagnostics,
  Environment,
  integerOption,
  invalidOption,
  LogferryError,
} from '@logferry/core';
import {
  headerText,
  LONGEST_MILLIS,
  otlpVariables,
  type RequestHeaders,
  type ResolvedSharedOptions,
  resolveHeaders,
  resolveSharedOptions,
  resolveTls,
  type TlsContexts,
} from '@logferry/otlp-exporter-base';

import { OWN_CHANNEL_OPTIONS } from './channel-options.ts';
import { DEFAULT_ENDPOINT, type Endpoint, parseEndpoint } from './endpoint.ts';
import { metadataNameRule } from './metadata-names.ts';
import type { KeepaliveOptions, LoadBalancing, OtlpGrpcLogRecordExporterOptions } from './options.ts';

/** The options with every default filled in and every bound checked. */
export interface ResolvedOptions extends ResolvedSharedOptions {
  readonly endpoint: Endpoint;
  /** Undefined: plaintext. */
  readonly tlsContexts: TlsContexts | undefined;
  readonly headers: RequestHeaders;
  /** Undefined: the endpoint's own. */
  readonly authority: string | undefined;
  readonly loadBalancing: LoadBalancing;
  readonly keepalive: Required<KeepaliveOptions> | undefined;
  readonly channelOptions: Readonly<Record<string, string | number>>;
}

/** grpc-js's own default. */
const DEFAULT_KEEPALIVE_TIMEOUT_MILLIS = 20_000;

/** @throws LogferryError for a bad option; a bad variable is reported and ignored, except for the endpoint and files. */
export function resolveOptions(options: OtlpGrpcLogRecordExporterOptions, diagnostics: Diagnostics): ResolvedOptions {
  const environment = new Environment(options.environment ?? process.env, diagnostics);
  const endpoint = resolveEndpoint(options, environment);
  tellUnusedDnsServer(endpoint, diagnostics);
  const shared = resolveSharedOptions(options, environment);
  return {
    endpoint,
    tlsContexts: resolveTls(options.tls, endpoint, environment, diagnostics, shared.clock),
    headers: resolveHeaders(options, metadataNameRule, environment, diagnostics, shared.clock),
    ...shared,
    authority: headerText('authority', options.authority) ?? shared.serverName,
    loadBalancing: choiceOption(
      'loadBalancing',
      options.loadBalancing,
      endpoint.namesServers ? 'round-robin' : 'pick-first',
      ['pick-first', 'round-robin'],
    ),
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
    channelOptions: resolveChannelOptions(options),
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

function resolveChannelOptions({
  channelOptions,
  loadBalancing,
}: OtlpGrpcLogRecordExporterOptions): ResolvedOptions['channelOptions'] {
  if (channelOptions === undefined) return {};
  if (typeof channelOptions !== 'object' || channelOptions === null || Array.isArray(channelOptions)) {
    throw invalidOption('channelOptions', channelOptions, 'an object of names and values');
  }
  for (const [name, value] of Object.entries(channelOptions)) {
    const covered = OWN_CHANNEL_OPTIONS[name];
    if (covered !== undefined) {
      throw new LogferryError('INVALID_OPTION', `channelOptions must not hold ${name}: ${covered}`);
    }
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw invalidOption(`channelOptions['${name}']`, value, 'a text or a number');
    }
  }
  if (channelOptions['grpc.service_config'] !== undefined && loadBalancing !== undefined) {
    throw new LogferryError(
      'INVALID_OPTION',
      'loadBalancing and channelOptions with grpc.service_config can not both be given',
    );
  }
  return channelOptions;
}

/** grpc-js reads it when it is loaded, and without it leaves the server of `dns://server/name` aside without a word. */
const USES_NAMED_DNS_SERVER = process.env['GRPC_NODE_USE_ALTERNATIVE_RESOLVER'] === 'true';

function tellUnusedDnsServer(endpoint: Endpoint, diagnostics: Diagnostics): void {
  if (USES_NAMED_DNS_SERVER || !/^dns:\/\/[^/]/.test(endpoint.target)) return;
  diagnostics.warn(
    'dns-server',
    `the DNS server in ${endpoint.target} is not asked, but that of the system: grpc-js asks it where the process is started with GRPC_NODE_USE_ALTERNATIVE_RESOLVER=true`,
  );
}
