// SPDX-License-Identifier: Apache-2.0
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FileNames, looksRotated } from './file-names.ts';

describe('the names of one exporter', () => {
  it('puts the sequence before the extension', () => {
    const names = new FileNames('/var/log/app/orders.jsonl');
    expect(names.directory).toBe('/var/log/app');
    expect(names.currentPath).toBe('/var/log/app/orders.jsonl');
    expect(names.rotated(1)).toBe('orders.000001.jsonl');
    expect(names.rotated(1_234_567)).toBe('orders.1234567.jsonl');
  });

  it.each([
    ['/x/orders', 'orders.000007'],
    ['/x/.orders', '.orders.000007'],
    ['/x/orders.v1.jsonl', 'orders.v1.000007.jsonl'],
  ])('names the rotated file of %s %s', (path, name) => {
    expect(new FileNames(path).rotated(7)).toBe(name);
  });

  it('takes a relative path from the working directory', () => {
    expect(new FileNames('logs/orders.jsonl').currentPath).toBe(`${process.cwd()}/logs/orders.jsonl`);
  });

  it.each([
    'orders.jsonl',
    'orders.00001.jsonl',
    'orders.000000.jsonl',
    'orders.0000001.jsonl',
    'orders.00000a.jsonl',
    'orders.000001.jsonl.gz',
    'orders.000001.json',
    'orders.x.000001.jsonl',
    'orders-000001.jsonl',
    'Orders.000001.jsonl',
    'orders.-00001.jsonl',
    'orders.9999999999999999.jsonl',
    'orders..jsonl',
  ])('does not take %s for one of its own', (name) => {
    expect(new FileNames('/x/orders.jsonl').sequenceOf(name)).toBeUndefined();
  });

  it('finds the sequence in every name that it makes', () => {
    const stem = fc.stringMatching(/^[a-z.-]{1,12}$/);
    const extension = fc.constantFrom('', '.jsonl', '.log');
    const sequence = fc.integer({ min: 1, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(stem, extension, sequence, (name, suffix, number) => {
        const names = new FileNames(`/x/${name}${suffix}`);
        expect(names.sequenceOf(names.rotated(number))).toBe(number);
        expect(names.sequenceOf(names.current)).toBeUndefined();
      }),
    );
  });

  it('knows a current name that another exporter would take for a rotated file', () => {
    expect(looksRotated('/x/orders.000001.jsonl')).toBe(true);
    expect(looksRotated('/x/orders.20260101')).toBe(false);
    expect(looksRotated('/x/orders.20260101.jsonl')).toBe(true);
    expect(looksRotated('/x/orders.1.jsonl')).toBe(false);
  });
});
