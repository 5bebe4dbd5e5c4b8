// SPDX-License-Identifier: Apache-2.0
import {
  choiceOption,
  type Clock,
  type Diagnostics,
  type Environment,
  integerOption,
  invalidOption,
} from '@logferry/core';

import { LONGEST_MILLIS } from './longest-millis.ts';
import { otlpVariables } from './otlp-variables.ts';
import type { TlsOptions } from './shared-options.ts';
import { pemSource } from './pem-source.ts';
import { TlsContexts } from './tls-contexts.ts';
import { pairSource, type TlsSources } from './tls-material.ts';

/** Soon after what renews certificates has written them, and nothing beside the cost of a request. */
const DEFAULT_RELOAD_INTERVAL_MILLIS = 60_000;

/** Where TLS is spoken, or not. */
export interface TlsEndpoint {
  /** As messages show it. */
  readonly target: string;
  readonly secure: boolean;
}

/**
 * The certificates and keys of the options, else of the variables. Undefined with a plaintext endpoint.
 * @throws LogferryError `INVALID_OPTION` or `UNUSABLE_FILE`.
 */
export function resolveTls(
  options: TlsOptions | undefined,
  endpoint: TlsEndpoint,
  environment: Environment,
  diagnostics: Diagnostics,
  clock: Clock,
): TlsContexts | undefined {
  const tls = options ?? {};
  const variables = {
    ca: environment.find(...otlpVariables('CERTIFICATE')),
    cert: environment.find(...otlpVariables('CLIENT_CERTIFICATE')),
    key: environment.find(...otlpVariables('CLIENT_KEY')),
  };
  if (!endpoint.secure) {
    if (options !== undefined) {
      throw invalidOption('tls', options, `left out with the plaintext endpoint ${endpoint.target}`);
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
    pair: pairSource(
      pemSource('tls.cert', tls.cert, tls.certFile, pairFromOptions ? undefined : variables.cert),
      pemSource('tls.key', tls.key, tls.keyFile, pairFromOptions ? undefined : variables.key),
    ),
  };
  const settings = {
    minVersion: choiceOption('tls.minVersion', tls.minVersion, 'TLSv1.2', ['TLSv1.2', 'TLSv1.3']),
    reloadIntervalMillis: integerOption(
      'tls.reloadIntervalMillis',
      tls.reloadIntervalMillis,
      DEFAULT_RELOAD_INTERVAL_MILLIS,
      { min: 0, max: LONGEST_MILLIS },
    ),
  };
  return new TlsContexts(sources, settings, clock, diagnostics);
}
