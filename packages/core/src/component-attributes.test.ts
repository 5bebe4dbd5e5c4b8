// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { componentAttributes } from './component-attributes.ts';

test('components of a type are counted from 0, each type by itself', () => {
  const names = ['one_exporter', 'one_exporter', 'another_exporter', 'one_exporter'].map(
    (type) => componentAttributes(type)['otel.component.name'],
  );
  expect(names).toEqual(['one_exporter/0', 'one_exporter/1', 'another_exporter/0', 'one_exporter/2']);
});
