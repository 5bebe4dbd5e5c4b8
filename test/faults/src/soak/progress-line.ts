// SPDX-License-Identifier: Apache-2.0
import { styleText } from 'node:util';

import { mib, thousands } from './format.ts';
import type { Moment } from './observation.ts';
import type { Verdict } from './verdicts.ts';

/** Between two lines where the output is no terminal. */
const LINE_MILLIS = 30_000;

/** Says on the terminal how the soak goes: one line that changes, or a line every 30 s. */
export class ProgressLine {
  readonly #output: NodeJS.WriteStream;
  readonly #durationMillis: number;
  #nextLineMillis = LINE_MILLIS;

  constructor(durationMillis: number, output: NodeJS.WriteStream = process.stdout) {
    this.#durationMillis = durationMillis;
    this.#output = output;
  }

  note(text: string): void {
    this.#clear();
    this.#output.write(`${text}\n`);
  }

  show(moment: Moment, outages: number, isDown: boolean): void {
    const text = [
      `${clockTime(moment.millis)} of ${clockTime(this.#durationMillis)}`,
      `${thousands(moment.emitted)} emitted`,
      `${thousands(moment.arrived)} arrived`,
      `${thousands(moment.queued)} queued`,
      `${outages} kills`,
      mib(moment.rssBytes),
      isDown ? this.#style('red', 'Collector down') : this.#style('green', 'Collector up'),
    ].join('  ');
    if (this.#output.isTTY) {
      this.#clear();
      this.#output.write(text);
    } else if (moment.millis >= this.#nextLineMillis) {
      this.#nextLineMillis += LINE_MILLIS;
      this.#output.write(`${text}\n`);
    }
  }

  verdict({ kept, text }: Verdict): void {
    this.#clear();
    this.#output.write(`  ${kept ? this.#style('green', '✓') : this.#style('red', '✗')} ${text}\n`);
  }

  #clear(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[2K');
  }

  #style(colour: 'red' | 'green', text: string): string {
    return styleText(colour, text, { stream: this.#output });
  }
}

function clockTime(millis: number): string {
  const seconds = Math.round(millis / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
