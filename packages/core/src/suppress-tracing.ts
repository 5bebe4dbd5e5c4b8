// SPDX-License-Identifier: Apache-2.0
import { context, createContextKey } from '@opentelemetry/api';

// The description is the one of @opentelemetry/core: createContextKey uses Symbol.for, so both lines of the SDK and every
// instrumentation see the same key without a dependency on core.
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Runs `work` so that instrumentations make no spans for it: an exporter's own requests must not be traced. */
export function suppressTracing<T>(work: () => T): T {
  return context.with(context.active().setValue(SUPPRESS_TRACING, true), work);
}
