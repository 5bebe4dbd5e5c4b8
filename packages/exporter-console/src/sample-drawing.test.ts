// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { drawSample } from '../fixtures/sample-drawing.ts';

test('the drawing in the README is what the exporter writes', async () => {
  await expect(await drawSample()).toMatchFileSnapshot('../docs/console.svg');
});
