// SPDX-License-Identifier: Apache-2.0
import { apiLogsProvider } from '@logferry/bridge-base';
import { Diagnostics } from '@logferry/core';
import * as api from '@opentelemetry/api';

import type { ApiLogsBridge } from './api-logs-bridge.ts';
import { ForwardingProvider } from './forwarding-provider.ts';

/** The logs part of the API, which versions before 1.10 don't have. */
interface LogsApi {
  setGlobalLoggerProvider(provider: object): unknown;
  getLoggerProvider(): unknown;
  disable(): void;
}

let current: ApiLogsBridge | undefined;

/**
 * The other way round: makes whatever emits through the logs part of `@opentelemetry/api` 1.10 reach the provider of
 * `@opentelemetry/api-logs` (SDK 0.2xx). Not for an application on SDK 3.x, whose own provider needs that place.
 * `import '@logferry/bridge-api-logs/register-0.2xx'` does so at import time. Loggers that were handed out before reach it too.
 * The second call returns the bridge of the first.
 */
export function bridgeApi(): ApiLogsBridge {
  if (current !== undefined) return current;
  const provider = new ForwardingProvider(
    apiLogsProvider,
    'logger provider registered with @opentelemetry/api-logs (logs.setGlobalLoggerProvider)',
  );
  const { logs } = api as { readonly logs?: LogsApi };
  const isInstalled = install(logs, provider);
  const bridge: ApiLogsBridge = {
    isInstalled,
    stats: () => provider.stats(),
    uninstall() {
      if (logs?.getLoggerProvider() === provider) logs.disable();
      if (current === bridge) current = undefined;
    },
  };
  current = bridge;
  return bridge;
}

function install(logs: LogsApi | undefined, provider: ForwardingProvider): boolean {
  const diagnostics = new Diagnostics('@logferry/bridge-api-logs');
  if (logs === undefined) {
    diagnostics.warn(
      'no logs',
      'not installed: this version of @opentelemetry/api has no logs, so nothing emits through it',
    );
    return false;
  }
  // It says itself, as an error, that the place is taken.
  return logs.setGlobalLoggerProvider(provider) === true;
}
