// SPDX-License-Identifier: Apache-2.0

/** What a file asks to be found out about the process: `resource.detection/development`. */
import { randomUUID } from 'node:crypto';
import { arch, hostname, platform, release } from 'node:os';
import { basename } from 'node:path';
import process from 'node:process';

import { matchesLogger } from '@logferry/processor-fanout';

import {
  type GroupSetting,
  groupOf,
  itemsOf,
  plainSetting,
  type Setting,
  value,
  valueOf,
} from '../settings/setting.ts';
import type { Report, Variables } from './shape.ts';

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** The same for each reading, because it names the process. */
const INSTANCE_ID: string = randomUUID();

/** By the names of the semantic conventions. Arguments of the process are left out: they may hold secrets. */
const DETECTORS: Readonly<Record<string, (variables: Variables) => Attributes>> = {
  service: (variables) => ({
    'service.name': nonEmpty(variables['OTEL_SERVICE_NAME']),
    'service.instance.id': INSTANCE_ID,
  }),
  host: () => ({
    'host.name': hostname(),
    'host.arch': ARCHITECTURES[arch()] ?? arch(),
    'os.type': platform() === 'win32' ? 'windows' : platform(),
    'os.version': release(),
  }),
  process: () => ({
    'process.pid': process.pid,
    'process.executable.name': basename(process.execPath),
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'process.runtime.description': 'Node.js',
  }),
};

/** The semantic conventions have names of their own for some. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: 'x86', arm: 'arm32', ppc: 'ppc32' };

/** The attributes that the detectors find, as far as the patterns let them through. */
export function detectedAttributes(
  resource: GroupSetting,
  report: Report,
  variables: Variables,
): readonly (readonly [string, Setting])[] {
  const detection = groupOf(resource, 'detection');
  if (detection === undefined) return [];
  const patterns = groupOf(detection, 'attributes');
  const { included, excluded = [] } = (patterns === undefined ? {} : plainSetting(patterns)) as {
    readonly included?: readonly string[];
    readonly excluded?: readonly string[];
  };
  const isWanted = (name: string): boolean =>
    (included === undefined || included.some((pattern) => matchesLogger(pattern, name))) &&
    !excluded.some((pattern) => matchesLogger(pattern, name));
  return itemsOf(detection, 'detectors').flatMap((detector, index) => {
    const type = detector.kind === 'group' ? valueOf(detector, 'type') : undefined;
    if (typeof type !== 'string') return [];
    const detect = DETECTORS[type];
    if (detect === undefined) {
      const path = `detection/development.detectors[${index}]`;
      report(detector, { path, severity: 'warning', message: `${type} is left to the SDK` });
    }
    return Object.entries(detect?.(variables) ?? {})
      .filter(([name, content]) => content !== undefined && isWanted(name))
      .map(([name, content]) => [name, value(content, detector.origin)] as const);
  });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
