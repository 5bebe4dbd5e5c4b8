// SPDX-License-Identifier: Apache-2.0
import { group, type GroupSetting, itemsOf, plainSetting, type Setting, value, valueOf } from '../settings/setting.ts';
import { pairList } from './pair-list.ts';
import { detectedAttributes } from './resource-detection.ts';
import type { Report, Variables } from './shape.ts';

const TYPES: Readonly<Record<string, (item: unknown) => boolean>> = {
  string: (item) => typeof item === 'string',
  bool: (item) => typeof item === 'boolean',
  int: (item) => Number.isSafeInteger(item),
  double: (item) => typeof item === 'number',
};

/** Makes the options of the resource: attributes by name, those of the list behind the others, and what is detected behind those. */
export function resourceOptions(options: GroupSetting, report: Report, variables: Variables): GroupSetting {
  const attributes = new Map<string, Setting>(detectedAttributes(options, report, variables));
  const attributesList = options.entries.get('attributesList');
  if (attributesList?.kind === 'value') {
    for (const { position, pair } of pairList(String(attributesList.value))) {
      if (pair !== undefined) {
        attributes.set(pair.name, value(pair.value, attributesList.origin, attributesList.isHidden));
        continue;
      }
      // As the variable of the same format: a bad pair is told and left out.
      const message = `pair ${position} is left out: it must be name=value, percent-encoded`;
      report(attributesList, { path: 'attributes_list', severity: 'warning', message });
    }
  }
  for (const [index, item] of itemsOf(options, 'attributes').entries()) {
    if (item.kind !== 'group') continue;
    const name = String(valueOf(item, 'name'));
    const content = item.entries.get('value');
    if (content === undefined) continue;
    const type = valueOf(item, 'type');
    if (typeof type === 'string' && !hasType(plainSetting(content), type)) {
      report(content, { path: `attributes[${index}].value`, message: `must be of the type ${type}` });
    }
    attributes.set(name, content);
  }
  const origin = (options.entries.get('attributes') ?? attributesList ?? options).origin;
  return group(
    [
      ['attributes', attributes.size === 0 ? undefined : group(attributes, origin)],
      ['schemaUrl', options.entries.get('schemaUrl')],
    ],
    options.origin,
  );
}

function hasType(content: unknown, type: string): boolean {
  const item = TYPES[type.replace(/_array$/, '')]!;
  return type.endsWith('_array') ? Array.isArray(content) && content.every(item) : item(content);
}
