// SPDX-License-Identifier: Apache-2.0
import { type ComponentShape, fileName, type Key, type SectionShape, type Shape } from './shape.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const REFERENCE: JsonSchema = {
  description: 'A value with variables: ${NAME}, ${env:NAME} or ${NAME:-default}.',
  type: 'string',
  pattern: '\\$\\{[^}]*\\}',
};

const NULL: JsonSchema = { type: 'null' };

/**
 * The JSON Schema of a shape (draft 7, which editors know best). Values are looked at before variables are put in, so that a
 * text with a reference is allowed everywhere.
 */
export function jsonSchemaOf(root: SectionShape): JsonSchema {
  const definitions: Record<string, JsonSchema> = { Reference: REFERENCE };
  const schema = new SchemaWriter(definitions).section(root);
  const sorted = Object.fromEntries(Object.entries(definitions).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...schema, definitions: sorted };
}

class SchemaWriter {
  readonly #definitions: Record<string, JsonSchema>;

  constructor(definitions: Record<string, JsonSchema>) {
    this.#definitions = definitions;
  }

  section(shape: SectionShape): JsonSchema {
    const keys = Object.entries(shape.keys);
    const required = keys.filter(([, key]) => key.isRequired === true).map(([option, key]) => fileName(option, key));
    return {
      title: shape.title,
      description: shape.about,
      type: 'object',
      properties: Object.fromEntries(keys.map(([option, key]) => [fileName(option, key), this.#key(key)])),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: shape.allowsOthers === true,
    };
  }

  #key(key: Key): JsonSchema {
    const schema = this.#of(key.shape);
    const hasRequired = key.shape.kind === 'section' && Object.values(key.shape.keys).some((one) => one.isRequired);
    const isWrongEmpty = key.isRequired === true || (key.isOnWhenEmpty === true && hasRequired);
    const isNullable = !isWrongEmpty && key.shape.kind !== 'any';
    const whole = isNullable ? { anyOf: [...alternatives(schema), NULL] } : schema;
    const isValue = key.default !== undefined && isAllowed(key.default, key.shape);
    const inWords = key.default === undefined ? '' : ` Default: ${key.default}.`;
    return {
      description: `${key.about}${inWords}`,
      ...(isValue ? { default: key.default } : {}),
      // In draft 7 nothing beside a $ref counts.
      ...('$ref' in whole ? { allOf: [whole] } : whole),
    };
  }

  #of(shape: Shape): JsonSchema {
    switch (shape.kind) {
      case 'text':
        return shape.pattern === undefined
          ? { type: 'string' }
          : orReference({ type: 'string', pattern: shape.pattern.source });
      case 'integer': {
        const integer = {
          type: 'integer',
          minimum: shape.min,
          ...(shape.max === undefined ? {} : { maximum: shape.max }),
        };
        return shape.mayBeUnlimited === true ? orReference(integer, { const: 'unlimited' }) : orReference(integer);
      }
      case 'number':
        return orReference({
          type: 'number',
          ...(shape.min === -Infinity
            ? {}
            : { [shape.isAboveMin === true ? 'exclusiveMinimum' : 'minimum']: shape.min }),
          ...(shape.max === undefined ? {} : { maximum: shape.max }),
        });
      case 'boolean':
        return orReference(shape.only === undefined ? { type: 'boolean' } : { const: shape.only });
      case 'choice':
        return orReference({ enum: shape.words });
      case 'list':
        return { type: 'array', items: this.#of(shape.items), minItems: shape.minItems ?? 0 };
      case 'named':
        return { type: 'object', additionalProperties: this.#of(shape.values), minProperties: shape.minEntries ?? 0 };
      case 'section':
        return this.#defined(shape.title, () => this.section(shape));
      case 'component':
        return this.#defined(shape.title, () => this.#component(shape));
      case 'either':
        return { anyOf: shape.shapes.flatMap((one) => alternatives(this.#of(one))) };
      default:
        return {};
    }
  }

  #component(shape: ComponentShape): JsonSchema {
    const types = Object.entries(shape.types).map(([type, { section, about }]): [string, JsonSchema] => {
      const isEmptyAllowed = !Object.values(section.keys).some(({ isRequired }) => isRequired === true);
      const schema = this.#of(section);
      return [type, { description: about, anyOf: isEmptyAllowed ? [schema, NULL] : [schema] }];
    });
    return {
      title: shape.title,
      type: 'object',
      properties: Object.fromEntries(types),
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
    };
  }

  #defined(title: string, write: () => JsonSchema): JsonSchema {
    if (!Object.hasOwn(this.#definitions, title)) {
      // Named before it is written, for what may hold itself.
      this.#definitions[title] = {};
      this.#definitions[title] = write();
    }
    return { $ref: `#/definitions/${title}` };
  }
}

function orReference(...schemas: readonly JsonSchema[]): JsonSchema {
  return { anyOf: [...schemas, { $ref: '#/definitions/Reference' }] };
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const keys = Object.keys(schema);
  return keys.length === 1 && Array.isArray(schema['anyOf']) ? (schema['anyOf'] as JsonSchema[]) : [schema];
}

/** Whether a default is a value, and not words about one. */
function isAllowed(content: string | number | boolean, shape: Shape): boolean {
  if (shape.kind === 'choice') return shape.words.includes(String(content));
  if (shape.kind === 'either') return shape.shapes.some((one) => isAllowed(content, one));
  if (shape.kind === 'integer')
    return typeof content === 'number' || (shape.mayBeUnlimited === true && content === 'unlimited');
  if (shape.kind === 'number') return typeof content === 'number';
  return shape.kind === 'boolean' && typeof content === 'boolean';
}
