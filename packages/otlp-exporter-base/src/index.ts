// SPDX-License-Identifier: Apache-2.0
export { withAbsoluteTlsPaths } from './absolute-tls-paths.ts';
export type { ExporterIdentity } from './exporter-metrics.ts';
export { headerText } from './header-text.ts';
export { type HeaderNameRule, withoutHeaderValues } from './headers.ts';
export { LONGEST_MILLIS } from './longest-millis.ts';
export { OtlpExporter, type OtlpExporterParts } from './otlp-exporter.ts';
export { otlpVariables } from './otlp-variables.ts';
export type { HeadersOutcome, RequestHeaders } from './request-headers.ts';
export { resolveHeaders } from './resolve-headers.ts';
export { type ResolvedSharedOptions, resolveSharedOptions } from './resolve-shared.ts';
export { resolveTls, type TlsEndpoint } from './resolve-tls.ts';
export type { RetryBudget } from './retry-budget.ts';
export type { OtlpExporterStats } from './send-counters.ts';
export type {
  Compression,
  Headers,
  HeadersFunction,
  HeadersRequest,
  RetryOptions,
  SharedExporterOptions,
  TlsOptions,
  TlsVersion,
} from './shared-options.ts';
export { CLOSED_AFTER_HANDSHAKE, tlsFailureCause } from './tls-cause.ts';
export type { TlsContexts } from './tls-contexts.ts';
export { type TlsConnectionOptions, tlsHandshake, type TlsObserver } from './tls-handshake.ts';
export type { AcceptedAttempt, AttemptOutcome, RefusalDecision, RefusedAttempt, Transport } from './transport.ts';
export { userAgent } from './user-agent.ts';
