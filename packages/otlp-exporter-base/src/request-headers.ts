// SPDX-License-Identifier: Apache-2.0
import { type Diagnostics, type Environment, suppressTracing } from '@logferry/core';

import { checkHeaders, type HeaderNameRule, parseHeaderList } from './headers.ts';
import { otlpVariables } from './otlp-variables.ts';
import type { Headers, SharedExporterOptions } from './shared-options.ts';

/** Headers that stay, or a function that is asked for them before each attempt. */
export type HeadersSource = Headers | (() => Headers | Promise<Headers>);

/** @throws LogferryError `INVALID_OPTION` for a bad option; bad pairs of a variable are reported and left out. */
export function resolveHeaders(
  headers: SharedExporterOptions['headers'],
  rule: HeaderNameRule,
  environment: Environment,
  diagnostics: Diagnostics,
): HeadersSource {
  if (typeof headers === 'function') return headers;
  if (headers !== undefined) return checkHeaders('headers', headers, rule);
  const found = environment.find(...otlpVariables('HEADERS'));
  if (found === undefined) return {};
  return parseHeaderList(found.value, rule, (position, problem) => {
    diagnostics.warn(
      `environment:${found.name}:${position}`,
      `pair ${position} of the environment variable ${found.name} is ignored: ${problem}`,
    );
  });
}

/**
 * The headers of one attempt. A function is called without tracing, and waited for no longer than the signal lets.
 * Rejects when it fails or the signal is aborted; what it threw may quote a token and must not be shown.
 */
export async function requestHeaders(
  source: HeadersSource,
  rule: HeaderNameRule,
  signal: AbortSignal,
): Promise<Headers> {
  if (typeof source !== 'function') return source;
  return await new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Error('aborted'));
    signal.addEventListener('abort', onAbort, { once: true });
    Promise.resolve()
      .then(() => suppressTracing(source))
      .then((value) => resolve(checkHeaders('headers()', value, rule)))
      .catch(reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
