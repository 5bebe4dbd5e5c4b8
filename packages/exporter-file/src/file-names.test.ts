// SPDX-License-Identifier: Apache-2.0
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FileNames, looksRotated, rotatedNameOption, type RotatedNameParts } from './file-names.ts';

function parts(sequence: number): RotatedNameParts {
  return { sequence, reason: 'size', localTime: '2026-11-22T14:05:09.123' };
}

describe('the names of one exporter', () => {
  it('puts the sequence before the extension', () => {
    const names = new FileNames('/var/log/app/orders.jsonl');
    expect(names.directory).toBe('/var/log/app');
    expect(names.currentPath).toBe('/var/log/app/orders.jsonl');
    expect(names.rotated(parts(1))).toBe('orders.000001.jsonl');
    expect(names.rotated(parts(1_234_567))).toBe('orders.1234567.jsonl');
  });

  it.each([
    ['/x/orders', 'orders.000007'],
    ['/x/.orders', '.orders.000007'],
    ['/x/orders.v1.jsonl', 'orders.v1.000007.jsonl'],
  ])('names the rotated file of %s %s', (path, name) => {
    expect(new FileNames(path).rotated(parts(7))).toBe(name);
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
    'orders.000001.jsonl.br',
    'orders.000001.jsonl.gz.gz',
    'orders.000001.jsonl.gz.tmp',
    'orders.000001.json',
    'orders.x.000001.jsonl',
    'orders-000001.jsonl',
    'Orders.000001.jsonl',
    'orders.-00001.jsonl',
    'orders.9999999999999999.jsonl',
    'orders..jsonl',
  ])('does not take %s for one of its own', (name) => {
    expect(new FileNames('/x/orders.jsonl').parse(name)).toBeUndefined();
  });

  it('takes compressed files for its own, and unfinished ones for what they are', () => {
    const names = new FileNames('/x/orders.jsonl');
    expect(names.parse('orders.000007.jsonl')).toStrictEqual({ sequence: 7, compressed: undefined });
    expect(names.parse('orders.000007.jsonl.gz')).toStrictEqual({ sequence: 7, compressed: '.gz' });
    expect(names.parse('orders.000007.jsonl.zst')).toStrictEqual({ sequence: 7, compressed: '.zst' });
    expect(names.isTemporary('orders.000007.jsonl.gz.tmp')).toBe(true);
    expect(names.isTemporary('orders.jsonl.tmp')).toBe(false);
  });

  it('puts date, time and reason where the pattern has them, and reads the sequence back', () => {
    const names = new FileNames('/x/orders.jsonl', '{date}T{time}-{sequence}-{reason}');
    const name = names.rotated({ sequence: 7, reason: 'time', localTime: '2026-11-22T14:05:09.123' });
    expect(name).toBe('orders.2026-11-22T14-05-09-000007-time.jsonl');
    expect(names.parse(name)).toStrictEqual({ sequence: 7, compressed: undefined });
    expect(names.parse('orders.000007.jsonl')).toBeUndefined();
    expect(names.parse('orders.2026-11-22T14-05-09-000007-whim.jsonl')).toBeUndefined();
  });

  it.each([
    '',
    '{date}',
    '{sequence}{date}',
    '{sequence}.{date}',
    '{sequence}-{sequence}',
    'v2-{sequence}',
    '{n}-{sequence}',
  ])('refuses the pattern %j', (pattern) => {
    expect(() => rotatedNameOption(pattern)).toThrow(`it is ${JSON.stringify(pattern)}`);
  });

  it('finds the sequence in every name that it makes', () => {
    const pattern = fc.constantFrom(
      '{sequence}',
      '{date}-{sequence}',
      '{sequence}-{reason}',
      'n{sequence}_{date}T{time}',
    );
    const extension = fc.constantFrom('', '.jsonl', '.log');
    // A path that ends like a compressed file is refused.
    const stem = fc.stringMatching(/^[a-z.-]{1,12}$/).filter((name) => !/\.(?:gz|zst|tmp)$/.test(name));
    const sequence = fc.integer({ min: 1, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(stem, extension, sequence, pattern, (name, suffix, number, middle) => {
        const names = new FileNames(`/x/${name}${suffix}`, rotatedNameOption(middle));
        expect(names.parse(names.rotated(parts(number)))?.sequence).toBe(number);
        expect(names.parse(names.current)).toBeUndefined();
      }),
      randomRuns(),
    );
  });

  it('knows a current name that another exporter would take for a rotated file', () => {
    expect(looksRotated('/x/orders.000001.jsonl')).toBe(true);
    expect(looksRotated('/x/orders.20260101')).toBe(false);
    expect(looksRotated('/x/orders.20260101.jsonl')).toBe(true);
    expect(looksRotated('/x/orders.1.jsonl')).toBe(false);
    expect(looksRotated('/x/orders.2026-11-22-000007-time.jsonl')).toBe(true);
    expect(looksRotated('/x/orders.p2.jsonl')).toBe(false);
  });
});
