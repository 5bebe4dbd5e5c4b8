// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { bypassesProxy } from './no-proxy.ts';

test.each<[string, string, number, boolean]>([
  ['', 'a.example', 80, false],
  ['*', 'a.example', 80, true],
  ['a.example', 'a.example', 80, true],
  ['a.example', 'A.Example', 80, true],
  ['A.EXAMPLE', 'a.example', 80, true],
  ['a.example', 'b.a.example', 80, true],
  ['.a.example', 'b.a.example', 80, true],
  ['.a.example', 'a.example', 80, true],
  ['*.a.example', 'b.a.example', 80, true],
  ['a.example', 'ba.example', 80, false],
  ['a.example:443', 'a.example', 443, true],
  ['a.example:443', 'a.example', 80, false],
  ['x.example, a.example b.example', 'a.example', 80, true],
  ['x.example, a.example b.example', 'b.example', 80, true],
  ['10.1.2.3', '10.1.2.3', 80, true],
  ['10.1.2.3:80', '10.1.2.3', 80, true],
  ['10.1.2.3:81', '10.1.2.3', 80, false],
  ['10.0.0.0/8', '10.1.2.3', 80, true],
  ['10.0.0.0/8', '11.1.2.3', 80, false],
  ['10.0.0.0/99', '10.1.2.3', 80, false],
  ['10.0.0.0/x', '10.1.2.3', 80, false],
  ['10.0.0.0/8', 'a.example', 80, false],
  ['2.3', '10.1.2.3', 80, false],
  ['::1', '::1', 80, true],
  ['[::1]', '0:0:0:0:0:0:0:1', 80, true],
  ['fd00::/8', 'fd12::1', 80, true],
  ['fd00::/8', '10.1.2.3', 80, false],
])('NO_PROXY=%s for %s:%i is %j', (list, host, port, expected) => {
  expect(bypassesProxy(list, host, port)).toBe(expected);
});
