// SPDX-License-Identifier: Apache-2.0
import { choiceOption, type Diagnostics, Environment, integerOption } from '@logferry/core';
import {
  otlpVariables,
  type RequestHeaders,
  type ResolvedSharedOptions,
  resolveHeaders,
  resolveSharedOptions,
  resolveTls,
  type TlsContexts,
} from '@logferry/otlp-exporter-base';

import { type Endpoint, resolveEndpoint } from './endpoint.ts';
import { httpHeaderRule } from './header-names.ts';
import type { OtlpHttpLogRecordExporterOptions, OtlpHttpProtocol } from './options.ts';
import { type Proxy, resolveProxy } from './proxy.ts';

/** The options with every default filled in and every bound checked. */
export interface ResolvedOptions extends ResolvedSharedOptions {
  readonly endpoint: Endpoint;
  readonly protocol: OtlpHttpProtocol;
  /** Undefined: plaintext. */
  readonly tlsContexts: TlsContexts | undefined;
  readonly hasClientCertificate: boolean;
  readonly headers: RequestHeaders;
  readonly compressionLevel: number;
  readonly proxy: Proxy | undefined;
}

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;

/** On the records of the benchmark level 6 takes 3.5 times the time of level 1, for a tenth less bytes. */
const DEFAULT_COMPRESSION_LEVEL = 1;

/** @throws LogferryError for a bad option; a bad variable is reported and ignored, except for endpoint, proxy and files. */
export function resolveOptions(options: OtlpHttpLogRecordExporterOptions, diagnostics: Diagnostics): ResolvedOptions {
  const environment = new Environment(options.environment ?? process.env, diagnostics);
  const endpoint = resolveEndpoint(options.endpoint, environment);
  const shared = resolveSharedOptions(options, environment);
  return {
    endpoint,
    protocol: choiceOption('protocol', options.protocol, protocolOf(environment), PROTOCOLS),
    tlsContexts: resolveTls(options.tls, endpoint, environment, diagnostics, shared.clock),
    hasClientCertificate:
      options.tls?.cert !== undefined ||
      options.tls?.certFile !== undefined ||
      environment.find(...otlpVariables('CLIENT_CERTIFICATE')) !== undefined,
    headers: resolveHeaders(options, httpHeaderRule, environment, diagnostics, shared.clock),
    ...shared,
    compressionLevel: integerOption('compressionLevel', options.compressionLevel, DEFAULT_COMPRESSION_LEVEL, {
      min: 1,
      max: 9,
    }),
    proxy: resolveProxy(options.proxy, endpoint, environment),
  };
}

/** `grpc` is for whoever chooses between exporters, and no mistake here. */
function protocolOf(environment: Environment): OtlpHttpProtocol {
  const named = environment.choice([...PROTOCOLS, 'grpc'] as const, ...otlpVariables('PROTOCOL'));
  return named === undefined || named === 'grpc' ? 'http/protobuf' : named;
}
