// SPDX-License-Identifier: Apache-2.0
import type { OtelLoggerProvider } from './otel-logger.ts';

/** Where `@opentelemetry/api` 1.10 and newer keeps what was registered, `logs` among it. */
const API_GLOBALS: symbol = Symbol.for('opentelemetry.js.api.1');

/** Where `@opentelemetry/api-logs` keeps a function from a version to the provider. */
const API_LOGS_GLOBAL: symbol = Symbol.for('io.opentelemetry.js.api.logs');

/** The version that every copy of api-logs asks for. */
export const API_LOGS_VERSION = 1;

/** What a provider carries that only passes calls on to another global, so that nobody takes it for a real one. */
const FORWARDS: symbol = Symbol.for('logferry.bridge.forwards');

/** Marks a provider that passes calls on to another global. */
export function markForwarding<T extends OtelLoggerProvider>(provider: T): T {
  return Object.defineProperty(provider, FORWARDS, { value: true });
}

/** The provider that is registered with `@opentelemetry/api` 1.10 or newer; undefined while there is none. */
export function apiProvider(): OtelLoggerProvider | undefined {
  return realProvider((globals()[API_GLOBALS] as { readonly logs?: unknown } | undefined)?.logs);
}

/** The provider that is registered with `@opentelemetry/api-logs`; undefined while there is none. */
export function apiLogsProvider(): OtelLoggerProvider | undefined {
  return realProvider(registeredWithApiLogs());
}

/** Whether what is emitted through `@opentelemetry/api-logs` is passed on to the provider of `@opentelemetry/api`. */
export function apiLogsForwards(): boolean {
  const registered = registeredWithApiLogs();
  return typeof registered === 'object' && registered !== null && FORWARDS in registered;
}

function registeredWithApiLogs(): unknown {
  const getter = globals()[API_LOGS_GLOBAL];
  return typeof getter === 'function' ? getter(API_LOGS_VERSION) : undefined;
}

/** The provider of whichever line has one; where both do, that of `@opentelemetry/api`. */
export function globalProvider(): OtelLoggerProvider | undefined {
  return apiProvider() ?? apiLogsProvider();
}

/** What stands at the global of `@opentelemetry/api-logs`, with the means to replace it. */
export const apiLogsGlobal: {
  get(): unknown;
  set(getter: (version: number) => unknown): void;
  remove(): void;
} = {
  get: () => globals()[API_LOGS_GLOBAL],
  set(getter) {
    globals()[API_LOGS_GLOBAL] = getter;
  },
  remove() {
    delete globals()[API_LOGS_GLOBAL];
  },
};

function globals(): Record<symbol, unknown> {
  return globalThis;
}

function realProvider(candidate: unknown): OtelLoggerProvider | undefined {
  if (typeof candidate !== 'object' || candidate === null) return undefined;
  const provider = candidate as OtelLoggerProvider & Record<symbol, unknown>;
  return provider[FORWARDS] === true || typeof provider.getLogger !== 'function' ? undefined : provider;
}
