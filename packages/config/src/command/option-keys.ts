// SPDX-License-Identifier: Apache-2.0

/** The options at each place of a pipeline, for their defaults. */
import { DESTINATION_KEYS } from '../schema/components.ts';
import { PIPELINE_OPTIONS } from '../schema/file-schema.ts';
import { LOGFERRY_CONSOLE, ROTATING_FILE, STANDARD_FILE } from '../schema/file-sections.ts';
import { LOGFERRY_GRPC, LOGFERRY_HTTP } from '../schema/otlp-sections.ts';
import { REDACTION_OPTIONS } from '../schema/redaction-section.ts';
import type { Key, Shape } from '../schema/shape.ts';
import { type Setting, valueOf } from '../settings/setting.ts';

type Keys = Readonly<Record<string, Key>>;

/** The options that a group may have. */
export interface OptionKeys {
  readonly options: Keys;
  /** Those below an option. */
  below(name: string, setting: Setting | undefined): OptionKeys;
}

export function pipelineKeys(): OptionKeys {
  return {
    options: PIPELINE_OPTIONS,
    below: (name) => {
      if (name === 'destinations') return { options: {}, below: () => destinationKeys() };
      return name === 'redaction' ? plainKeys(REDACTION_OPTIONS) : NO_KEYS;
    },
  };
}

/** Nothing is known of it. */
export const NO_KEYS: OptionKeys = { options: {}, below: () => NO_KEYS };

function destinationKeys(): OptionKeys {
  return {
    options: DESTINATION_KEYS,
    below: (name, setting) => {
      if (name === 'exporter') return plainKeys(exporterKeys(setting));
      return name === 'redaction' ? plainKeys(REDACTION_OPTIONS) : keysOfShape(DESTINATION_KEYS, name);
    },
  };
}

function exporterKeys(exporter: Setting | undefined): Keys {
  const type = exporter?.kind === 'group' ? valueOf(exporter, 'type') : undefined;
  switch (type) {
    case 'otlp-grpc':
      return optionsOf(LOGFERRY_GRPC.keys);
    case 'otlp-http':
      return optionsOf({
        ...LOGFERRY_HTTP.keys,
        protocol: { ...LOGFERRY_HTTP.keys['protocol']!, default: 'http/protobuf' },
      });
    case 'rotating-file':
      return ROTATING_FILE.keys;
    case 'otlp-file':
      return STANDARD_FILE.keys;
    default:
      return type === 'console' ? LOGFERRY_CONSOLE.keys : {};
  }
}

/** A file has two keys for headers, and options one. */
function optionsOf({ headersList: _list, ...keys }: Keys): Keys {
  return keys;
}

function plainKeys(options: Keys): OptionKeys {
  return { options, below: (name) => keysOfShape(options, name) };
}

function keysOfShape(options: Keys, name: string): OptionKeys {
  const section = sectionOf(Object.hasOwn(options, name) ? options[name]!.shape : undefined);
  return section === undefined ? NO_KEYS : plainKeys(section);
}

function sectionOf(shape: Shape | undefined): Keys | undefined {
  if (shape?.kind === 'section') return shape.keys;
  if (shape?.kind === 'list') return sectionOf(shape.items);
  return shape?.kind === 'either' ? sectionOf(shape.shapes.find(({ kind }) => kind === 'section')) : undefined;
}
