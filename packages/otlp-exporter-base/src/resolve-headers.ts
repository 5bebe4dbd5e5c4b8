// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Diagnostics, type Environment, integerOption } from '@logferry/core';

import { checkHeaders, type HeaderNameRule, parseHeaderList } from './headers.ts';
import { LONGEST_MILLIS } from './longest-millis.ts';
import { otlpVariables } from './otlp-variables.ts';
import { RequestHeaders } from './request-headers.ts';
import type { Headers, HeadersFunction, SharedExporterOptions } from './shared-options.ts';

/** @throws LogferryError `INVALID_OPTION` for a bad option; bad pairs of a variable are reported and left out. */
export function resolveHeaders(
  options: Pick<SharedExporterOptions, 'headers' | 'headersMaxAgeMillis'>,
  rule: HeaderNameRule,
  environment: Environment,
  diagnostics: Diagnostics,
  clock: Clock,
): RequestHeaders {
  const maxAgeMillis = integerOption('headersMaxAgeMillis', options.headersMaxAgeMillis, 0, {
    min: 0,
    max: LONGEST_MILLIS,
  });
  return new RequestHeaders(sourceOf(options.headers, rule, environment, diagnostics), { maxAgeMillis, rule }, clock);
}

function sourceOf(
  headers: SharedExporterOptions['headers'],
  rule: HeaderNameRule,
  environment: Environment,
  diagnostics: Diagnostics,
): Headers | HeadersFunction {
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
