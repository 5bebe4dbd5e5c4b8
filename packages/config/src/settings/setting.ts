// SPDX-License-Identifier: Apache-2.0
import type { FilePosition } from '../problems/problem.ts';

/** Where a value comes from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'option' }
  | { readonly kind: 'variable'; readonly name: string }
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly position: FilePosition;
      /** The variables whose values are part of it. */
      readonly variables: readonly string[];
    };

/** A part of a configuration under the names of the options, with the origin of every value. */
export type Setting = ValueSetting | GroupSetting | ListSetting;

export interface ValueSetting {
  readonly kind: 'value';
  readonly value: unknown;
  readonly origin: Origin;
  /** Whether it is never shown: a secret, or a text that comes from a variable. */
  readonly isHidden: boolean;
  /** The text of a variable that the component reads by itself; `value` is undefined then, and the option is not given. */
  readonly readByComponent?: string;
}

export interface GroupSetting {
  readonly kind: 'group';
  readonly entries: ReadonlyMap<string, Setting>;
  readonly origin: Origin;
}

export interface ListSetting {
  readonly kind: 'list';
  readonly items: readonly Setting[];
  readonly origin: Origin;
}

export function value(content: unknown, origin: Origin, isHidden: boolean = false): ValueSetting {
  return { kind: 'value', value: content, origin, isHidden };
}

export function group(entries: Iterable<readonly [string, Setting | undefined]>, origin: Origin): GroupSetting {
  const given = [...entries].filter((entry): entry is readonly [string, Setting] => entry[1] !== undefined);
  return { kind: 'group', entries: new Map(given), origin };
}

/** A group with other entries; undefined takes one away. */
export function withEntries(
  setting: GroupSetting,
  changes: Readonly<Record<string, Setting | undefined>>,
): GroupSetting {
  return group([...new Map([...setting.entries, ...Object.entries(changes)])], setting.origin);
}

/** The value of an entry; undefined where there is none, or where it is a group or list. */
export function valueOf(setting: GroupSetting, name: string): unknown {
  const entry = setting.entries.get(name);
  return entry?.kind === 'value' ? entry.value : undefined;
}

/** An entry that is a group. */
export function groupOf(setting: GroupSetting, name: string): GroupSetting | undefined {
  const entry = setting.entries.get(name);
  return entry?.kind === 'group' ? entry : undefined;
}

/** The items of an entry that is a list; none where there is no such entry. */
export function itemsOf(setting: GroupSetting, name: string): readonly Setting[] {
  const entry = setting.entries.get(name);
  return entry?.kind === 'list' ? entry.items : [];
}

/** The values alone, as options have them. */
export function plainSetting(setting: Setting): unknown {
  if (setting.kind === 'value') return setting.value;
  if (setting.kind === 'list') return setting.items.map(plainSetting);
  const entries = [...setting.entries].map(([name, entry]): [string, unknown] => [name, plainSetting(entry)]);
  return Object.fromEntries(entries.filter(([, content]) => content !== undefined));
}

/** One group over another: its values win, what it does not name stays. Values and lists are replaced as a whole. */
export function mergeSettings(base: Setting | undefined, over: Setting | undefined): Setting | undefined {
  if (base?.kind !== 'group' || over?.kind !== 'group') return over ?? base;
  const entries = new Map(base.entries);
  for (const [name, entry] of over.entries) entries.set(name, mergeSettings(entries.get(name), entry)!);
  return { kind: 'group', entries, origin: base.origin };
}
