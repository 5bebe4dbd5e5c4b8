// SPDX-License-Identifier: Apache-2.0
import type { BooleanShape, ChoiceShape, IntegerShape, NumberShape, Shape, TextShape } from '../schema/shape.ts';
import type { ScalarValue } from './core-schema.ts';
import type { ScalarNode, SourceNode } from './source-node.ts';

/** A scalar that has its shape. */
export interface ReadScalar {
  readonly value: ScalarValue;
  readonly isHidden: boolean;
}

type ScalarShape = TextShape | IntegerShape | NumberShape | BooleanShape | ChoiceShape;

/** The value of a scalar; undefined where its shape doesn't allow it. */
export function readScalar(node: ScalarNode, shape: ScalarShape): ReadScalar | undefined {
  const { variables } = node;
  const content = valueFor(node, shape);
  switch (shape.kind) {
    case 'text': {
      if (typeof content !== 'string') return undefined;
      if (shape.pattern !== undefined && !new RegExp(shape.pattern.source).test(content)) return undefined;
      const isHidden = shape.content === 'secret' || (variables.length > 0 && shape.content !== 'place');
      return { value: content, isHidden };
    }
    case 'integer': {
      if (content === 'unlimited' && shape.mayBeUnlimited === true) return { value: Infinity, isHidden: false };
      const isRight = Number.isSafeInteger(content) && isWithin(content as number, shape.min, shape.max);
      return isRight ? { value: content, isHidden: false } : undefined;
    }
    case 'number': {
      const isRight =
        typeof content === 'number' &&
        Number.isFinite(content) &&
        isWithin(content, shape.min, shape.max) &&
        !(shape.isAboveMin === true && content === shape.min);
      return isRight ? { value: content, isHidden: false } : undefined;
    }
    case 'boolean': {
      const isRight = typeof content === 'boolean' && (shape.only === undefined || content === shape.only);
      return isRight ? { value: content, isHidden: false } : undefined;
    }
    default: {
      const isRight = typeof content === 'string' && shape.words.includes(content);
      return isRight ? { value: content, isHidden: false } : undefined;
    }
  }
}

/** Whether a node has the kind of value that a shape takes, be it right or not. */
export function takesKind(node: SourceNode, shape: Shape): boolean {
  switch (shape.kind) {
    case 'list':
      return node.kind === 'sequence';
    case 'named':
    case 'section':
    case 'component':
      return node.kind === 'mapping';
    case 'either':
      return shape.shapes.some((one) => takesKind(node, one));
    case 'any':
      return true;
    default:
      return node.kind === 'scalar';
  }
}

function valueFor(node: ScalarNode, shape: ScalarShape): ScalarValue {
  const wantsText = shape.kind === 'text' || shape.kind === 'choice';
  return node.otherwise === undefined || wantsText ? node.value : node.otherwise;
}

function isWithin(content: number, min: number, max: number = Infinity): boolean {
  return content >= min && content <= max;
}
