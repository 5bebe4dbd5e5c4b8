// SPDX-License-Identifier: Apache-2.0

/**
 * The variables that components read by themselves, for options that are not given. Here they are only looked for: what a
 * file says gives way to them.
 */
import { group, type GroupSetting, groupOf, type Setting, valueOf, withEntries } from '../settings/setting.ts';
import { QUEUE_KEYS } from '../schema/queue-section.ts';
import { choice, flag, timer } from '../schema/simple-shapes.ts';
import type { VariableReader, VariableShape } from './variable.ts';

interface ComponentVariable {
  readonly names: readonly string[];
  readonly option: string;
  /** A value that the component would ignore does not stand above the file. Undefined: it is never ignored. */
  readonly shape?: VariableShape;
  /** Whether it says where records go, or with what rights. */
  readonly isConnection?: boolean;
}

const QUEUE: readonly ComponentVariable[] = (
  [
    ['OTEL_BLRP_SCHEDULE_DELAY', 'scheduledDelayMillis'],
    ['OTEL_BLRP_EXPORT_TIMEOUT', 'exportTimeoutMillis'],
    ['OTEL_BLRP_MAX_QUEUE_SIZE', 'maxQueueSize'],
    ['OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', 'maxExportBatchSize'],
  ] as const
).map(([name, option]) => ({ names: [name], option, shape: QUEUE_KEYS[option].shape as VariableShape }));

function otlp(name: string, option: string, more: Partial<ComponentVariable> = {}): ComponentVariable {
  return { names: [`OTEL_EXPORTER_OTLP_LOGS_${name}`, `OTEL_EXPORTER_OTLP_${name}`], option, ...more };
}

const SHARED: readonly ComponentVariable[] = [
  otlp('ENDPOINT', 'endpoint', { isConnection: true }),
  otlp('HEADERS', 'headers', { isConnection: true }),
  otlp('COMPRESSION', 'compression', { shape: choice('gzip', 'none') }),
  otlp('TIMEOUT', 'timeoutMillis', { shape: timer(0) }),
];

const TLS: readonly ComponentVariable[] = [
  otlp('CERTIFICATE', 'caFile', { isConnection: true }),
  otlp('CLIENT_CERTIFICATE', 'certFile', { isConnection: true }),
  otlp('CLIENT_KEY', 'keyFile', { isConnection: true }),
];

const INSECURE = otlp('INSECURE', 'insecure', { shape: flag, isConnection: true });
const PROTOCOL = otlp('PROTOCOL', 'protocol', { shape: choice('http/protobuf', 'http/json') });

/**
 * The destinations with the variables above what they say. Where several destinations export by OTLP, variables that say
 * where records go, or with what rights, fill in only what a destination leaves open: or else the records, and the key, of
 * one backend would go to another.
 */
export function overDestinations(destinations: GroupSetting, reader: VariableReader): GroupSetting {
  const isOtlp = (destination: Setting): boolean =>
    destination.kind === 'group' &&
    exporterType(destination).startsWith('otlp-') &&
    exporterType(destination) !== 'otlp-file';
  const otlpCount = [...destinations.entries.values()].filter(isOtlp).length;
  const entries = [...destinations.entries].map(([name, destination]): [string, Setting] => {
    if (destination.kind !== 'group') return [name, destination];
    const queued = withQueue(destination, reader);
    return [name, isOtlp(destination) ? withExporter(name, queued, reader, otlpCount > 1) : queued];
  });
  return group(entries, destinations.origin);
}

function exporterType(destination: GroupSetting): string {
  const exporter = groupOf(destination, 'exporter');
  return exporter === undefined ? '' : String(valueOf(exporter, 'type'));
}

function withQueue(destination: GroupSetting, reader: VariableReader): GroupSetting {
  const queue = groupOf(destination, 'queue') ?? group([], destination.origin);
  // The variables are for batches; a `simple` processor has none.
  if (valueOf(queue, 'maxExportBatchSize') === 1) return destination;
  const over = withVariables(queue, QUEUE, reader, () => true);
  return over.entries.size === 0 ? destination : withEntries(destination, { queue: over });
}

function withExporter(
  name: string,
  destination: GroupSetting,
  reader: VariableReader,
  isOneOfSeveral: boolean,
): GroupSetting {
  const exporter = groupOf(destination, 'exporter');
  if (exporter === undefined) return destination;
  const own = exporterType(destination) === 'otlp-grpc' ? [INSECURE] : [PROTOCOL];
  const kept: string[] = [];
  const isOver =
    (options: GroupSetting) =>
    (variable: ComponentVariable, found: string): boolean => {
      const stays = isOneOfSeveral && variable.isConnection === true && isSaid(options, variable.option);
      if (stays) kept.push(found);
      return !stays;
    };
  const tls = groupOf(exporter, 'tls') ?? group([], exporter.origin);
  const overTls = withVariables(tls, TLS, reader, isOver(tls));
  const shared = withVariables(exporter, [...SHARED, ...own], reader, isOver(exporter));
  const isWithoutHeaders = kept.some((variable) => variable.endsWith('_HEADERS')) && !exporter.entries.has('headers');
  // Empty ones keep the exporter from reading the variable.
  const over = isWithoutHeaders ? withEntries(shared, { headers: group([], exporter.origin) }) : shared;
  for (const variable of kept) {
    reader.problems.push({
      severity: 'warning',
      path: variable,
      message: `does not replace what is said of the destination ${name}, because it is not the only one that exports by OTLP`,
    });
  }
  return withEntries(destination, {
    exporter: overTls.entries.size === 0 ? over : withEntries(over, { tls: overTls }),
  });
}

/** Headers are the key to an endpoint: where that is said, so are they, be it that there are none. */
function isSaid({ entries }: GroupSetting, option: string): boolean {
  return entries.has(option) || (option === 'headers' && entries.has('endpoint'));
}

function withVariables(
  options: GroupSetting,
  variables: readonly ComponentVariable[],
  reader: VariableReader,
  isOver: (variable: ComponentVariable, found: string) => boolean,
): GroupSetting {
  const changes: Record<string, Setting> = {};
  for (const variable of variables) {
    const found = reader.find(...variable.names);
    if (found === undefined) continue;
    // The component tells of a bad one when it ignores it.
    if (variable.shape !== undefined && !reader.isRight(variable.shape, found.text)) continue;
    if (!isOver(variable, found.name)) continue;
    const isHidden = variable.option === 'headers';
    const origin = { kind: 'variable', name: found.name } as const;
    changes[variable.option] = { kind: 'value', value: undefined, origin, isHidden, readByComponent: found.text };
  }
  return withEntries(options, changes);
}
