// SPDX-License-Identifier: Apache-2.0

/** The options at each place of a pipeline, for their defaults. */
import type { ExporterType } from '../exporter-options.ts';
import { DESTINATION_KEYS } from '../schema/components.ts';
import { EXPORTER_SECTIONS } from '../schema/exporter-sections.ts';
import { PIPELINE_OPTIONS } from '../schema/file-schema.ts';
import { REDACTION_OPTIONS } from '../schema/redaction-section.ts';
import { type Key, optionKeys, type Shape } from '../schema/shape.ts';
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
  if (typeof type !== 'string' || !Object.hasOwn(EXPORTER_SECTIONS, type)) return {};
  const keys = optionKeys(EXPORTER_SECTIONS[type as ExporterType]);
  if (type !== 'otlp-http') return keys;
  return { ...keys, protocol: { ...keys['protocol']!, default: 'http/protobuf' } };
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
