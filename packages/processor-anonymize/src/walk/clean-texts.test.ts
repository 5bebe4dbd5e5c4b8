// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { Allowance, CleanTexts } from './clean-texts.ts';

/** What a place does with a text that is clean. @returns whether it was known. */
function meet(texts: CleanTexts, text: string): boolean {
  const isKnown = texts.has(text);
  if (!isKnown) texts.add(text);
  return isKnown;
}

describe('clean texts of a place', () => {
  it('are known from the second time on, of whatever letters and up to 4,096 units', () => {
    const texts = new CleanTexts(new Allowance());
    const all = [
      '',
      'GET',
      'order 17 was stored',
      'Zürich, Gleis 9 und 10',
      '東京の天気は晴れです。明日も',
      'x'.repeat(4096),
    ];
    expect(all.map((text) => meet(texts, text))).toEqual(all.map(() => false));
    expect(all.map((text) => meet(texts, text))).toEqual(all.map(() => true));
    const long = 'x'.repeat(4097);
    expect([meet(texts, long), meet(texts, long)]).toEqual([false, false]);
  });

  it('stay known while others come that never come again', () => {
    const texts = new CleanTexts(new Allowance());
    let known = 0;
    for (let index = 0; index < 10_000; index += 1) {
      known += meet(texts, 'often') ? 1 : 0;
      meet(texts, `order number ${index} was stored`);
    }
    expect(known).toBe(9999);
  });

  it('are forgotten when they come no more, and others learned in their place', () => {
    const texts = new CleanTexts(new Allowance());
    for (let index = 0; index < 1000; index += 1) meet(texts, `the first ones ${index}`);
    for (let round = 0; round < 8; round += 1) {
      for (let index = 0; index < 500; index += 1) meet(texts, `the second ${index}`);
    }
    expect(meet(texts, 'the second 7')).toBe(true);
    expect(meet(texts, 'the first ones 7')).toBe(false);
  });

  it('are no longer remembered at a place where they differ, and take nothing from the others', () => {
    const allowance = new Allowance();
    const { unitsLeft } = allowance;
    const texts = new CleanTexts(allowance);
    for (let index = 0; index < 3000; index += 1) meet(texts, `order ${index}`);
    expect(allowance.unitsLeft).toBeLessThan(unitsLeft);
    for (let index = 3000; index < 6000; index += 1) meet(texts, `order ${index}`);
    expect(allowance.unitsLeft).toBe(unitsLeft);
    expect([meet(texts, 'GET'), meet(texts, 'GET')]).toEqual([false, false]);
  });

  it('are as many as all places together may remember', () => {
    const allowance = new Allowance();
    const places = Array.from({ length: 100 }, () => new CleanTexts(allowance));
    for (const place of places) {
      for (let index = 0; index < 10; index += 1) meet(place, String(index).repeat(2000));
    }
    expect(allowance.unitsLeft).toBeGreaterThanOrEqual(0);
    expect(allowance.unitsLeft).toBeLessThan(2000);
  });
});
