// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { barChart } from './bar-chart.ts';

const value = (median: number): { median: number; min: number; max: number } => ({
  median,
  min: median - 1,
  max: median + 1,
});

test('bars are as long as their medians, and the longest range fits the picture', () => {
  const svg = barChart({
    title: 'CPU',
    digits: 1,
    groups: [
      {
        title: '',
        bars: [
          { label: 'a', value: value(4), ours: true },
          { label: 'b', value: value(9), ours: false },
        ],
      },
    ],
  });
  expect(
    [...svg.matchAll(/<rect class="(\w+)" x="250" y="\d+" width="([\d.]+)"/g)].map((match) => match.slice(1)),
  ).toEqual([
    ['ours', '172'],
    ['peer', '387'],
  ]);
  expect(svg).toContain('<line class="range" x1="594" y1="70" x2="680" y2="70"/>');
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 760 \d+" /);
});

test('text that means something in XML is escaped', () => {
  const svg = barChart({
    title: 'a < b & c',
    digits: 0,
    groups: [{ title: 'g>1', bars: [{ label: '<i>', value: value(2), ours: true }] }],
  });
  expect(svg).toContain('<title>a &lt; b &amp; c</title>');
  expect(svg).toContain('>g&gt;1</text>');
  expect(svg).toContain('>&lt;i&gt;</text>');
});
