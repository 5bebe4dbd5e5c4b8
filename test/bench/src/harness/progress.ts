// SPDX-License-Identifier: Apache-2.0
import { styleText } from 'node:util';

import { formatNumber } from '../report/format.ts';
import type { Metric, Run } from './scenario.ts';

const LABEL_WIDTH = 44;

/** Says on the terminal what runs and what came of it. */
export class Progress {
  readonly #output: NodeJS.WriteStream;

  constructor(output: NodeJS.WriteStream = process.stdout) {
    this.#output = output;
  }

  heading(text: string): void {
    this.#line(this.#style(['bold', 'cyan'], text));
  }

  subheading(text: string): void {
    this.#line(this.#style(['bold'], `  ${text}`));
  }

  /** A run has begun; shown on a terminal until it ends. */
  running(round: number, rounds: number, label: string): void {
    if (!this.#output.isTTY) return;
    this.#output.write(`    ${this.#style(['dim'], `${round}/${rounds}`)} ${label} …`);
  }

  ran(round: number, rounds: number, label: string, metrics: readonly Metric[], run: Run): void {
    const figures = metrics.map((metric) => {
      const text = `${formatNumber(run[metric.key]!, metric.digits)} ${metric.unit}`.trim();
      return `${this.#style(['yellow'], text)} ${this.#style(['dim'], metric.label)}`;
    });
    if (this.#output.isTTY) this.#output.write('\r\u001b[2K');
    this.#line(`    ${this.#style(['dim'], `${round}/${rounds}`)} ${label.padEnd(LABEL_WIDTH)} ${figures.join('  ')}`);
  }

  note(text: string): void {
    this.#line(`  ${text}`);
  }

  verdict(kept: boolean, text: string): void {
    this.#line(`  ${kept ? this.#style(['green'], '✓') : this.#style(['red'], '✗')} ${text}`);
  }

  #line(text: string): void {
    this.#output.write(`${text}\n`);
  }

  #style(format: Parameters<typeof styleText>[0], text: string): string {
    return styleText(format, text, { stream: this.#output });
  }
}
