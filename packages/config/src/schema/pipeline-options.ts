// SPDX-License-Identifier: Apache-2.0

/** Makes the options of a pipeline of a whole file, whose parts are right by themselves. */
import { group, type GroupSetting, groupOf, itemsOf, type Setting, valueOf, withEntries } from '../settings/setting.ts';
import type { Report } from './shape.ts';

/** The specification's default, which is also what the SDK for Node.js does without such a limit. */
const DEFAULT_DEPTH = 64;

/** @returns settings under the names of `LogPipelineOptions`, and `logLevel`. */
export function pipelineOptions(file: GroupSetting, report: Report): GroupSetting {
  const provider = groupOf(file, 'loggerProvider');
  const own = groupOf(groupOf(file, 'distribution') ?? group([], file.origin), 'logferry');
  const processors = provider === undefined ? undefined : readProcessors(provider, report);
  const fanOut = processors?.fanOut;
  const signal = own?.entries.get('reloadOnSignal');
  for (const name of ['flushTimeoutMillis', 'shutdownTimeoutMillis']) {
    const twice = own?.entries.get(name);
    if (twice !== undefined && fanOut?.entries.has(name) === true) {
      report(twice, { path: 'distribution.logferry', message: 'must not repeat what logferry_fan_out has' });
    }
  }
  return group(
    [
      ['destinations', group(processors?.destinations ?? [], provider?.origin ?? file.origin)],
      ['redaction', processors?.redaction],
      ['disabled', file.entries.get('disabled')],
      ['resource', withoutEmpty(file.entries.get('resource'))],
      ['limits', limitsOf(file, provider, report)],
      ['loggers', provider?.entries.get('loggers')],
      ['flushTimeoutMillis', fanOut?.entries.get('flushTimeoutMillis')],
      ['shutdownTimeoutMillis', fanOut?.entries.get('shutdownTimeoutMillis')],
      ...[...(own?.entries ?? [])].filter(([name]) => name !== 'reloadOnSignal'),
      ['reload', signal && group([['signal', signal]], signal.origin)],
      ['logLevel', file.entries.get('logLevel')],
    ],
    file.origin,
  );
}

function withoutEmpty(setting: Setting | undefined): Setting | undefined {
  return setting?.kind === 'group' && setting.entries.size === 0 ? undefined : setting;
}

interface Processors {
  readonly destinations: ReadonlyMap<string, GroupSetting>;
  readonly redaction: Setting | undefined;
  readonly fanOut: GroupSetting | undefined;
}

function readProcessors(provider: GroupSetting, report: Report): Processors {
  const processors = itemsOf(provider, 'processors');
  const path = (index: number): string => `logger_provider.processors[${index}]`;
  const destinations = new Map<string, GroupSetting>();
  let fanOut: GroupSetting | undefined;
  let redaction: Setting | undefined;
  for (const [index, processor] of processors.entries()) {
    if (processor.kind !== 'group' || valueOf(processor, 'type') !== 'logferry_fan_out') continue;
    if (fanOut !== undefined) report(processor, { path: path(index), message: 'must be the only logferry_fan_out' });
    fanOut = processor;
    for (const [name, destination] of groupOf(processor, 'destinations')?.entries ?? []) {
      if (destination.kind === 'group') destinations.set(name, destination);
    }
  }
  for (const [index, processor] of processors.entries()) {
    // One that is wrong has been told.
    if (processor.kind !== 'group') continue;
    const type = valueOf(processor, 'type');
    if (type === 'logferry_fan_out') continue;
    const destination = withEntries(processor, { type: undefined });
    if (type !== 'logferry_anonymize' || destination.entries.has('exporter')) {
      destinations.set(freeName(destinations, destination), destination);
    } else if (index > 0) {
      const message = 'must stand first, where it is for all that follow, or have processor or exporter';
      report(processor, { path: path(index), message });
    } else {
      redaction = destination.entries.get('redaction') ?? group([], processor.origin);
      if (processors.length === 1)
        report(processor, { path: path(0), message: 'must be followed by another processor' });
    }
  }
  return { destinations, redaction, fanOut };
}

/** A processor of the standard has no name: that of its exporter, with a number where there are several. */
function freeName(taken: ReadonlyMap<string, unknown>, destination: GroupSetting): string {
  const name = String(valueOf(groupOf(destination, 'exporter') ?? destination, 'type'));
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) if (!taken.has(`${name}-${number}`)) return `${name}-${number}`;
}

function limitsOf(file: GroupSetting, provider: GroupSetting | undefined, report: Report): GroupSetting | undefined {
  const all = groupOf(file, 'attributeLimits');
  const ofLogs = provider && groupOf(provider, 'limits');
  for (const [limits, path] of [
    [all, 'attribute_limits'],
    [ofLogs, 'logger_provider.limits'],
  ] as const) {
    const depth = limits?.entries.get('attributeValueDepthLimit');
    if (depth?.kind !== 'value' || depth.value === DEFAULT_DEPTH) continue;
    const message = 'is not applied: the SDK for Node.js has no such limit';
    report(depth, { severity: 'warning', path: `${path}.attribute_value_depth_limit`, message });
  }
  const entries = new Map([...(all?.entries ?? []), ...(ofLogs?.entries ?? [])]);
  entries.delete('attributeValueDepthLimit');
  return entries.size === 0 ? undefined : group(entries, (ofLogs ?? all)!.origin);
}
