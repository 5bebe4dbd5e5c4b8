// SPDX-License-Identifier: Apache-2.0
import {
  API_LOGS_VERSION,
  apiLogsGlobal,
  apiProvider,
  type OtelLogger,
  type OtelLoggerProvider,
} from '@logferry/bridge-base';
import { Diagnostics } from '@logferry/core';

import type { ApiLogsBridge } from './api-logs-bridge.ts';
import { ForwardingProvider } from './forwarding-provider.ts';
import { isApiLogsLoaded } from './loaded-api-logs.ts';

const NOOP_LOGGER: OtelLogger = { emit: () => undefined, enabled: () => false };
const NOOP_PROVIDER: OtelLoggerProvider = { getLogger: () => NOOP_LOGGER };

let current: ApiLogsBridge | undefined;

/**
 * Makes whatever emits through `@opentelemetry/api-logs` reach the provider of `@opentelemetry/api` 1.10 (SDK 3.x), which is looked
 * up when a record comes and may be registered later. Call it before anything asks api-logs for a logger, because such a logger
 * can never be reached again: `import '@logferry/bridge-api-logs/register'` as the first import does so. The second call returns the
 * bridge of the first.
 *
 * Not for an application on SDK 0.2xx, whose own provider needs that place.
 */
export function bridgeApiLogs(): ApiLogsBridge {
  if (current !== undefined) return current;
  const provider = new ForwardingProvider(
    apiProvider,
    'logger provider registered with @opentelemetry/api (logs.setGlobalLoggerProvider)',
  );
  const diagnostics = new Diagnostics('@logferry/bridge-api-logs');
  const getter = (version: number): OtelLoggerProvider => (version === API_LOGS_VERSION ? provider : NOOP_PROVIDER);
  const isInstalled = apiLogsGlobal.get() === undefined;
  if (!isInstalled) {
    diagnostics.warn('occupied', 'not installed: another provider is registered with @opentelemetry/api-logs already');
  } else {
    apiLogsGlobal.set(getter);
    if (isApiLogsLoaded()) {
      diagnostics.warn(
        'late',
        '@opentelemetry/api-logs was loaded before this bridge: loggers that it handed out before stay silent; import @logferry/bridge-api-logs/register first',
      );
    }
  }
  const bridge: ApiLogsBridge = {
    isInstalled,
    stats: () => provider.stats(),
    uninstall() {
      if (apiLogsGlobal.get() === getter) apiLogsGlobal.remove();
      if (current === bridge) current = undefined;
    },
  };
  current = bridge;
  return bridge;
}
