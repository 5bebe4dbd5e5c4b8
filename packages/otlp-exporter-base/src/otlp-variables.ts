// SPDX-License-Identifier: Apache-2.0

/** The names of an OTLP environment variable, the one of the logs signal first, because it wins. */
export function otlpVariables(name: string): [string, string] {
  return [`OTEL_EXPORTER_OTLP_LOGS_${name}`, `OTEL_EXPORTER_OTLP_${name}`];
}
