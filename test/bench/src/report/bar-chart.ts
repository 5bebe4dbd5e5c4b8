// SPDX-License-Identifier: Apache-2.0
import type { Spread } from '../harness/statistics.ts';
import { formatNumber } from './format.ts';

export interface Bar {
  readonly label: string;
  readonly value: Spread;
  /** Drawn in the colour of the project. */
  readonly ours: boolean;
}

export interface BarChart {
  readonly title: string;
  /** Decimals of the values. */
  readonly digits: number;
  readonly groups: readonly { readonly title: string; readonly bars: readonly Bar[] }[];
}

const WIDTH = 760;
const LABEL_WIDTH = 250;
const VALUE_WIDTH = 80;
const TITLE_HEIGHT = 34;
const GROUP_TITLE_HEIGHT = 24;
const GROUP_GAP = 10;
const ROW_HEIGHT = 24;
const BAR_HEIGHT = 16;
const BOTTOM = 8;

// A page is light or dark, and the picture has to be read on both.
const STYLE = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .group { font-weight: 600; fill: #59636e; }
  .ours { fill: #1a7f64; }
  .peer { fill: #afb8c1; }
  .range { stroke: #1f2328; stroke-width: 1.2; opacity: .6; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .group { fill: #9198a1; }
    .ours { fill: #3fb896; }
    .peer { fill: #565e67; }
    .range { stroke: #f0f6fc; }
  }`;

/** Horizontal bars in groups, each as long as its median, with a line from the least to the most. */
export function barChart(chart: BarChart): string {
  const most = Math.max(...chart.groups.flatMap((group) => group.bars.map((bar) => bar.value.max)));
  const scale = (value: number): number => round((value / most) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH));
  const parts = [`<text class="title" x="0" y="18">${escapeXml(chart.title)}</text>`];
  let top = TITLE_HEIGHT;
  for (const group of chart.groups) {
    if (group.title !== '') {
      parts.push(`<text class="group" x="0" y="${top + 15}">${escapeXml(group.title)}</text>`);
      top += GROUP_TITLE_HEIGHT;
    }
    for (const bar of group.bars) {
      parts.push(row(bar, top, scale, chart.digits));
      top += ROW_HEIGHT;
    }
    top += GROUP_GAP;
  }
  const height = top + BOTTOM - GROUP_GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escapeXml(chart.title)}</title>`,
    `<style>${STYLE}\n</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function row(bar: Bar, top: number, scale: (value: number) => number, digits: number): string {
  const middle = top + ROW_HEIGHT / 2;
  const { median, min, max } = bar.value;
  const rangeStart = LABEL_WIDTH + scale(min);
  const rangeEnd = LABEL_WIDTH + scale(max);
  return [
    `<text x="${LABEL_WIDTH - 10}" y="${middle + 4.5}" text-anchor="end">${escapeXml(bar.label)}</text>`,
    `<rect class="${bar.ours ? 'ours' : 'peer'}" x="${LABEL_WIDTH}" y="${middle - BAR_HEIGHT / 2}" width="${scale(median)}" height="${BAR_HEIGHT}" rx="2"/>`,
    `<line class="range" x1="${rangeStart}" y1="${middle}" x2="${rangeEnd}" y2="${middle}"/>`,
    `<text x="${Math.max(rangeEnd, LABEL_WIDTH + scale(median)) + 8}" y="${middle + 4.5}">${formatNumber(median, digits)}</text>`,
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
