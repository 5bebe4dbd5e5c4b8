// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os';

import type { Diagnostics, Environment, Resource } from '@logferry/core';

/**
 * The resource of a transport: the attributes of the option, then those of the standard variables, then what is known of the
 * process (OpenTelemetry, "Resource SDK", the environment variable `OTEL_RESOURCE_ATTRIBUTES`).
 */
export function transportResource(
  given: Readonly<Record<string, unknown>>,
  environment: Environment,
  diagnostics: Diagnostics,
): Resource {
  const serviceName = environment.text('OTEL_SERVICE_NAME');
  const attributes = {
    'service.name': 'unknown_service:node',
    'process.pid': process.pid,
    'host.name': hostname(),
    ...listedAttributes(environment.text('OTEL_RESOURCE_ATTRIBUTES'), diagnostics),
    ...(serviceName === undefined ? {} : { 'service.name': serviceName }),
    ...given,
  };
  // Exporters read nothing else of it.
  return { attributes, asyncAttributesPending: false } as unknown as Resource;
}

/** `key=value` pairs between commas, with percent-encoding. A list with an error is left out as a whole. */
function listedAttributes(list: string | undefined, diagnostics: Diagnostics): Record<string, string> {
  if (list === undefined) return {};
  try {
    return Object.fromEntries(
      list
        .split(',')
        .filter((pair) => pair.trim() !== '')
        .map((pair) => {
          const [key = '', value, ...rest] = pair.split('=');
          if (key.trim() === '' || value === undefined || rest.length > 0) throw new SyntaxError('no pair');
          return [decodeURIComponent(key.trim()), decodeURIComponent(value.trim())];
        }),
    );
  } catch {
    diagnostics.warn(
      'resource attributes',
      'the environment variable OTEL_RESOURCE_ATTRIBUTES is ignored: it must be a list of key=value, with percent-encoding',
    );
    return {};
  }
}
