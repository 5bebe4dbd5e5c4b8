// SPDX-License-Identifier: Apache-2.0
import { fileName, type Shape } from './shape.ts';

/** What a shape allows, in words, to stand behind "must be". */
export function shapeWords(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return shape.pattern?.words ?? 'a text';
    case 'integer': {
      const bounds = shape.max === undefined ? `of at least ${shape.min}` : `from ${shape.min} to ${shape.max}`;
      return `a whole number ${bounds}${shape.mayBeUnlimited === true ? ', or unlimited' : ''}`;
    }
    case 'number':
      if (shape.min === -Infinity) return 'a number';
      if (shape.isAboveMin === true) return `a number above ${shape.min}`;
      return shape.max === undefined
        ? `a number of at least ${shape.min}`
        : `a number from ${shape.min} to ${shape.max}`;
    case 'boolean':
      return shape.only === undefined ? 'true or false' : String(shape.only);
    case 'choice':
      return `one of ${shape.inShort ?? shape.words.join(', ')}`;
    case 'list': {
      const items = shape.items.kind === 'component' ? '' : eachOf(shape.items);
      return `a list${(shape.minItems ?? 0) > 0 ? ` of at least ${shape.minItems}` : ''}${items}`;
    }
    case 'named':
      return `a mapping${(shape.minEntries ?? 0) > 0 ? ' that is not empty,' : ''} in which each key is ${shape.names}`;
    case 'section':
      return 'a mapping';
    case 'component':
      return `a mapping with one key, the type of ${shape.what}`;
    case 'either':
      return shape.shapes.map(shapeWords).join(', or ');
    default:
      return 'anything';
  }
}

/** More keys are no help in a sentence. */
const FEW_KEYS = 3;

function eachOf(items: Shape): string {
  if (items.kind !== 'section') return `, each ${shapeWords(items)}`;
  const names = Object.entries(items.keys).map(([option, key]) => fileName(option, key));
  return names.length > FEW_KEYS ? '' : `, each a mapping with ${names.join(', ')}`;
}
