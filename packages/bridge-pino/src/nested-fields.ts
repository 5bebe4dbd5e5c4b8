// SPDX-License-Identifier: Apache-2.0

const TRACE_FIELDS: readonly string[] = ['trace_id', 'span_id', 'trace_flags'];

/** Moves the fields that name a record's trace to the record's own; `nestedKey` puts there what a mixin adds, too. */
export function liftTraceFields(nested: Record<string, unknown>, fields: Record<string, unknown>): void {
  if (typeof nested['trace_id'] !== 'string') return;
  for (const key of TRACE_FIELDS) {
    if (!Object.hasOwn(nested, key)) continue;
    fields[key] = nested[key];
    delete nested[key];
  }
}
