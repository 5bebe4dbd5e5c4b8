// SPDX-License-Identifier: Apache-2.0
import type { LoggerProvider } from '@opentelemetry/sdk-logs';

import type { installedSdk, SdkLine } from '../pipeline/sdk-line.ts';

/** Where the lines keep their global provider: the first in a getter of @opentelemetry/api-logs, the other in an object of the API. */
const API_LOGS = Symbol.for('io.opentelemetry.js.api.logs');
const API = Symbol.for('opentelemetry.js.api.1');

interface LogsApi {
  setGlobalLoggerProvider(provider: LoggerProvider): unknown;
}

/** Whether the application has a global provider already. */
export function hasGlobalProvider(line: SdkLine): boolean {
  const globals = globalThis as { [API_LOGS]?: unknown; [API]?: { readonly logs?: unknown } };
  return (line === '0.2xx' ? globals[API_LOGS] : globals[API]?.logs) !== undefined;
}

/** Makes a provider the global one, in the copy of the API that the SDK of the application uses. */
export function setGlobalProvider({ line, load }: ReturnType<typeof installedSdk>, provider: LoggerProvider): void {
  const { logs } = load(line === '0.2xx' ? '@opentelemetry/api-logs' : '@opentelemetry/api') as { logs: LogsApi };
  logs.setGlobalLoggerProvider(provider);
}

/** Whether somebody told the API where diagnostics go. */
export function hasDiagLogger(): boolean {
  return (globalThis as { [API]?: { readonly diag?: unknown } })[API]?.diag !== undefined;
}
