// SPDX-License-Identifier: Apache-2.0

/** What tells the metrics of one component from those of another of its kind. */
export interface ComponentAttributes {
  readonly 'otel.component.type': string;
  readonly 'otel.component.name': string;
}

const counts = new Map<string, number>();

/**
 * The attributes of a new component: `<type>/<counter>` is its name, and the counter begins with 0 in each process.
 * Source: semantic conventions, "SDK metrics", `otel.component.name`.
 *
 * @param type such as `batching_log_processor` or `otlp_grpc_log_exporter`.
 */
export function componentAttributes(type: string): ComponentAttributes {
  const count = counts.get(type) ?? 0;
  counts.set(type, count + 1);
  return { 'otel.component.type': type, 'otel.component.name': `${type}/${count}` };
}
