// SPDX-License-Identifier: Apache-2.0

/**
 * What a configuration file may hold, as data: files are checked against it, options are made by it, and the JSON Schema
 * for editors is written from it.
 */
import type { GroupSetting, Setting } from '../settings/setting.ts';

/** The environment variables, for what the standard has them say in a file without a reference. */
export type Variables = Readonly<Record<string, string | undefined>>;

export type Shape =
  | TextShape
  | IntegerShape
  | NumberShape
  | BooleanShape
  | ChoiceShape
  | ListShape
  | NamedShape
  | SectionShape
  | ComponentShape
  | EitherShape
  | AnyShape;

export interface TextShape {
  readonly kind: 'text';
  /** A pattern of the whole text, and what it says in words: `an absolute path`. */
  readonly pattern?: { readonly source: string; readonly words: string };
  /**
   * `secret` is never shown. `careful` is shown where it is right, and otherwise may be a secret in the wrong place. `place` (a path, an endpoint) is shown once it is known to be one, also where it comes from a
   * variable, because a configuration can't be understood without it. Others are shown unless they come from a variable.
   */
  readonly content?: 'secret' | 'careful' | 'place';
}

export interface IntegerShape {
  readonly kind: 'integer';
  readonly min: number;
  readonly max?: number;
  /** Whether the word `unlimited` is allowed, which is Infinity among the options. */
  readonly mayBeUnlimited?: boolean;
}

export interface NumberShape {
  readonly kind: 'number';
  readonly min: number;
  readonly max?: number;
  /** Whether `min` itself is too little. */
  readonly isAboveMin?: boolean;
}

export interface BooleanShape {
  readonly kind: 'boolean';
  /** The only one of the two that is allowed. */
  readonly only?: boolean;
}

export interface ChoiceShape {
  readonly kind: 'choice';
  readonly words: readonly string[];
  /** The words in few words. Default: all of them. */
  readonly inShort?: string;
  /** What a word stands for among the options. Default: itself. */
  readonly convert?: (word: string) => unknown;
}

export interface ListShape {
  readonly kind: 'list';
  readonly items: Shape;
  /** Default: 0. */
  readonly minItems?: number;
  readonly isSecret?: boolean;
}

/** A mapping whose keys are names of the user's. */
export interface NamedShape {
  readonly kind: 'named';
  readonly values: Shape;
  /** What the names are, in words: `the name of a destination`. */
  readonly names: string;
  readonly minEntries?: number;
}

/** A mapping with known keys. */
export interface SectionShape {
  readonly kind: 'section';
  /** Its name among the definitions of the JSON Schema. */
  readonly title: string;
  readonly about: string;
  /** By the name of the option. */
  readonly keys: Readonly<Record<string, Key>>;
  /** Options beside the keys that only a program can give. */
  readonly codeOnly?: readonly string[];
  /** Keys that are no options: in a program they stand elsewhere, or have another form. */
  readonly fileOnly?: readonly string[];
  /** Whether keys that are not known are left alone. Default: they are errors. */
  readonly allowsOthers?: boolean;
  /**
   * Makes of the options what the pipeline takes. An option that is wrong, which has been told, is undefined then. Default:
   * the options as they are.
   */
  readonly convert?: (options: GroupSetting, report: Report, variables: Variables) => Setting | undefined;
}

/** A mapping with exactly one key, the type of a component. */
export interface ComponentShape {
  readonly kind: 'component';
  readonly title: string;
  /** What it is, in words: `an exporter`. */
  readonly what: string;
  readonly types: Readonly<Record<string, ComponentType>>;
  /** Puts the type into the options of the component. Default: as `type`. */
  readonly named?: (type: string, options: GroupSetting) => Setting;
}

export interface ComponentType {
  readonly section: SectionShape;
  readonly about: string;
}

/** One of several shapes, which differ in the kind of value that they take. */
export interface EitherShape {
  readonly kind: 'either';
  readonly shapes: readonly Shape[];
}

/** What is left alone. */
interface AnyShape {
  readonly kind: 'any';
}

export interface Key {
  /** The name in the file, where it is not the option's in snake_case. */
  readonly name?: string;
  readonly shape: Shape;
  readonly about: string;
  /** In words where it is no value: `none`. */
  readonly default?: string | number | boolean;
  readonly isRequired?: boolean;
  /** Whether nothing behind the colon is the section with its defaults, as for a component, and not as if the key were missing. */
  readonly isOnWhenEmpty?: boolean;
}

/** Tells of a mistake that concerns several values; the place is that of the setting. */
export type Report = (
  setting: Setting,
  problem: { readonly message: string; readonly severity?: 'error' | 'warning'; readonly path?: string },
) => void;

/** A key for each option of a type, but for those that only a program can give. */
export type KeysOf<Options, CodeOnly extends keyof Options = never> = {
  readonly [K in Exclude<keyof Options, CodeOnly>]-?: Key;
};

/** The keys of a section that are options of a program as well. */
export function optionKeys({ keys, fileOnly = [] }: SectionShape): Readonly<Record<string, Key>> {
  return Object.fromEntries(Object.entries(keys).filter(([name]) => !fileOnly.includes(name)));
}

/** The name of an option in a file. */
export function fileName(option: string, key: Key): string {
  return key.name ?? option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
