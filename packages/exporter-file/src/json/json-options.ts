// SPDX-License-Identifier: Apache-2.0
import {
  type AttributePathState,
  choiceOption,
  invalidOption,
  matchAttributePaths,
  parseAttributePath,
} from '@logferry/core';

/** The names of the fields in a line; `false` leaves a field out. */
export interface JsonFieldNames {
  /** When it happened, or where a record has no such time, when it was observed. Default: `time`. */
  readonly time?: string | false | undefined;
  /** Default: `severity`. */
  readonly severityText?: string | false | undefined;
  /** 1 to 24. Default: `severityNumber`. */
  readonly severityNumber?: string | false | undefined;
  /** Default: `message`. */
  readonly body?: string | false | undefined;
  /** Default: `eventName`. */
  readonly eventName?: string | false | undefined;
  /** Name of the instrumentation scope. Default: `logger`. */
  readonly scopeName?: string | false | undefined;
  /** Default: `traceId`. */
  readonly traceId?: string | false | undefined;
  /** Default: `spanId`. */
  readonly spanId?: string | false | undefined;
  /** Default: `traceFlags`. */
  readonly traceFlags?: string | false | undefined;
}

/** Options of the format `json`. */
export interface JsonFormatOptions {
  readonly fieldNames?: JsonFieldNames | undefined;
  /**
   * `iso`: `2026-01-01T00:00:00.123456789Z`; `epoch-millis`: a number; `epoch-nanos`: a text, because numbers of JSON
   * readers are not exact there. Default: `iso`.
   */
  readonly timestamps?: 'iso' | 'epoch-millis' | 'epoch-nanos' | undefined;
  /** Paths of the fields and attributes that are written, such as `order.*`. Default: all. */
  readonly include?: readonly string[] | undefined;
  /** Paths of the fields and attributes that are left out, also where `include` names them. Default: none. */
  readonly exclude?: readonly string[] | undefined;
  /** Paths of the resource's attributes that are written, as `resource.<name>`. Default: `service.name`. */
  readonly resourceAttributes?: readonly string[] | undefined;
}

/** The names of fields, resolved. */
type FieldNames = { readonly [K in keyof Required<JsonFieldNames>]: string | undefined };

/** Where a walk through a record stands: undefined paths allow everything, or forbid nothing. */
export interface FieldFilter {
  readonly include: AttributePathState | undefined;
  readonly exclude: AttributePathState | undefined;
}

/** The options with every default filled in. */
export interface ResolvedJsonFormat {
  readonly names: FieldNames;
  readonly timestamps: 'iso' | 'epoch-millis' | 'epoch-nanos';
  readonly filter: FieldFilter;
  readonly resourceAttributes: AttributePathState;
}

const DEFAULT_NAMES: Readonly<Record<keyof FieldNames, string>> = {
  time: 'time',
  severityText: 'severity',
  severityNumber: 'severityNumber',
  body: 'message',
  eventName: 'eventName',
  scopeName: 'logger',
  traceId: 'traceId',
  spanId: 'spanId',
  traceFlags: 'traceFlags',
};

/** @throws LogferryError `INVALID_OPTION` */
export function resolveJsonFormat(options: JsonFormatOptions = {}): ResolvedJsonFormat {
  if (typeof options !== 'object' || options === null) throw invalidOption('json', options, 'an object');
  const { include, exclude, resourceAttributes = ['service.name'] } = options;
  return {
    names: fieldNames(options.fieldNames),
    timestamps: choiceOption('json.timestamps', options.timestamps, 'iso', ['iso', 'epoch-millis', 'epoch-nanos']),
    filter: {
      include: include === undefined ? undefined : pathsOption('json.include', include),
      exclude: exclude === undefined ? undefined : pathsOption('json.exclude', exclude),
    },
    resourceAttributes: pathsOption('json.resourceAttributes', resourceAttributes),
  };
}

/** What the filter is for a member; undefined when the member is left out. */
export function stepFilter(filter: FieldFilter, key: string | number): FieldFilter | undefined {
  if (typeof key === 'number') return stepSegment(filter, key);
  let below: FieldFilter | undefined = filter;
  // A path may end in the middle of a flat key: `user` names `user.email`, too.
  for (const segment of key.split('.')) {
    if (below !== undefined) below = stepSegment(below, segment);
  }
  return below;
}

function stepSegment({ include, exclude }: FieldFilter, key: string | number): FieldFilter | undefined {
  const excluded = exclude?.step(key);
  if (excluded !== undefined && excluded.matched.length > 0) return undefined;
  const included = include?.step(key);
  if (included !== undefined && included.matched.length === 0 && !included.isOpen) return undefined;
  return {
    // All that lies below an included member is included.
    include: included === undefined || included.matched.length > 0 ? undefined : included,
    exclude: excluded?.isOpen === true ? excluded : undefined,
  };
}

/** Whether everything below is written, so that nothing has to be looked at. */
export function isWideOpen({ include, exclude }: FieldFilter): boolean {
  return include === undefined && exclude === undefined;
}

function fieldNames(names: JsonFieldNames = {}): FieldNames {
  const resolved: Record<string, string | undefined> = {};
  const used = new Set<string>();
  for (const key of Object.keys(names)) {
    if (!Object.hasOwn(DEFAULT_NAMES, key)) {
      throw invalidOption('json.fieldNames', key, `an object with names for ${Object.keys(DEFAULT_NAMES).join(', ')}`);
    }
  }
  for (const [key, fallback] of Object.entries(DEFAULT_NAMES)) {
    const name: unknown = names[key as keyof JsonFieldNames] ?? fallback;
    if (name !== false && (typeof name !== 'string' || name === '')) {
      throw invalidOption(`json.fieldNames.${key}`, name, 'a name, or false');
    }
    if (name !== false && used.has(name)) {
      throw invalidOption(`json.fieldNames.${key}`, name, 'a name that no other field has');
    }
    if (name !== false) used.add(name);
    resolved[key] = name === false ? undefined : name;
  }
  return resolved as FieldNames;
}

function pathsOption(name: string, paths: readonly string[]): AttributePathState {
  if (!Array.isArray(paths)) throw invalidOption(name, paths, 'an array of attribute paths');
  return matchAttributePaths(paths.map((path, index) => parseAttributePath(path, `${name}[${index}]`)));
}
