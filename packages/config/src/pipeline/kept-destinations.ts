// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from '@logferry/core';

import type { DestinationOptions, LogPipelineOptions } from '../options.ts';
import { BUILT_OPTIONS, type BuiltDestination, filtersOf } from './build-destination.ts';
import type { PipelineLayout } from './pipeline-layout.ts';
import { sameOptions } from './same-options.ts';

/** What all destinations are built from as well. */
const SURROUNDINGS = ['flushOn', 'flushOnTimeoutMillis', 'meterProvider', 'clock', 'environment', 'limits'] as const;

/** The destinations of the running pipeline that go on as they are, with the filters of the new options. */
export function keptDestinations(
  entries: readonly (readonly [string, DestinationOptions])[],
  options: LogPipelineOptions,
  running: PipelineLayout | undefined,
): ReadonlyMap<string, BuiltDestination> {
  const kept = new Map<string, BuiltDestination>();
  if (running === undefined) return kept;
  const isSame = SURROUNDINGS.every((name) => sameOptions(options[name], running.options[name]));
  for (const [name, destination] of entries) {
    const before = running.options.destinations[name];
    const built = running.destinations.get(name);
    // A file of keys may hold other keys now.
    const readsKeys = destination?.redaction?.keysFile !== undefined;
    if (
      isSame &&
      !readsKeys &&
      built !== undefined &&
      BUILT_OPTIONS.every((part) => sameOptions(destination?.[part], before?.[part]))
    ) {
      kept.set(name, { ...built, fanOut: { ...filtersOf(destination), processor: built.fanOut.processor } });
    }
  }
  refuseUsedInstances(entries, kept, running);
  return kept;
}

/** An instance of the running pipeline is shut down with its destination, so another one can't have it. */
function refuseUsedInstances(
  entries: readonly (readonly [string, DestinationOptions])[],
  kept: ReadonlyMap<string, BuiltDestination>,
  running: PipelineLayout,
): void {
  const used = new Map<unknown, string>();
  for (const [name, { end }] of running.destinations) used.set(end, name);
  for (const [name, destination] of entries) {
    const owner = used.get(destination?.exporter ?? destination?.processor);
    if (owner === undefined || kept.has(name)) continue;
    const message =
      `destinations.${name} has the exporter or processor of the running destination ${JSON.stringify(owner)}; ` +
      'give it a new one, or change nothing but its filters';
    throw new LogferryError('INVALID_OPTION', message);
  }
}
