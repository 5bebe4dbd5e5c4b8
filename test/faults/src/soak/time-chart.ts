// SPDX-License-Identifier: Apache-2.0

/** One curve over time, in a panel of its own. */
export interface Panel {
  readonly title: string;
  /** Of a value, for the axis. */
  readonly format: (value: number) => string;
  /** Oldest first. */
  readonly points: readonly { readonly seconds: number; readonly value: number }[];
}

export interface TimeChart {
  readonly title: string;
  readonly endSeconds: number;
  readonly panels: readonly Panel[];
  /** Shaded in every panel. */
  readonly bands: readonly { readonly fromSeconds: number; readonly toSeconds: number }[];
  readonly bandLabel: string;
}

const WIDTH = 760;
const LEFT = 84;
const RIGHT = 10;
const TITLE_HEIGHT = 50;
const PANEL_TITLE_HEIGHT = 22;
const PANEL_HEIGHT = 90;
const PANEL_GAP = 16;
const AXIS_HEIGHT = 26;
/** More points than the picture can show make it large for nothing. */
const MAX_POINTS = 600;

// A page is light or dark, and the picture has to be read on both.
const STYLE = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .axis { fill: #59636e; font-size: 11px; }
  .frame { stroke: #d1d9e0; fill: none; }
  .curve { stroke: #1a7f64; stroke-width: 1.3; fill: none; }
  .band { fill: #d1242f; opacity: .28; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .axis { fill: #9198a1; }
    .frame { stroke: #3d444d; }
    .curve { stroke: #3fb896; }
    .band { fill: #f85149; opacity: .4; }
  }`;

/** Curves over one time axis, one below the other. */
export function timeChart(chart: TimeChart): string {
  const x = (seconds: number): number => round(LEFT + (seconds / chart.endSeconds) * (WIDTH - LEFT - RIGHT));
  const step = PANEL_TITLE_HEIGHT + PANEL_HEIGHT + PANEL_GAP;
  const height = TITLE_HEIGHT + chart.panels.length * step + AXIS_HEIGHT;
  const bottom = height - AXIS_HEIGHT - PANEL_GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escapeXml(chart.title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="0" y="18">${escapeXml(chart.title)}</text>`,
    `<rect class="band" x="0" y="28" width="12" height="12"/><text class="axis" x="18" y="38">${escapeXml(chart.bandLabel)}</text>`,
    ...chart.panels.map((panel, index) => panelOf(panel, chart, TITLE_HEIGHT + index * step, x)),
    ...[0, 0.25, 0.5, 0.75, 1].map((part) => {
      const anchor = part === 1 ? 'end' : 'middle';
      const seconds = part * chart.endSeconds;
      return `<text class="axis" x="${x(seconds)}" y="${bottom + 18}" text-anchor="${anchor}">${minutes(seconds)}</text>`;
    }),
    '</svg>\n',
  ].join('\n');
}

function panelOf(panel: Panel, chart: TimeChart, top: number, x: (seconds: number) => number): string {
  const most = Math.max(1, ...panel.points.map(({ value }) => value));
  const frameTop = top + PANEL_TITLE_HEIGHT;
  const frameBottom = frameTop + PANEL_HEIGHT;
  const y = (value: number): number => round(frameBottom - (value / most) * PANEL_HEIGHT);
  const every = Math.ceil(panel.points.length / MAX_POINTS);
  const shown = panel.points.filter((_, index) => index % every === 0);
  return [
    `<text x="${LEFT}" y="${top + 15}">${escapeXml(panel.title)}</text>`,
    ...chart.bands.map(({ fromSeconds, toSeconds }) => {
      const width = Math.max(1, round(x(toSeconds) - x(fromSeconds)));
      return `<rect class="band" x="${x(fromSeconds)}" y="${frameTop}" width="${width}" height="${PANEL_HEIGHT}"/>`;
    }),
    `<rect class="frame" x="${LEFT}" y="${frameTop}" width="${WIDTH - LEFT - RIGHT}" height="${PANEL_HEIGHT}"/>`,
    `<polyline class="curve" points="${shown.map(({ seconds, value }) => `${x(seconds)},${y(value)}`).join(' ')}"/>`,
    `<text class="axis" x="${LEFT - 8}" y="${frameTop + 8}" text-anchor="end">${escapeXml(panel.format(most))}</text>`,
    `<text class="axis" x="${LEFT - 8}" y="${frameBottom}" text-anchor="end">0</text>`,
  ].join('\n');
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
